import { assert } from '../result.ts'
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
  readonly follows: readonly (readonly number[])[]
  /** For each place, the patterns that may end there. */
  readonly ends: readonly (readonly number[])[]
  /** Places at which patterns begin, by symbol; those that only begin a sentence apart. */
  readonly begins: readonly (readonly number[] | undefined)[]
  readonly beginsSentence: readonly (readonly number[] | undefined)[]
  readonly beginsAny: readonly number[]
  readonly patterns: readonly Pattern[]
  readonly symbolCount: number
}

export const ANY = -1
const PLACES_MAX = 200_000

export type Builder = { add(pattern: Pattern): number; build(): Automaton }

type Part = { readonly first: readonly number[]; readonly last: readonly number[]; readonly empty: boolean }

/** Collects patterns; `add` answers the pattern's number, by which matches name it. */
export function createBuilder(vocabulary: Vocabulary): Builder {
  const symbols: number[] = []
  const follows: number[][] = []
  const ends: number[][] = []
  const patterns: Pattern[] = []
  const firsts: { readonly place: number; readonly atStart: boolean }[] = []

  function place(symbol: number): Part {
    const id = symbols.length
    assert(id < PLACES_MAX, 'a pack has too many patterns')
    symbols.push(symbol)
    follows.push([])
    ends.push([])
    return { first: [id], last: [id], empty: false }
  }

  function walk(node: Node): Part {
    if (node.kind === 'any') return place(ANY)
    if (node.kind === 'symbol') return place(vocabulary.symbol(node.key))
    if (node.kind === 'optional') return { ...walk(node.part), empty: true }
    const parts = node.parts.map(walk)
    if (node.kind === 'either') {
      return {
        first: parts.flatMap((part) => part.first),
        last: parts.flatMap((part) => part.last),
        empty: parts.some((part) => part.empty),
      }
    }
    return parts.reduce(join, { first: [], last: [], empty: true })
  }

  function join(left: Part, right: Part): Part {
    for (const from of left.last) follows[from]?.push(...right.first)
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
      for (const id of last) ends[id]?.push(number)
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
      const symbolCount = vocabulary.count()
      return {
        symbols: Int32Array.from(symbols),
        follows,
        ends,
        begins,
        beginsSentence,
        beginsAny,
        patterns,
        symbolCount,
      }
    },
  }
}
