import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromB64, toB64 } from './b64.ts'

it('[WH2] bytes in JSON have one spelling, that of RFC 4648 section 5', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = toB64(bytes)
      expect(text).toBe(Buffer.from(bytes).toString('base64url'))
      expect(fromB64(text)).toEqual(bytes)
    }),
  )
})

it('[WH2] a megabyte is spelled like the rest', () => {
  const bytes = Uint8Array.from({ length: 1_000_001 }, (_, at) => (at * 31 + (at >> 8)) % 256)
  const text = toB64(bytes)
  expect(text === Buffer.from(bytes).toString('base64url')).toBe(true)
  expect(Buffer.from(fromB64(text) ?? []).equals(bytes)).toBe(true)
})

it('[WH2] whatever else is read is not taken for bytes', () => {
  for (const bad of ['A', 'AAAAA', 'AB', 'AAB', 'A=', 'A A', '+/+/', 'é', 'AA\n']) expect(fromB64(bad)).toBeUndefined()
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), (text) => {
      const bytes = fromB64(text)
      if (bytes) expect(toB64(bytes)).toBe(text)
    }),
  )
})
