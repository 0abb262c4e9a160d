import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EDGE, followOutline, stepsToRoom } from './follow.ts'

const size = { width: 40, height: 4 }
const points = size.width * size.height

function grey(levels: (x: number) => number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(points * 4)
  for (let at = 0; at < points; at++) pixels.fill(levels(at % size.width), 4 * at, 4 * at + 4)
  return pixels
}
/** The person is at and right of column 20. */
function outline(found: Uint8ClampedArray) {
  const alpha = Uint8ClampedArray.from({ length: points }, (_, at) => (at % size.width >= 20 ? 255 : 0))
  const steps = new Uint8Array(points)
  stepsToRoom(alpha, size, steps)
  return { alpha, steps, found }
}

describe('an outline that is used again', () => {
  it('[M10] whoever did not move keeps it to the point', () => {
    const seen = grey((x) => (x >= 20 ? 60 : 220))
    const followed = new Uint8ClampedArray(points)
    followOutline(
      outline(seen),
      grey((x) => (x >= 20 ? 66 : 216)),
      followed,
    )
    expect(followed).toEqual(outline(seen).alpha)
  })

  it('[M10] the strip of the room that a movement uncovers is covered', () => {
    const followed = new Uint8ClampedArray(points)
    // They moved eight points to the right: what was person is room there now.
    followOutline(
      outline(grey((x) => (x >= 20 ? 60 : 220))),
      grey((x) => (x >= 28 ? 60 : 220)),
      followed,
    )
    for (let x = 0; x < size.width; x++) expect(followed[x]).toBe(x < 28 ? 0 : 255)
  })

  it('[M10] deep within the person nothing is covered, whatever changes there', () => {
    const followed = new Uint8ClampedArray(points)
    followOutline(
      outline(grey(() => 60)),
      grey((x) => (x > 20 + EDGE ? 255 : 60)),
      followed,
    )
    expect(followed[39]).toBe(255)
  })

  it('[M10] steps to the room are exact up to the bound', () => {
    const { steps } = outline(grey(() => 0))
    for (let x = 0; x < size.width; x++) expect(steps[x]).toBe(x < 20 ? 0 : Math.min(EDGE + 1, x - 19))
  })

  it('[M10] following never shows more than was found', () => {
    const bytes = (count: number) => fc.uint8Array({ minLength: count, maxLength: count })
    fc.assert(
      fc.property(bytes(points), bytes(points * 4), bytes(points * 4), (shares, then, now) => {
        const alpha = new Uint8ClampedArray(shares)
        const steps = new Uint8Array(points)
        stepsToRoom(alpha, size, steps)
        const followed = new Uint8ClampedArray(points)
        followOutline({ alpha, steps, found: new Uint8ClampedArray(then) }, new Uint8ClampedArray(now), followed)
        for (let at = 0; at < points; at++) expect(followed[at]).toBeLessThanOrEqual(alpha[at] ?? 0)
      }),
    )
  })
})
