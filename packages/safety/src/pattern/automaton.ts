import { assert } from '../result.ts'
import type { Entered } from './entered.ts'
import type { Node, Pattern } from './parse.ts'
import type { Vocabulary } from './vocabulary.ts'

/**
 * All patterns of a pack as one position automaton (Glushkov 1961): a place for every word of every pattern, and which
 * place may follow which. There is nothing to back-track, so the work per word is bounded by the number of places,
 * whatever the text. SPEC SF11.
 */
export type Automaton = {
  /** For each place, the symbol that leads into it; ANY for every word. */
  readonly symbols: Int32Array
  /** Which places may follow a place: those of `follows` from `followsFrom[place]` up to, not including, `followsFrom[place + 1]`. */
  readonly followsFrom: Int32Array
  readonly follows: Int32Array
  /** For each place, the pattern that may end there, or NO_PATTERN. */
  readonly ends: Int32Array
  /** Places at which patterns begin, by symbol; those that only begin a sentence apart. */
  readonly begins: readonly (readonly number[] | undefined)[]
  readonly beginsSentence: readonly (readonly number[] | undefined)[]
  readonly beginsAny: readonly number[]
  readonly patterns: readonly Pattern[]
  /** Working memory of the search, clean between two. */
  readonly desk: Desk
}

export type Desk = {
  /** Per symbol, whether the edge at hand has it. */
  readonly wanted: Uint8Array
  /** Per place, where it stands among those entered, or -1. */
  readonly index: Int32Array
  /** Per token of a sentence what was entered before it. */
  readonly entered: Entered[]
}

export const ANY = -1
export const NO_PATTERN = -1
const PLACES_MAX = 200_000

export type Builder = { add(pattern: Pattern): number; build(): Automaton }

type Part = { readonly first: readonly number[]; readonly last: readonly number[]; readonly empty: boolean }

const NOTHING: Part = { first: [], last: [], empty: true }

/** After each place of `from` each of `to` may follow. */
type Link = { readonly from: readonly number[]; readonly to: readonly number[] }

/** Collects patterns; `add` answers the pattern's number, by which matches name it. */
export function createBuilder(vocabulary: Vocabulary): Builder {
  const symbols: number[] = []
  const links: Link[] = []
  const ends: number[] = []
  const patterns: Pattern[] = []
  const firsts: { readonly place: number; readonly atStart: boolean }[] = []

  function place(symbol: number): Part {
    const id = symbols.length
    assert(id < PLACES_MAX, 'a pack has too many patterns')
    symbols.push(symbol)
    ends.push(NO_PATTERN)
    const self = [id]
    return { first: self, last: self, empty: false }
  }

  function walk(node: Node): Part {
    if (node.kind === 'any') return place(ANY)
    if (node.kind === 'symbol') return place(vocabulary.symbol(node.key))
    if (node.kind === 'optional') return { ...walk(node.part), empty: true }
    if (node.kind === 'either') return either(node.parts)
    let whole = NOTHING
    for (const part of node.parts) whole = whole === NOTHING ? walk(part) : join(whole, walk(part))
    return whole
  }

  function either(nodes: readonly Node[]): Part {
    const first: number[] = []
    const last: number[] = []
    let empty = false
    for (const node of nodes) {
      const part = walk(node)
      first.push(...part.first)
      last.push(...part.last)
      empty ||= part.empty
    }
    return { first, last, empty }
  }

  function join(left: Part, right: Part): Part {
    links.push({ from: left.last, to: right.first })
    return {
      first: left.empty ? [...left.first, ...right.first] : left.first,
      last: right.empty ? [...left.last, ...right.last] : right.last,
      empty: left.empty && right.empty,
    }
  }

  return {
    add(pattern) {
      const { first, last } = walk(pattern.body)
      const number = patterns.length
      for (const id of last) ends[id] = number
      for (const id of first) firsts.push({ place: id, atStart: pattern.atStart })
      patterns.push(pattern)
      return number
    },
    build() {
      const begins: number[][] = []
      const beginsSentence: number[][] = []
      const beginsAny: number[] = []
      for (const { place: id, atStart } of firsts) {
        const symbol = symbols[id] ?? ANY
        if (symbol === ANY) beginsAny.push(id)
        else {
          const table = atStart ? beginsSentence : begins
          const list = (table[symbol] ??= [])
          list.push(id)
        }
      }
      return {
        symbols: Int32Array.from(symbols),
        ...followsOf(links, symbols.length),
        ends: Int32Array.from(ends),
        begins,
        beginsSentence,
        beginsAny,
        patterns,
        desk: {
          wanted: new Uint8Array(vocabulary.count()),
          index: new Int32Array(symbols.length).fill(-1),
          entered: [],
        },
      }
    },
  }
}

/** The links place by place, in the order in which they were made. Counted loops: packs are read before anything is compiled. */
function followsOf(links: readonly Link[], places: number): Pick<Automaton, 'follows' | 'followsFrom'> {
  const followsFrom = new Int32Array(places + 1)
  for (let link = 0; link < links.length; link++) {
    const { from, to } = links[link]!
    for (let at = 0; at < from.length; at++) followsFrom[from[at]! + 1]! += to.length
  }
  for (let place = 0; place < places; place++) followsFrom[place + 1]! += followsFrom[place]!
  const next = followsFrom.slice()
  const follows = new Int32Array(followsFrom[places]!)
  for (let link = 0; link < links.length; link++) {
    const { from, to } = links[link]!
    for (let at = 0; at < from.length; at++) {
      const place = from[at]!
      follows.set(to, next[place])
      next[place]! += to.length
    }
  }
  return { follows, followsFrom }
}
