import { describe, expect, it } from 'vitest'
import { fuzzHostile, type Attack } from './hostile-mls.ts'

/** A small share of what `npm run fuzz` does with other seeds. */
describe('hostile MLS bytes', () => {
  it.each([
    ['group', 1_500],
    ['pair', 500],
  ] as const)(
    '[K1][ER24][ER26][ER28][ER31][ER32] %s: refused with a code, nothing thrown, the group works on',
    { timeout: 60_000 },
    async (suite, inputs) => {
      const stats = await fuzzHostile({ seed: 3, inputs, suite })
      // Whatever is thrown at it is refused, but for what former members wrote while their epoch was still open.
      expect(stats.refused).toBeGreaterThan(inputs / 2)
      expect(stats.ahead).toBeGreaterThan(0)
      expect(stats.epochs).toBeGreaterThan(1)
      const everywhere: Attack[] = ['open', 'process', 'join', 'add', 'check', 'insider']
      for (const attack of everywhere) expect(stats.inputs[attack], attack).toBeGreaterThan(2)
    },
  )

  it('[ER32][K1] former members attack a group that goes on without them', { timeout: 60_000 }, async () => {
    const stats = await fuzzHostile({ seed: 8, inputs: 2_500, suite: 'group' })
    expect(stats.inputs.former).toBeGreaterThan(10)
  })
})
