import type { Edge, Lattice } from '../text/lattice.ts'
import { ANY, NO_PATTERN, type Automaton } from './automaton.ts'
import { createEntered, enter, keepDistinct, type Entered } from './entered.ts'

/** A pattern that was found: tokens `from` up to, not including, `to`. */
export type Match = { readonly pattern: number; readonly from: number; readonly to: number }

/**
 * Every place where a pattern of the automaton fits into one sentence of a lattice, at most one per pattern and end.
 * Where several beginnings lead to one end the latest counts, so that a quote is short. Work is bounded by words times
 * places; a sentence has at most SENTENCE_TOKENS_MAX words. SPEC SF11, SF12.
 */
export function search(automaton: Automaton, lattice: Lattice, from: number, to: number): readonly Match[] {
  const matches: Match[] = []
  const { desk } = automaton
  // For each token of the sentence: places that were entered by what ends before it, and where their match began.
  while (desk.entered.length <= to - from) desk.entered.push(createEntered())
  for (let at = 0; at <= to - from; at++) (desk.entered[at] as Entered).count = 0
  for (let at = from; at <= to; at++) {
    const here = desk.entered[at - from] as Entered
    keepDistinct(here, desk.index)
    collect(automaton, lattice, here, { from, at, to }, matches)
    if (at === to) break
    for (const edge of lattice.edges[at] ?? []) {
      if (edge.to > to) continue
      const there = desk.entered[edge.to - from] as Entered
      const isWord = edge.to === at + 1 && edge.isWord
      goOn(automaton, edge, isWord, here, there)
      begin(automaton, edge, isWord, { from, at }, there)
    }
  }
  return matches
}

/** Goes from the places entered to those that may follow by an edge. */
function goOn(
  { symbols, follows, followsFrom, desk }: Automaton,
  edge: Edge,
  isWord: boolean,
  here: Entered,
  there: Entered,
): void {
  const { wanted } = desk
  for (const symbol of edge.symbols) if (symbol < wanted.length) wanted[symbol] = 1
  for (let each = 0; each < here.count; each++) {
    const place = here.places[each]!
    const end = followsFrom[place + 1]!
    for (let at = followsFrom[place]!; at < end; at++) {
      const next = follows[at]!
      const symbol = symbols[next]!
      if (symbol === ANY ? isWord : wanted[symbol] === 1) enter(there, next, here.starts[each]!)
    }
  }
  for (const symbol of edge.symbols) if (symbol < wanted.length) wanted[symbol] = 0
}

/** Enters the first places of patterns that begin with an edge. */
function begin(
  { begins, beginsSentence, beginsAny }: Automaton,
  edge: Edge,
  isWord: boolean,
  { from, at }: { readonly from: number; readonly at: number },
  there: Entered,
): void {
  for (const symbol of edge.symbols) {
    for (const place of begins[symbol] ?? []) enter(there, place, at)
    if (at === from) for (const place of beginsSentence[symbol] ?? []) enter(there, place, at)
  }
  if (isWord) for (const place of beginsAny) enter(there, place, at)
}

/** What ends before token `at` of a sentence, each pattern once. */
function collect(
  { ends, patterns }: Automaton,
  lattice: Lattice,
  here: Entered,
  { from, at, to }: { readonly from: number; readonly at: number; readonly to: number },
  matches: Match[],
): void {
  let latest: Map<number, number> | undefined
  for (let each = 0; each < here.count; each++) {
    const pattern = ends[here.places[each]!]!
    if (pattern === NO_PATTERN) continue
    const start = here.starts[each]!
    const { atEnd, asked, atStart } = patterns[pattern] ?? {}
    if (atEnd && at !== to) continue
    if (asked && !lattice.isQuestion(to)) continue
    if (atStart && start !== from) continue
    latest ??= new Map()
    latest.set(pattern, Math.max(start, latest.get(pattern) ?? 0))
  }
  for (const [pattern, start] of latest ?? []) matches.push({ pattern, from: start, to: at })
}
