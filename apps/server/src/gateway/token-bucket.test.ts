import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createTokenBucket } from './token-bucket.ts'

it('[A11] never lets through more than the burst and the steady rate together, for any pattern of arrivals', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }), (gaps) => {
      const bucket = createTokenBucket({ perSecond: 10, burst: 5, nowMs: 0 })
      let nowMs = 0
      let taken = 0
      for (const gap of gaps) {
        nowMs += gap
        if (bucket.take(nowMs) === 0) taken++
        expect(taken).toBeLessThanOrEqual(5 + (nowMs / 1_000) * 10 + 1e-6)
      }
    }),
  )
})

it('[A11] says truly when the next one may come', () => {
  const bucket = createTokenBucket({ perSecond: 10, burst: 1, nowMs: 0 })
  expect(bucket.take(0)).toBe(0)
  const waitMs = bucket.take(0)
  expect(waitMs).toBe(100)
  expect(bucket.take(99)).toBeGreaterThan(0)
  expect(createTokenBucket({ perSecond: 10, burst: 1, nowMs: 0 }).take(waitMs)).toBe(0)
  expect(bucket.take(100)).toBe(0)
})
