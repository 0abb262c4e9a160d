/** Method: every matching of a small graph is tried; solvers are judged against the best and against being a matching. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { solveExactly } from './solve.ts'

type Edge = { readonly a: number; readonly b: number; readonly weight: number }

function bestWeight(edges: readonly Edge[]): number {
  const [first, ...rest] = edges
  if (first === undefined) return 0
  const apart = rest.filter(({ a, b }) => ![a, b].includes(first.a) && ![a, b].includes(first.b))
  return Math.max(bestWeight(rest), first.weight + bestWeight(apart))
}

const graph = fc
  .array(fc.record({ a: fc.nat(7), b: fc.nat(7), weight: fc.integer({ min: 1, max: 60 }) }), { maxLength: 12 })
  .map((edges) => edges.filter(({ a, b }) => a !== b))
  .map((edges) => [
    ...new Map(edges.map((edge) => [`${Math.min(edge.a, edge.b)} ${Math.max(edge.a, edge.b)}`, edge])).values(),
  ])

describe('solveExactly', () => {
  it('[M5][MT17] finds a matching of the greatest weight there is', () => {
    fc.assert(
      fc.property(graph, (edges) => {
        const chosen = solveExactly(edges, (left, right) => right.weight - left.weight)
        const ends = chosen.flatMap(({ a, b }) => [a, b])
        expect(new Set(ends).size).toBe(ends.length)
        for (const edge of chosen) expect(edges).toContain(edge)
        expect(chosen.reduce((sum, edge) => sum + edge.weight, 0)).toBe(bestWeight(edges))
      }),
      { numRuns: 300 },
    )
  })

  it('[M5][MT17] an edge given from both sides counts once', () => {
    const edges = [
      { a: 'x', b: 'y', weight: 3 },
      { a: 'y', b: 'x', weight: 3 },
    ]
    expect(solveExactly(edges, () => 0)).toEqual([edges[0]])
  })
})
