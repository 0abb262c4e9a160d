import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wounded } from '../../tests/franked.ts'
import { FRAMES, JPEG, WEBP } from '../../tests/framed.ts'
import { itemAt } from '../../tests/pair.ts'
import { isKeyFrame, stillMime, stillOf } from './key-frame.ts'
import { KEY_FRAME_BYTES_MAX } from './limits.ts'

const even = itemAt(FRAMES, 0)
const odd = itemAt(FRAMES, 1).slice(0, -1)

/** The payload of the only chunk, read as RFC 9649 has it. */
function unwrapped(still: Uint8Array): Uint8Array {
  const file = Buffer.from(still)
  expect([file.toString('latin1', 0, 4), file.toString('latin1', 8, 16)]).toEqual(['RIFF', 'WEBPVP8 '])
  expect(file.readUInt32LE(4)).toBe(file.length - 8)
  const length = file.readUInt32LE(16)
  expect(file.length).toBe(20 + length + (length % 2))
  return new Uint8Array(file.subarray(20, 20 + length))
}

/** The first frame with some bytes set. */
function withBytes(changes: Readonly<Record<number, number>>): Uint8Array {
  return even.map((byte, at) => changes[at] ?? byte)
}

/** The first frame with zeros behind it. */
function grownTo(bytes: number): Uint8Array {
  const grown = new Uint8Array(bytes)
  grown.set(even)
  return grown
}

describe('key frames as pictures', () => {
  it('[T3, EV4] a key frame stands unchanged in a WebP file, padded to an even length', () => {
    for (const frame of [even, odd, ...FRAMES]) {
      const still = stillOf(frame)
      if (!still) throw new Error('not a key frame')
      expect(unwrapped(still)).toEqual(frame)
      expect(stillMime(still)).toBe('image/webp')
    }
  })

  it.each([
    ['nothing', new Uint8Array()],
    ['a header and nothing else', even.slice(0, 10)],
    ['a frame of changes', withBytes({ 0: 0x71 })],
    ['a frame that is not shown', withBytes({ 0: 0x60 })],
    ['an unknown version', withBytes({ 0: 0x78 })],
    ['another start code', withBytes({ 3: 0x9e })],
    ['no width', withBytes({ 6: 0, 7: 0 })],
    ['no height', withBytes({ 8: 0, 9: 0 })],
    ['a width of 4,097', withBytes({ 6: 0x01, 7: 0x10 })],
    ['a first partition of no bytes', withBytes({ 0: 0x10, 1: 0, 2: 0 })],
    ['a first partition that is cut', even.slice(0, 20)],
    ['nothing behind the first partition', withBytes({ 0: 0x10 | ((92 & 7) << 5), 1: 92 >> 3, 2: 0 })],
    ['more than 256 KiB', grownTo(KEY_FRAME_BYTES_MAX + 1)],
    ['a JPEG', JPEG],
  ])('[T3, EV4] %s counts as not committed', (_, frame) => {
    expect(isKeyFrame(frame)).toBe(false)
    expect(stillOf(frame)).toBeUndefined()
  })

  it('[EV4] takes the largest sides, and ignores the hint to scale', () => {
    expect(isKeyFrame(withBytes({ 6: 0x00, 7: 0x10, 8: 0x00, 9: 0x10 }))).toBe(true)
    expect(isKeyFrame(withBytes({ 7: 0xc0 }))).toBe(true)
    expect(isKeyFrame(grownTo(KEY_FRAME_BYTES_MAX))).toBe(true)
  })

  it('[EV4] whatever the bytes: a picture that holds them, or none', () => {
    const hostile = fc.oneof(wounded(fc.constantFrom(...FRAMES)), fc.uint8Array({ maxLength: 60 }))
    fc.assert(
      fc.property(hostile, (bytes) => {
        const still = stillOf(bytes)
        if (still) expect(unwrapped(still)).toEqual(bytes)
      }),
      { numRuns: 2_000 },
    )
  })

  it('[EV5] knows JPEG and WebP by how they begin', () => {
    expect([stillMime(JPEG), stillMime(WEBP)]).toEqual(['image/jpeg', 'image/webp'])
    for (const other of [new Uint8Array(), JPEG.slice(1), WEBP.slice(0, 11), Uint8Array.of(0x89, 0x50, 0x4e, 0x47)])
      expect(stillMime(other)).toBeUndefined()
  })
})
