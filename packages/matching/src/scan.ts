import { accepts, fairnessOf, meetFromMs, NEVER, scoreOf } from './seat.ts'
import type { Seat } from './seat.ts'
import { fittingCells, interestKey } from './shelf.ts'
import type { Cell, List } from './shelf.ts'

/** Two people who may meet now and would. `weight` is the score plus what both are owed for waiting. */
export type Edge = { readonly a: Seat; readonly b: Seat; readonly score: number; readonly weight: number }

/** Best partners kept for each person looked at. */
export const EDGES_PER_TICKET = 8
/** A shelf with at most this many people is looked through whole. */
export const WHOLE_SHELF_MAX = 256
/** On a bigger one this many people are compared with each person looked at, and the best are kept. */
export const CANDIDATES_PER_TICKET = 32
const CANDIDATES_BY_INTEREST = 24
/** From the longest list of one kind at least this many are tried, so that no kind is left out. */
const TRIES_PER_LIST_MIN = 4

/** What one tick knows and counts. `evaluations` is the measure of its work, since this package has no clock. */
export type TickState = {
  readonly nowMs: number
  readonly number: number
  evaluations: number
}

type Scan = {
  readonly seat: Seat
  readonly tick: TickState
  readonly number: number
  readonly edges: Edge[]
  /** Earliest end of a cool-down met on the way. */
  meetFromMs: number
}

/**
 * Finds partners for one person at a time: everybody on a small shelf or where few fit, else a sample.
 *
 * Complete where fairness needs it: a person who takes anybody, and everybody who does among the others, is never
 * missed (SPEC MT14). `random32` only chooses where a sample starts.
 */
export function createScanner(random32: () => number) {
  let scans = 0

  /** The best acceptable partners, best first, and when a cool-down makes another look worthwhile. */
  return function scan(seat: Seat, tick: TickState): { edges: Edge[]; meetFromMs: number } {
    scans += 1
    const state: Scan = { seat, tick, number: scans, edges: [], meetFromMs: NEVER }
    seat.seenInScan = scans
    const cells = seat.languages.flatMap((language) => fittingCells(seat.shelf, seat, language))
    const others = cells.reduce((sum, cell) => sum + cell.everyone.seats.length, 0)
    if (seat.shelf.count <= WHOLE_SHELF_MAX || others <= CANDIDATES_PER_TICKET) {
      for (const cell of cells) for (const other of cell.everyone.seats) consider(state, other)
    } else {
      considerOpen(state, cells)
      sampleInterests(state, random32)
      sampleCells(state, cells, random32)
      if (seat.scoreMin === 0 && state.edges.length === 0) considerUntilFound(state, cells)
    }
    state.edges.sort(byWeight)
    return { edges: state.edges.slice(0, EDGES_PER_TICKET), meetFromMs: state.meetFromMs }
  }
}

/** Heaviest first; equal weights in order of arrival, so that the outcome never depends on how a sort is made. */
export function byWeight(left: Edge, right: Edge): number {
  return right.weight - left.weight || left.a.serial - right.a.serial || left.b.serial - right.b.serial
}

/** The edge between two people when they may meet now and one of them accepts the score. Counts one evaluation. */
export function edgeBetween(a: Seat, b: Seat, tick: TickState): Edge | undefined {
  tick.evaluations += 1
  if (a.account.heldTick === tick.number || b.account.heldTick === tick.number) return undefined
  return meetFromMs(a, b) > tick.nowMs ? undefined : scored(a, b, tick)
}

function scored(a: Seat, b: Seat, tick: TickState): Edge | undefined {
  const score = scoreOf(a, b)
  if (!accepts(a, b, score)) return undefined
  return { a, b, score, weight: score + fairnessOf(a, tick.nowMs) + fairnessOf(b, tick.nowMs) }
}

function consider(scan: Scan, other: Seat): void {
  if (other.seenInScan === scan.number) return
  other.seenInScan = scan.number
  scan.tick.evaluations += 1
  if (other.account.heldTick === scan.tick.number) return
  const fromMs = meetFromMs(scan.seat, other)
  if (fromMs > scan.tick.nowMs) {
    scan.meetFromMs = Math.min(scan.meetFromMs, fromMs)
    return
  }
  const edge = scored(scan.seat, other, scan.tick)
  if (edge !== undefined) scan.edges.push(edge)
}

/** Those who take anybody, longest waiting first in each cell, until enough are found. */
function considerOpen(scan: Scan, cells: readonly Cell[]): void {
  for (const cell of cells) {
    const enough = scan.edges.length + EDGES_PER_TICKET
    for (const other of cell.open) {
      consider(scan, other)
      if (scan.edges.length >= enough) break
    }
  }
}

function considerUntilFound(scan: Scan, cells: readonly Cell[]): void {
  for (const cell of cells) {
    for (const other of cell.everyone.seats) {
      consider(scan, other)
      if (scan.edges.length >= EDGES_PER_TICKET) return
    }
  }
}

/** People who share an interest, rarest interest first. */
function sampleInterests(scan: Scan, random32: () => number): void {
  const { seat } = scan
  const lists: List[] = []
  for (const language of seat.languages) {
    for (const interest of seat.interests) {
      const list = seat.shelf.interestLists.get(interestKey(language, interest))
      if (list !== undefined && list.seats.length > 1) lists.push(list)
    }
  }
  lists.sort((left, right) => left.seats.length - right.seats.length)
  const end = scan.tick.evaluations + CANDIDATES_BY_INTEREST
  for (const list of lists) sampleList(scan, list, end, random32)
}

function sampleCells(scan: Scan, cells: readonly Cell[], random32: () => number): void {
  const end = scan.tick.evaluations + CANDIDATES_PER_TICKET - CANDIDATES_BY_INTEREST
  const first = random32() % cells.length
  for (let i = 0; i < cells.length; i += 1) {
    const cell = cells[(first + i) % cells.length]
    if (cell !== undefined) sampleList(scan, cell.everyone, end, random32)
  }
}

/** Half of what is left of the allowance, or all of a short list, from a random place on. */
function sampleList(scan: Scan, list: List, end: number, random32: () => number): void {
  const { seats } = list
  const left = end - scan.tick.evaluations
  const tries = Math.min(seats.length, left, Math.max(TRIES_PER_LIST_MIN, left >> 1))
  if (tries <= 0) return
  const start = tries === seats.length ? 0 : random32() % seats.length
  for (let i = 0; i < tries; i += 1) consider(scan, seats[(start + i) % seats.length] as Seat)
}
