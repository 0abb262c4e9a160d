import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PADDED_BYTES_MIN, SEALED_BYTES_MAX, TEXT_BYTES_MAX } from './limits.ts'
import { bucketBytes, pad, unpad } from './padding.ts'

it.each([
  [0, 256],
  [1, 256],
  [256, 256],
  [257, 272],
  [272, 272],
  [273, 288],
  [1_000, 1_024],
  [1_025, 1_088],
  [16_384, 16_384],
  [16_385, 17_408],
])('[ER12] %i bytes go into a bucket of %i', (length, bucket) => {
  expect(bucketBytes(length)).toBe(bucket)
})

it('[ER12] buckets are few, never smaller than the content, waste at most an eighth, and are their own bucket', () => {
  const buckets = new Set<number>()
  for (let length = PADDED_BYTES_MIN; length <= TEXT_BYTES_MAX + 200; length++) {
    const bucket = bucketBytes(length)
    expect(bucket).toBeGreaterThanOrEqual(length)
    expect(bucket - length).toBeLessThanOrEqual(length / 8)
    expect(bucketBytes(bucket)).toBe(bucket)
    buckets.add(bucket)
  }
  expect(buckets.size).toBeLessThan(110)
  // The longest text, with its header and the overhead of MLS (139 bytes and a call id), fits what the transport takes.
  expect(Math.max(...buckets) + 512).toBeLessThanOrEqual(SEALED_BYTES_MAX)
})

it('[ER12] what was padded comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3_000 }), (body) => {
      expect(unpad(pad(body))).toEqual(body)
    }),
  )
})

it('[ER12] only what pad would have made is unpadded', () => {
  const nearMisses = fc
    .tuple(fc.uint8Array({ maxLength: 600 }), fc.nat(), fc.nat(255), fc.integer({ min: -3, max: 3 }))
    .map(([body, at, byte, resize]) => {
      const padded = pad(body)
      padded[at % padded.length] = byte
      return resize < 0 ? padded.slice(0, resize) : Uint8Array.of(...padded, ...new Uint8Array(resize))
    })
  fc.assert(
    fc.property(fc.oneof(nearMisses, fc.uint8Array({ maxLength: 600 })), (bytes) => {
      const body = unpad(bytes)
      if (body !== undefined) expect(pad(body)).toEqual(bytes)
    }),
    { numRuns: 1_000 },
  )
})
