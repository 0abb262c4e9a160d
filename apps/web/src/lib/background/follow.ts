import type { Size } from './mask.ts'

/**
 * An outline that is used again, for a later picture: whoever moved meanwhile has uncovered a strip of the room behind them,
 * which the old outline takes for person. Points near the edge that look different now are covered.
 */
/** How far from the room a point may be uncovered by moving, in points of the mask. */
export const EDGE = 12
/** Difference of colour (sum over red, green and blue) that is noise, and one that is another thing. */
const SAME_MAX = 36
const OTHER_MIN = 84

/** For each point the steps to the nearest point of the room, at most `EDGE + 1`; 0 in the room itself. */
export function stepsToRoom(alpha: Uint8ClampedArray, { width, height }: Size, steps: Uint8Array): void {
  const far = EDGE + 1
  for (let at = 0; at < alpha.length; at++) steps[at] = alpha[at] === 0 ? 0 : far
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      if (x > 0) nearer(steps, at, at - 1)
      if (y > 0) nearer(steps, at, at - width)
    }
  }
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      const at = y * width + x
      if (x < width - 1) nearer(steps, at, at + 1)
      if (y < height - 1) nearer(steps, at, at + width)
    }
  }
}

function nearer(steps: Uint8Array, at: number, neighbour: number): void {
  const over = (steps[neighbour] as number) + 1
  if (over < (steps[at] as number)) steps[at] = over
}

/** Writes into `followed` what of `alpha` holds for the picture `now`, when it was made from `found`. */
export function followOutline(
  outline: { readonly alpha: Uint8ClampedArray; readonly steps: Uint8Array; readonly found: Uint8ClampedArray },
  now: Uint8ClampedArray,
  followed: Uint8ClampedArray,
): void {
  const { alpha, steps, found } = outline
  for (let at = 0; at < alpha.length; at++) {
    const own = alpha[at] as number
    if (own === 0 || (steps[at] as number) > EDGE) {
      followed[at] = own
      continue
    }
    const difference =
      Math.abs((now[4 * at] as number) - (found[4 * at] as number)) +
      Math.abs((now[4 * at + 1] as number) - (found[4 * at + 1] as number)) +
      Math.abs((now[4 * at + 2] as number) - (found[4 * at + 2] as number))
    const kept = (OTHER_MIN - difference) / (OTHER_MIN - SAME_MAX)
    followed[at] = kept >= 1 ? own : kept <= 0 ? 0 : own * kept
  }
}
