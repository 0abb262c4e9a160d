import { describe, expect, it } from 'vitest'
import { observe } from './simulate.ts'

describe('[K4] conversations over a bad network, with tabs that die', () => {
  it.each(Array.from({ length: 12 }, (_, at) => at + 1))(
    '[WV3] seed %i: each message once, in order, readable, and no group stuck',
    async (seed) => {
      const report = await observe({ seed, steps: 20 })
      expect(report.broken).toEqual([])
      expect(report.sent).toBeGreaterThan(0)
      expect(report.stored).toBeGreaterThan(0)
    },
  )
})
