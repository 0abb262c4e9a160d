import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rectangleOf } from './patches.ts'

const share = fc.double({ min: -0.5, max: 1.5, noNaN: true })
const side = fc.integer({ min: 1, max: 4_000 })

describe('the points that a covered place has in a picture', () => {
  it('[M11] every point the place touches is covered, and nothing outside of the picture is asked for', () => {
    fc.assert(
      fc.property(share, share, share, share, side, side, (x, y, across, down, width, height) => {
        const patch = { id: 1, x, y, width: Math.abs(across), height: Math.abs(down), colour: [0, 0, 0] } as const
        const place = rectangleOf(patch, width, height)
        expect(place.left >= 0 && place.top >= 0 && place.width >= 0 && place.height >= 0).toBe(true)
        expect(place.left + Math.max(0, place.width)).toBeLessThanOrEqual(Math.max(width, place.left))
        const [from, to] = [Math.max(0, x * width), Math.min(width, (x + patch.width) * width)]
        if (to > from) {
          expect(place.left).toBeLessThanOrEqual(from)
          expect(place.left + place.width).toBeGreaterThanOrEqual(to)
        }
      }),
    )
  })
})
