import { decode, encode } from 'cborg'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeBody } from './cbor-writer.ts'

/** The general library is the oracle: another implementation of the same deterministic encoding. */
const leaf = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noDefaultInfinity: true, noNaN: true }).filter((value) => !Number.isInteger(value)),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 400 }),
)
const body = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value'), { maxLength: 30 }), tie('map')),
  map: fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 70 }), tie('value'), { maxKeys: 30 }),
})).map

describe('bodies of frames', () => {
  it('[WP5] are written byte for byte as the general library writes them', () => {
    fc.assert(
      fc.property(body, (value) => {
        expect(Buffer.from(writeBody(value, 0)).toString('hex')).toBe(
          Buffer.from(encode(value, { float64: true })).toString('hex'),
        )
      }),
    )
  })

  it.each([0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER])(
    '[WP5] number, negative number and length %d have their shortest heads',
    (edge) => {
      expect([...writeBody(edge, 0)]).toEqual([...encode(edge)])
      expect([...writeBody(-edge, 0)]).toEqual([...encode(-edge)])
      if (edge > 70_000) return
      expect(writeBody(new Uint8Array(edge), 0)).toEqual(new Uint8Array(encode(new Uint8Array(edge))))
      expect(writeBody('ü'.repeat(edge), 0)).toEqual(new Uint8Array(encode('ü'.repeat(edge))))
    },
  )

  it('[WP8] leave out what is undefined, at any depth, and leave room before them', () => {
    const frame = writeBody({ b: undefined, a: { c: undefined, d: 1 } }, 6)
    expect([...frame.subarray(0, 6)]).toEqual([0, 0, 0, 0, 0, 0])
    expect(decode(frame.subarray(6))).toEqual({ a: { d: 1 } })
  })

  it('[WP8] a body does not touch the bytes of the one before it, whatever their sizes', () => {
    const first = writeBody({ text: 'first' }, 2)
    const large = writeBody({ bytes: new Uint8Array(200_000).fill(7) }, 2)
    const last = writeBody({ text: 'last' }, 2)
    expect(decode(first.subarray(2))).toEqual({ text: 'first' })
    expect(decode(large.subarray(2))).toEqual({ bytes: new Uint8Array(200_000).fill(7) })
    expect(decode(last.subarray(2))).toEqual({ text: 'last' })
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 0, Symbol('s')])(
    '[WP5] %s is refused, and the next body is sound',
    (value) => {
      expect(() => writeBody({ a: [value] }, 0)).toThrow(TypeError)
      expect(decode(writeBody({ a: [1] }, 0))).toEqual({ a: [1] })
    },
  )
})
