import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alphaOf, refineMask, steadyMask } from './mask.ts'

const share = fc.float({ min: 0, max: 1, noNaN: true })
const masks = (length: number) =>
  fc.array(share, { minLength: length, maxLength: length }).map((all) => Float32Array.from(all))

describe('the outline', () => {
  it('[M10] trembling is made calm, movement is followed at once', () => {
    const steady = Float32Array.of(0.5, 0, 1)
    steadyMask(steady, Float32Array.of(0.6, 1, 0))
    expect(steady[0]).toBeGreaterThan(0.5)
    expect(steady[0]).toBeLessThan(0.6)
    expect([steady[1], steady[2]]).toEqual([1, 0])
  })

  it('[M10] a calm outline stays between what it was and what was found, and comes to it', () => {
    fc.assert(
      fc.property(masks(12), masks(12), (before, found) => {
        const steady = before.slice()
        steadyMask(steady, found)
        for (const [i, value] of steady.entries()) {
          const [low, high] = [Math.min(before[i] ?? 0, found[i] ?? 0), Math.max(before[i] ?? 0, found[i] ?? 0)]
          expect(value).toBeGreaterThanOrEqual(low - 1e-6)
          expect(value).toBeLessThanOrEqual(high + 1e-6)
        }
        for (let i = 0; i < 40; i++) steadyMask(steady, found)
        for (const [i, value] of steady.entries()) expect(value).toBeCloseTo(found[i] ?? 0, 3)
      }),
    )
  })

  it('[M10] where the model is unsure, the outline goes to the edge that is in the picture', () => {
    const size = { width: 9, height: 9 }
    // Left of column 4 dark (the person), from there on bright; the model thinks the edge is wide and blunt.
    const pixels = new Uint8ClampedArray(9 * 9 * 4)
    const mask = new Float32Array(9 * 9)
    for (let at = 0; at < 81; at++) {
      const x = at % 9
      pixels.fill(x < 4 ? 20 : 230, 4 * at, 4 * at + 4)
      mask[at] = x < 3 ? 1 : x > 5 ? 0 : ([0.75, 0.5, 0.25][x - 3] ?? 0)
    }
    const refined = refineMask(mask, pixels, size)
    const row = Array.from(refined.slice(36, 45))
    expect(row[3]).toBeGreaterThan(0.85)
    expect(row[4]).toBeLessThan(0.3)
    expect([row[0], row[8]]).toEqual([1, 0])
  })

  it('[M10] refining never leaves 0 to 1, and changes nothing that is sure', () => {
    const size = { width: 6, height: 6 }
    fc.assert(
      fc.property(masks(36), fc.uint8Array({ minLength: 144, maxLength: 144 }), (mask, bytes) => {
        const refined = refineMask(mask, new Uint8ClampedArray(bytes), size)
        for (const [i, value] of refined.entries()) {
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1 + 1e-6)
          const own = mask[i] ?? 0
          if (own < 0.06 || own > 0.94) expect(value).toBe(own)
        }
      }),
    )
  })

  it('[M10] doubt is covered: what may well be room is not shown, and showing rises with certainty', () => {
    const alpha = new Uint8ClampedArray(5)
    alphaOf(Float32Array.of(0, 0.3, 0.5, 0.75, 1), alpha)
    expect([alpha[0], alpha[1], alpha[3], alpha[4]]).toEqual([0, 0, 255, 255])
    expect(alpha[2]).toBeLessThan(128)
    fc.assert(
      fc.property(share, share, (a, b) => {
        const two = new Uint8ClampedArray(2)
        alphaOf(Float32Array.of(Math.min(a, b), Math.max(a, b)), two)
        expect(two[0]).toBeLessThanOrEqual(two[1] ?? 0)
      }),
    )
  })
})
