import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFrameLoop, FAILURES_MAX, OUTLINE_AGE_MAX_MS } from './frame-loop.ts'

type Picture = { readonly width: number; readonly height: number }
const FRAME_MS = 33
const camera: Picture = { width: 640, height: 480 }

/** An engine that answers as told, on a device where finding an outline takes `maskMs`. */
function setUp() {
  const world = {
    eye: 'finds' as 'finds' | 'waits' | 'breaks',
    paints: true,
    maskMs: 5,
    composeMs: 2,
    nowMs: 0,
    /** When the picture was taken that is looked at, and the last one in which somebody was found. */
    atMs: 0,
    found: undefined as { atMs: number; width: number } | undefined,
  }
  const loop = createFrameLoop<Picture, 'covered' | 'card'>({
    monotonicMs: () => world.nowMs,
    eye: {
      find({ width }) {
        world.nowMs += world.maskMs
        if (world.eye === 'breaks') throw new Error('broken')
        if (world.eye === 'finds') world.found = { atMs: world.atMs, width }
        return world.eye === 'finds'
      },
      follow: ({ width }) => expect(width).toBe(world.found?.width),
    },
    painter: {
      paint() {
        world.nowMs += world.composeMs
        if (!world.paints) throw new Error('lost')
        return 'covered'
      },
      card: () => 'card',
    },
  })
  return { world, loop }
}

describe('what leaves, picture by picture', () => {
  it('[M10] before the first outline there is the card, and nothing else', () => {
    const { world, loop } = setUp()
    world.eye = 'waits'
    for (let i = 0; i < 30; i++) expect(loop.next(camera, i * FRAME_MS)?.canvas).toBe('card')
    world.eye = 'finds'
    expect(loop.next(camera, 1_000)).toEqual({ canvas: 'covered', isCard: false, eased: false })
  })

  it('[M10] a model that fails: the last outline for a moment, then the card, and then it is called broken', () => {
    const { world, loop } = setUp()
    loop.next(camera, 0)
    world.eye = 'breaks'
    for (let atMs = FRAME_MS; atMs < 2_000; atMs += FRAME_MS)
      expect(loop.next(camera, atMs)?.isCard).toBe(atMs > OUTLINE_AGE_MAX_MS)
    expect(loop.isBroken()).toBe(2_000 / FRAME_MS > FAILURES_MAX)
    world.eye = 'finds'
    expect(loop.next(camera, 2_100)?.isCard).toBe(false)
    expect(loop.isBroken()).toBe(false)
  })

  it('[M10] an outline of another camera, another shape or another time is never used', () => {
    const { world, loop } = setUp()
    loop.next(camera, 1_000)
    world.eye = 'breaks'
    expect(loop.next({ width: 480, height: 640 }, 1_033)?.isCard).toBe(true)
    expect(loop.next(camera, 500)?.isCard).toBe(true)
    expect(loop.next(camera, 1_066)?.isCard).toBe(false)
    loop.begin(FRAME_MS)
    expect(loop.next(camera, 1_099)?.isCard).toBe(true)
  })

  it('[M10] [M11] when something else is to be shown, the last outline is not used for it', () => {
    const { world, loop } = setUp()
    loop.next(camera, 0)
    loop.forget()
    world.eye = 'waits'
    expect(loop.next(camera, 1)?.isCard).toBe(true)
  })

  it('[M10] drawing that fails shows the card', () => {
    const { world, loop } = setUp()
    world.paints = false
    expect(loop.next(camera, 0)).toMatchObject({ canvas: 'card', isCard: true })
  })

  it('[M10] whatever engine and device do: covered only with an outline younger than the bound, else the card', () => {
    const step = fc.record({
      eye: fc.constantFrom('finds' as const, 'waits' as const, 'breaks' as const),
      maskMs: fc.integer({ min: 0, max: 200 }),
      afterMs: fc.integer({ min: 1, max: 600 }),
      turned: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const { world, loop } = setUp()
        for (const { eye, maskMs, afterMs, turned } of steps) {
          Object.assign(world, { eye, maskMs, atMs: world.atMs + afterMs })
          const picture = turned ? { width: 480, height: 640 } : camera
          const shown = loop.next(picture, world.atMs)
          if (!shown) continue
          const ageMs = world.atMs - (world.found?.atMs ?? Number.NEGATIVE_INFINITY)
          const mayBeShown = world.found?.width === picture.width && ageMs <= OUTLINE_AGE_MAX_MS
          expect(shown.isCard).toBe(!mayBeShown)
          expect(shown.canvas).toBe(mayBeShown ? 'covered' : 'card')
        }
      }),
    )
  })
})
