import { createFigure, SOFT_ROOM, type Figure } from '../../e2e/support/figure.ts'

/**
 * The clip of the benchmark: a drawn person who sways before a room, so that the right mask of every picture is known. The
 * number of the picture stands on the person as light and dark fields, which is how a processed picture is told.
 */
export const WIDTH = 640
export const HEIGHT = 480
export const PICTURES = 64

/** Six fields, lowest digit first, in shares of the picture; a seventh is always light, so that a dark picture has no number. */
export const FIELDS = { digits: 6, count: 7, left: 0.395, top: 0.93, width: 0.03, height: 0.06 } as const

export const figure: Figure = createFigure(WIDTH / HEIGHT, SOFT_ROOM)

export type ClipPixel = { readonly rgb: readonly [number, number, number]; readonly person: boolean }

/** The pixel of the clip at a point, both from 0 to 1. */
export function clipAt(x: number, y: number, picture: number): ClipPixel {
  const { r, g, b, person } = figure.at(x, y, picture / PICTURES)
  const field = Math.floor((x - FIELDS.left) / FIELDS.width)
  if (field < 0 || field >= FIELDS.count || y < FIELDS.top || y > FIELDS.top + FIELDS.height)
    return { rgb: [r, g, b], person }
  return { rgb: field === FIELDS.digits || (picture >> field) & 1 ? [240, 240, 240] : [10, 10, 10], person }
}
