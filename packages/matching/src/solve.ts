// The package brings no types, and whoever compiles this file through our door must see ours.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./edmonds-blossom.d.ts" />
import blossom from 'edmonds-blossom'
import { byWeight, edgeBetween } from './scan.ts'
import type { Edge, TickState } from './scan.ts'
import type { Seat } from './seat.ts'

/** Passes of exchanging partners after the greedy choice; hardly any gain is left after the third. */
const EXCHANGE_PASSES = 3

type Weighed = { readonly a: unknown; readonly b: unknown; readonly weight: number }

/**
 * The matching of greatest weight among these edges, exactly. Cubic in people, so for small shelves only; edges are the
 * best few of each person, which costs less than half a percent of the score. SPEC MT17.
 */
export function solveExactly<E extends Weighed>(edges: readonly E[], order: (left: E, right: E) => number): E[] {
  const vertices = new Map<unknown, number>()
  const byPair = new Map<string, E>()
  const graph: [number, number, number][] = []
  const vertexOf = (seat: unknown): number => {
    const known = vertices.get(seat)
    if (known !== undefined) return known
    vertices.set(seat, vertices.size)
    return vertices.size - 1
  }
  for (const edge of edges) {
    const [a, b] = [vertexOf(edge.a), vertexOf(edge.b)]
    const key = pairKey(a, b)
    if (byPair.has(key)) continue
    byPair.set(key, edge)
    graph.push([a, b, edge.weight])
  }
  const mates = blossom(graph, false)
  const chosen: E[] = []
  for (const [a, b] of mates.entries()) {
    const edge = b > a ? byPair.get(pairKey(a, b)) : undefined
    if (edge !== undefined) chosen.push(edge)
  }
  return chosen.toSorted(order)
}

function pairKey(a: number, b: number): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`
}

/**
 * A good matching in about linear time: heaviest edge first, then exchanges of partners between two pairs, or along a
 * free person, wherever the sum grows. For big shelves. SPEC MT18.
 */
export function solveGreedily(edges: readonly Edge[], tick: TickState): Edge[] {
  const chosen = new Map<Seat, Edge>()
  for (const edge of edges.toSorted(byWeight)) {
    if (chosen.has(edge.a) || chosen.has(edge.b)) continue
    choose(chosen, edge)
  }
  const edgesOf = new Map<Seat, Edge[]>()
  for (const edge of edges) {
    for (const seat of [edge.a, edge.b]) {
      const list = edgesOf.get(seat)
      if (list === undefined) edgesOf.set(seat, [edge])
      else list.push(edge)
    }
  }
  for (let pass = 0; pass < EXCHANGE_PASSES; pass += 1) {
    let improved = false
    for (const [seat, options] of edgesOf) {
      for (const option of options) improved = improve(chosen, edgesOf, seat, option, tick) || improved
    }
    if (!improved) break
  }
  return [...new Set(chosen.values())].toSorted(byWeight)
}

/** Tries to give `seat` the partner of `option`, with the two left behind meeting each other or somebody free. */
function improve(
  chosen: Map<Seat, Edge>,
  edgesOf: ReadonlyMap<Seat, Edge[]>,
  seat: Seat,
  option: Edge,
  tick: TickState,
): boolean {
  const mine = chosen.get(seat)
  const wanted = otherOf(option, seat)
  const theirs = chosen.get(wanted)
  if (theirs === undefined || theirs === mine) return false
  const left = otherOf(theirs, wanted)
  const lost = (mine?.weight ?? 0) + theirs.weight
  const second =
    mine === undefined ? freeEdge(chosen, edgesOf, left, seat) : edgeBetween(otherOf(mine, seat), left, tick)
  if (second === undefined || option.weight + second.weight <= lost) return false
  if (mine !== undefined) drop(chosen, mine)
  drop(chosen, theirs)
  choose(chosen, option)
  choose(chosen, second)
  return true
}

/** The heaviest known edge of `seat` to somebody free other than `except`. */
function freeEdge(
  chosen: ReadonlyMap<Seat, Edge>,
  edgesOf: ReadonlyMap<Seat, Edge[]>,
  seat: Seat,
  except: Seat,
): Edge | undefined {
  let best: Edge | undefined
  for (const edge of edgesOf.get(seat) ?? []) {
    const other = otherOf(edge, seat)
    if (other !== except && !chosen.has(other) && (best === undefined || edge.weight > best.weight)) best = edge
  }
  return best
}

function otherOf(edge: Edge, seat: Seat): Seat {
  return edge.a === seat ? edge.b : edge.a
}

function choose(chosen: Map<Seat, Edge>, edge: Edge): void {
  chosen.set(edge.a, edge)
  chosen.set(edge.b, edge)
}

function drop(chosen: Map<Seat, Edge>, edge: Edge): void {
  chosen.delete(edge.a)
  chosen.delete(edge.b)
}
