import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRoomBlur } from './blur.ts'

const size = { width: 64, height: 36 }
const points = size.width * size.height

function picture(colourAt: (x: number, y: number) => readonly [number, number, number]): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(points * 4)
  for (let at = 0; at < points; at++)
    pixels.set([...colourAt(at % size.width, Math.floor(at / size.width)), 255], 4 * at)
  return pixels
}
const nobody = new Uint8ClampedArray(points)
const spread = (out: Uint8ClampedArray, channel: number) => {
  const values = [...out].filter((_, i) => i % 4 === channel)
  return Math.max(...values) - Math.min(...values)
}

describe('the blurred room', () => {
  it('[M10] a plain wall stays as it is, and every point is opaque', () => {
    const room = createRoomBlur(size)
    const out = room.blur(
      picture(() => [90, 120, 150]),
      nobody,
      'strong',
    )
    for (let at = 0; at < out.length; at += 4) expect(Array.from(out.slice(at, at + 4))).toEqual([90, 120, 150, 255])
  })

  it('[M10] what is in the room cannot be made out, with the strong blur less than with the light one', () => {
    const checks = picture((x, y) => (((x >> 2) + (y >> 2)) % 2 ? [255, 0, 255] : [0, 255, 0]))
    const room = createRoomBlur(size)
    const light = spread(room.blur(checks, nobody, 'light'), 0)
    const strong = spread(room.blur(checks, nobody, 'strong'), 0)
    expect(light).toBeLessThan(200)
    expect(strong).toBeLessThan(light)
  })

  it('[M10] nothing of the person is in it: no glow around them', () => {
    const alpha = new Uint8ClampedArray(points)
    const seen = picture((x, y) => (x > 20 && x < 40 && y > 8 ? [255, 0, 0] : [0, 80, 160]))
    for (let at = 0; at < points; at++) if ((seen[4 * at] ?? 0) === 255) alpha[at] = 255
    const out = createRoomBlur(size).blur(seen, alpha, 'strong')
    for (let at = 0; at < out.length; at += 4) expect(Array.from(out.slice(at, at + 3))).toEqual([0, 80, 160])
  })

  it('[M10] whatever is seen, colours stay within those of the room; with no room left it is plain grey', () => {
    const small = { width: 8, height: 6 }
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 192, maxLength: 192 }),
        fc.uint8Array({ minLength: 48, maxLength: 48 }),
        fc.constantFrom('light' as const, 'strong' as const),
        (bytes, alpha, strength) => {
          const pixels = new Uint8ClampedArray(bytes)
          const shares = new Uint8ClampedArray(alpha)
          const out = createRoomBlur(small).blur(pixels, shares, strength)
          for (const channel of [0, 1, 2]) {
            const room = [...shares.keys()]
              .filter((at) => 255 - (shares[at] ?? 0) >= 200)
              .map((at) => pixels[4 * at + channel] ?? 0)
            const [low, high] = room.length > 0 ? [Math.min(...room), Math.max(...room)] : [128, 128]
            for (let at = channel; at < out.length; at += 4) {
              expect(out[at]).toBeGreaterThanOrEqual(low - 1)
              expect(out[at]).toBeLessThanOrEqual(high + 1)
            }
          }
        },
      ),
    )
  })
})
