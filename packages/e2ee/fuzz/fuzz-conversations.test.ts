import { describe, expect, it } from 'vitest'
import { fuzzConversations } from './fuzz-conversations.ts'

/** A small share of what `npm run fuzz` does with other seeds. */
describe('random conversations', () => {
  it.each(['group', 'pair'] as const)(
    '[ER38][K1][K4] %s, seed 5: everybody agrees, removed devices read nothing',
    { timeout: 60_000 },
    async (suite) => {
      const stats = await fuzzConversations({ seed: 5, runs: 2, steps: 24, suite })
      expect(stats.runs).toBe(2)
      // Tame runs show nothing.
      for (const count of ['messages', 'commits', 'lateMessages', 'restarts', 'removals'] as const)
        expect(stats[count], count).toBeGreaterThan(4)
      expect(stats.races).toBeGreaterThan(0)
      expect(stats.accountsRemoved).toBeGreaterThan(0)
      expect(stats.devicesOfOneMax).toBeGreaterThan(1)
      expect(stats.removedAttempts).toBeGreaterThan(10)
      expect(stats.devicesSeenMax).toBeGreaterThan(5)
    },
  )
})
