import { createLiveliness } from './patience.ts'
import type { Liveliness } from './patience.ts'
import type { Seat } from './seat.ts'

/**
 * Waiting people of one mode and one behaviour pool, found by what they must have in common. SPEC MT5, MT20.
 *
 * Each language has up to 60 cells, one for every (company, wish) there is, so that looking only into fitting cells
 * settles mode, pool, language and wished-for company without looking at people. Lists forget the order of arrival
 * (removal moves the last one into the gap); the sets of patient people keep it.
 */
export type Shelf = {
  readonly liveliness: Liveliness
  readonly tongues: Map<number, Tongue>
  /** By language and interest, see `interestKey`. */
  readonly interestLists: Map<number, List>
  count: number
}
export type Tongue = { readonly cells: (Cell | undefined)[]; count: number }
export type Cell = {
  readonly companyBit: number
  readonly wishBits: number
  readonly everyone: List
  /** Those who take anybody compatible, longest first. */
  readonly open: Set<Seat>
}
/** `placeIndexes[i]` says where in its own `places` the seat `seats[i]` notes this list. */
export type List = { readonly seats: Seat[]; readonly placeIndexes: number[] }
export type Place = { readonly list: List; index: number }

/** More interests than this cannot be held apart in `interestKey`; far above what a full pool can hold. */
export const INTEREST_IDS_MAX = 2 ** 24

function createShelf(): Shelf {
  return { liveliness: createLiveliness(), tongues: new Map(), interestLists: new Map(), count: 0 }
}

/** The shelves in use. One that is empty and saw nobody lately goes when a new one comes; none is shared by two keys. */
export function createShelves() {
  const shelves = new Map<string, Shelf>()

  return {
    shelfFor(mode: string, pool: string, nowMs: number): Shelf {
      const key = `${mode} ${pool}`
      const known = shelves.get(key)
      if (known !== undefined) return known
      for (const [otherKey, shelf] of shelves) {
        if (shelf.count === 0 && shelf.liveliness.recent(nowMs) === 0) shelves.delete(otherKey)
      }
      const shelf = createShelf()
      shelves.set(key, shelf)
      return shelf
    },
    size: () => shelves.size,
  }
}

export function putOnShelf(shelf: Shelf, seat: Seat): void {
  shelf.count += 1
  for (const language of seat.languages) {
    let tongue = shelf.tongues.get(language)
    if (tongue === undefined) {
      tongue = { cells: Array.from({ length: CELLS_PER_LANGUAGE }, () => undefined), count: 0 }
      shelf.tongues.set(language, tongue)
    }
    tongue.count += 1
    putInList(seat, cellFor(tongue, seat).everyone)
    for (const interest of seat.interests) {
      const key = interestKey(language, interest)
      let list = shelf.interestLists.get(key)
      if (list === undefined) shelf.interestLists.set(key, (list = createList()))
      putInList(seat, list)
    }
  }
}

export function takeFromShelf(shelf: Shelf, seat: Seat): void {
  shelf.count -= 1
  for (const place of seat.places) takeFromList(place)
  seat.places.length = 0
  for (const language of seat.languages) {
    for (const interest of seat.interests) {
      const key = interestKey(language, interest)
      if (shelf.interestLists.get(key)?.seats.length === 0) shelf.interestLists.delete(key)
    }
    const tongue = shelf.tongues.get(language)
    if (tongue === undefined) throw new Error('a waiting ticket is missing from its language')
    cellFor(tongue, seat).open.delete(seat)
    tongue.count -= 1
    if (tongue.count === 0) shelf.tongues.delete(language)
  }
}

/** From now on this person takes anybody compatible, and newcomers look here first. */
export function openOnShelf(shelf: Shelf, seat: Seat): void {
  for (const language of seat.languages) {
    const tongue = shelf.tongues.get(language)
    if (tongue !== undefined) cellFor(tongue, seat).open.add(seat)
  }
}

/** The cells that hold people of this language whom this person wishes for and who wish for this person. */
export function fittingCells(shelf: Shelf, seat: Seat, language: number): Cell[] {
  const found: Cell[] = []
  for (const cell of shelf.tongues.get(language)?.cells ?? []) {
    if (cell === undefined || cell.everyone.seats.length === 0) continue
    if ((cell.companyBit & seat.wishBits) !== 0 && (cell.wishBits & seat.companyBit) !== 0) found.push(cell)
  }
  return found
}

export function interestKey(language: number, interest: number): number {
  return language * INTEREST_IDS_MAX + interest
}

function cellFor(tongue: Tongue, seat: Seat): Cell {
  const index = COMPANY_INDEX[seat.companyBit] as number
  const key = index * 16 + seat.wishBits
  const cell = tongue.cells[key]
  if (cell !== undefined) return cell
  const made = { companyBit: seat.companyBit, wishBits: seat.wishBits, everyone: createList(), open: new Set<Seat>() }
  tongue.cells[key] = made
  return made
}
/** Four companies times sixteen sets of wishes (the empty one stays unused). */
const CELLS_PER_LANGUAGE = 4 * 16
const COMPANY_INDEX: Readonly<Record<number, number>> = { 1: 0, 2: 1, 4: 2, 8: 3 }

function createList(): List {
  return { seats: [], placeIndexes: [] }
}

function putInList(seat: Seat, list: List): void {
  list.placeIndexes.push(seat.places.length)
  seat.places.push({ list, index: list.seats.length })
  list.seats.push(seat)
}

function takeFromList({ list, index }: Place): void {
  const last = list.seats.pop()
  const lastPlaceIndex = list.placeIndexes.pop()
  if (last === undefined || lastPlaceIndex === undefined) throw new Error('a waiting ticket is missing from its list')
  if (index === list.seats.length) return
  list.seats[index] = last
  list.placeIndexes[index] = lastPlaceIndex
  const place = last.places[lastPlaceIndex]
  if (place === undefined) throw new Error('a waiting ticket does not know its place')
  place.index = index
}
