import type { DeviceStorage } from '../app/storage.ts'

/** Where the own picture stands over the partner's. `start` and `end` follow the direction of writing. */
export const SELF_CORNERS = ['bottom-end', 'bottom-start', 'top-start', 'top-end'] as const
export type SelfCorner = (typeof SELF_CORNERS)[number]

/** Moved by less than this, pixels, it was a press and not a drag. */
export const DRAG_PIXELS_MIN = 6
const KEY = 'visavis.self-corner'

/**
 * The corner nearest to a place.
 *
 * @param at the middle of the own picture, in pixels from the upper left of the scene
 */
export function cornerAt(
  at: { readonly x: number; readonly y: number },
  scene: { readonly width: number; readonly height: number },
  isRtl: boolean,
): SelfCorner {
  const isLeft = at.x < scene.width / 2
  const block = at.y < scene.height / 2 ? 'top' : 'bottom'
  return `${block}-${isLeft === isRtl ? 'end' : 'start'}`
}

/** Where an arrow key leads; undefined for any other key. At the edge it stays. */
export function cornerBeside(corner: SelfCorner, key: string, isRtl: boolean): SelfCorner | undefined {
  const [block, inline] = corner.split('-') as ['top' | 'bottom', 'start' | 'end']
  switch (key) {
    case 'ArrowUp':
      return `top-${inline}`
    case 'ArrowDown':
      return `bottom-${inline}`
    case 'ArrowLeft':
      return `${block}-${isRtl ? 'end' : 'start'}`
    case 'ArrowRight':
      return `${block}-${isRtl ? 'start' : 'end'}`
    default:
      return undefined
  }
}

/** The next one around the scene: for a press, by those who cannot drag. */
export function cornerAfter(corner: SelfCorner): SelfCorner {
  return SELF_CORNERS[(SELF_CORNERS.indexOf(corner) + 1) % SELF_CORNERS.length] ?? 'bottom-end'
}

export function readCorner(storage: DeviceStorage): SelfCorner {
  const kept = storage.read(KEY)
  return SELF_CORNERS.find((corner) => corner === kept) ?? 'bottom-end'
}

export function writeCorner(storage: DeviceStorage, corner: SelfCorner): void {
  storage.write(KEY, corner)
}
