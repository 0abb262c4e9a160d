import { describe, expect, it } from 'vitest'
import { simulate } from './simulate.ts'

describe('[K4][M2] people over a bad network', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'seed %i: each text once, in order, to the right person, and nothing left behind',
    async (seed) => {
      const report = await simulate({ seed, steps: 120 })
      expect(report.broken).toEqual([])
      expect(report.calls).toBeGreaterThan(0)
      expect(report.textsShown).toBeGreaterThan(0)
    },
  )
})
