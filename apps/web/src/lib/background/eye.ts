import { createRoomBlur, type RoomBlur, type Strength } from './blur.ts'
import type { Compositor } from './compositor.ts'
import { followOutline, stepsToRoom } from './follow.ts'
import { alphaOf, refineMask, steadyMask, type Size } from './mask.ts'
import type { Picture } from './protocol.ts'
import type { Engine, Segmenter } from './segmenter.ts'

/** Looks for the person in the camera's pictures: makes them small, asks the engine, makes the answer calm and exact. */
export type PersonEye = {
  find(picture: Sized): boolean
  /** Fits the last outline to a later picture. */
  follow(picture: Sized): void
  /** The next outline does not follow the former one: another camera. */
  forget(): void
  /** Blurs the room from the next outline on; undefined when something else is put there. */
  setBlur(strength: Strength | undefined): void
  /** Takes all of every picture for person from the next outline on: nothing is put behind anybody, nothing is looked for. */
  setOpen(isOpen: boolean): void
}
export type Sized = { readonly picture: Picture; readonly width: number; readonly height: number }

/** The wide model costs half, and errs less at the edge of the person than the square one does; that is for upright pictures. */
const WIDE_MIN = 1.2
const shapeOf = ({ width, height }: Sized) => (width >= height * WIDE_MIN ? 'landscape' : 'square')

/** An outline around everything. */
const OPEN = {
  alpha: new Uint8ClampedArray(4).fill(255),
  pixels: new Uint8ClampedArray(16),
  size: { width: 2, height: 2 },
}

type Sight = {
  readonly segmenter: Segmenter
  readonly size: Size
  readonly small: OffscreenCanvas
  readonly pen: OffscreenCanvasRenderingContext2D
  readonly alpha: Uint8ClampedArray
  readonly steps: Uint8Array
  readonly followed: Uint8ClampedArray
  /** The small picture in which the outline was found. */
  found: Uint8ClampedArray | undefined
  readonly roomBlur: RoomBlur
  /** What is known of the outline from picture to picture. */
  steady: Float32Array | undefined
}

/** `failed` hears when the model of another shape of picture cannot be had. */
export function createEye(deps: {
  readonly engine: Engine
  readonly compositor: Compositor
  readonly failed: () => void
}): PersonEye {
  const sights: Partial<Record<'landscape' | 'square', Sight | 'opening'>> = {}
  let strength: Strength | undefined
  let isOpen = false

  async function open(shape: 'landscape' | 'square'): Promise<void> {
    sights[shape] = 'opening'
    try {
      sights[shape] = sightOf(await deps.engine.open(shape))
    } catch {
      deps.failed()
    }
  }

  return {
    find(seen) {
      if (isOpen) {
        deps.compositor.setOutline(OPEN.alpha, OPEN.pixels, OPEN.size)
        return true
      }
      const { picture } = seen
      const shape = shapeOf(seen)
      const sight = sights[shape]
      if (!sight) void open(shape)
      if (!sight || sight === 'opening') return false
      const { size, pen, small } = sight
      pen.drawImage(picture, 0, 0, size.width, size.height)
      const mask = sight.segmenter.segment(small)
      const { data: pixels } = pen.getImageData(0, 0, size.width, size.height)
      const refined = refineMask(mask, pixels, size)
      if (sight.steady) steadyMask(sight.steady, refined)
      else sight.steady = refined
      alphaOf(sight.steady, sight.alpha)
      stepsToRoom(sight.alpha, size, sight.steps)
      sight.found = pixels
      deps.compositor.setOutline(sight.alpha, pixels, size)
      if (strength) deps.compositor.setRoom(sight.roomBlur.blur(pixels, sight.alpha, strength), sight.roomBlur.size)
      return true
    },
    follow(seen) {
      if (isOpen) return
      const sight = sights[shapeOf(seen)]
      if (!sight || sight === 'opening' || !sight.found) throw new Error('nothing to follow')
      const { size, pen, alpha, steps, followed, found } = sight
      pen.drawImage(seen.picture, 0, 0, size.width, size.height)
      const { data: now } = pen.getImageData(0, 0, size.width, size.height)
      followOutline({ alpha, steps, found }, now, followed)
      deps.compositor.setOutline(followed, now, size)
    },
    forget() {
      for (const sight of Object.values(sights)) if (sight !== 'opening') sight.steady = undefined
    },
    setBlur: (next) => void (strength = next),
    setOpen: (next) => void (isOpen = next),
  }
}

function sightOf(segmenter: Segmenter): Sight {
  const { size } = segmenter
  const small = new OffscreenCanvas(size.width, size.height)
  const pen = small.getContext('2d', { willReadFrequently: true, alpha: false })
  if (!pen) throw new Error('no canvas')
  const points = size.width * size.height
  return {
    segmenter,
    size,
    small,
    pen,
    alpha: new Uint8ClampedArray(points),
    steps: new Uint8Array(points),
    followed: new Uint8ClampedArray(points),
    found: undefined,
    roomBlur: createRoomBlur(size),
    steady: undefined,
  }
}
