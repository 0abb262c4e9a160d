import type { Lattice } from '../text/lattice.ts'
import { ANY, type Automaton } from './automaton.ts'

/** A pattern that was found: tokens `from` up to, not including, `to`. */
export type Match = { readonly pattern: number; readonly from: number; readonly to: number }

/**
 * Every place where a pattern of the automaton fits into one sentence of a lattice, at most one per pattern and end.
 * Where several beginnings lead to one end the latest counts, so that a quote is short. Work is bounded by words times
 * places; a sentence has at most SENTENCE_TOKENS_MAX words. SPEC SF11, SF12.
 */
export function search(automaton: Automaton, lattice: Lattice, from: number, to: number): readonly Match[] {
  const matches: Match[] = []
  // For each token of the sentence: places that were entered by what ends before it, and where their match began.
  const active: Map<number, number>[] = Array.from({ length: to - from + 1 }, () => new Map<number, number>())
  const wanted = new Uint8Array(automaton.symbolCount)
  for (let at = from; at < to; at++) {
    const here = active[at - from] as Map<number, number>
    for (const edge of lattice.edges[at] ?? []) {
      if (edge.to > to) continue
      const there = active[edge.to - from] as Map<number, number>
      const isWord = edge.to === at + 1 && edge.isWord
      for (const symbol of edge.symbols) if (symbol < wanted.length) wanted[symbol] = 1
      for (const [place, start] of here) {
        for (const next of automaton.follows[place] ?? []) {
          const symbol = automaton.symbols[next] ?? ANY
          if (symbol === ANY ? isWord : wanted[symbol] === 1) enter(there, next, start)
        }
      }
      for (const symbol of edge.symbols) {
        wanted[symbol] = 0
        for (const place of automaton.begins[symbol] ?? []) enter(there, place, at)
        if (at === from) for (const place of automaton.beginsSentence[symbol] ?? []) enter(there, place, at)
      }
      if (isWord) for (const place of automaton.beginsAny) enter(there, place, at)
    }
    collect(active[at + 1 - from] as Map<number, number>, at + 1)
  }
  return matches

  function collect(entered: ReadonlyMap<number, number>, end: number): void {
    const latest = new Map<number, number>()
    for (const [place, start] of entered) {
      for (const pattern of automaton.ends[place] ?? []) {
        const { atEnd, asked, atStart } = automaton.patterns[pattern] ?? {}
        if (atEnd && end !== to) continue
        if (asked && !lattice.isQuestion(to)) continue
        if (atStart && start !== from) continue
        latest.set(pattern, Math.max(start, latest.get(pattern) ?? 0))
      }
    }
    for (const [pattern, start] of latest) matches.push({ pattern, from: start, to: end })
  }
}

function enter(places: Map<number, number>, place: number, start: number): void {
  const known = places.get(place)
  if (known === undefined || known < start) places.set(place, start)
}
