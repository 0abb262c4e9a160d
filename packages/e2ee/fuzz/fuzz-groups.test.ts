import { describe, expect, it } from 'vitest'
import { createChance } from './chance.ts'
import { fuzzGroups } from './fuzz-groups.ts'

/**
 * A small share of what `npm run fuzz` does with other seeds. These two seeds fail within 20 steps on a library without
 * our patch (joining a group of more than four) and on one with the fault of 1.6.2 (removal without a path).
 */
describe('random groups', () => {
  it('[ER20] X25519, seed 3: members agree, removed members read nothing', { timeout: 60_000 }, async () => {
    const stats = await fuzzGroups({ seed: 3, runs: 2, steps: 24, suite: 'x25519' })
    expect(stats.runs).toBe(2)
    expect(stats.removals).toBeGreaterThan(3)
    expect(stats.removedAttempts).toBeGreaterThan(30)
    // Without the patch groups of more than four leaves break.
    expect(stats.leavesSeenMax).toBeGreaterThan(8)
  })

  it('[ER20] X-Wing, seed 8: members agree, removed members read nothing', { timeout: 60_000 }, async () => {
    const stats = await fuzzGroups({ seed: 8, runs: 1, steps: 24, suite: 'xwing' })
    expect(stats.runs).toBe(1)
    expect(stats.removals).toBeGreaterThan(0)
    expect(stats.removedAttempts).toBeGreaterThan(5)
    expect(stats.leavesSeenMax).toBeGreaterThan(4)
  })

  it('the same seed makes the same choices, another makes others', () => {
    const draw = (seed: number) => {
      const chance = createChance(seed)
      return Array.from({ length: 20 }, () => chance.below(1_000))
    }
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
  })
})
