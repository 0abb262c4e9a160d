/**
 * Places of the camera's picture that are covered whatever else is shown [M11]. Filled with one colour: what is blurred can be
 * read again from many pictures, and what is not there cannot.
 */
export type Patch = {
  readonly id: number
  /** Shares of the picture from its upper left corner, as the camera sees it. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Red, green and blue, 0 to 255. */
  readonly colour: readonly [number, number, number]
}
/** More than anybody presses for; a longer list is a mistake. */
export const PATCHES_MAX = 24

export type Rectangle = { readonly left: number; readonly top: number; readonly width: number; readonly height: number }

/** The points of a picture that a patch covers: rounded outwards, and cut at the border. */
export function rectangleOf(patch: Patch, width: number, height: number): Rectangle {
  const left = Math.max(0, Math.floor(patch.x * width))
  const top = Math.max(0, Math.floor(patch.y * height))
  return {
    left,
    top,
    width: Math.max(0, Math.min(width, Math.ceil((patch.x + patch.width) * width)) - left),
    height: Math.max(0, Math.min(height, Math.ceil((patch.y + patch.height) * height)) - top),
  }
}
