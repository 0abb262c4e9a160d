import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { BACKOFF_MS_MAX, BACKOFF_MS_MIN, backoffMs } from './backoff.ts'

it('[K4] waits stay within bounds for any attempt, start short and are spread by chance', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, chance) => {
      const waitMs = backoffMs(attempt, chance)
      expect(waitMs).toBeGreaterThanOrEqual(BACKOFF_MS_MIN / 2)
      expect(waitMs).toBeLessThanOrEqual(BACKOFF_MS_MAX)
    }),
  )
  expect(backoffMs(0, 0.999)).toBeLessThanOrEqual(BACKOFF_MS_MIN)
  expect(backoffMs(20, 0.1)).not.toBe(backoffMs(20, 0.9))
})
