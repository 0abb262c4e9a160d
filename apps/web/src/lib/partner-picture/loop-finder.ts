import { distance } from './picture-sample.ts'

/** How many looks are remembered: two minutes at four a second. */
export const LOOKS_KEPT = 480
/** So many looks in a row must come again. */
const WINDOW = 28
/** A shorter period is somebody nodding. */
const PERIOD_MIN = 8
/** Looks do not fall on the same moment of each round: neighbours count too. */
const JITTER = 1
/** Below this the picture hardly moves, and every moment is like every other. */
const MOTION_MIN = 0.8
/** A round is the same when it differs by less than this part of how much the picture moves. */
const LIKENESS = 0.3

/** A picture that comes again, and how closely: 1 is the same to the last cell. */
export type Loop = { readonly periodLooks: number; readonly likeness: number }

/**
 * Finds out whether the last seconds have been there before: a recorded clip that is played over and over. People come
 * back to a pose, but not to a whole sequence of them at the same pace.
 *
 * The work is `LOOKS_KEPT` x `WINDOW` comparisons of small arrays, a few milliseconds; call it every few seconds.
 *
 * @param looks coarse pictures at an even pace, oldest first
 */
export function findLoop(looks: readonly Uint8Array[]): Loop | undefined {
  const end = looks.length
  if (end < WINDOW + PERIOD_MIN) return undefined
  const recent = looks.slice(end - WINDOW)
  const motion = medianOf(recent.slice(PERIOD_MIN / 2).map((look, at) => distance(look, recent[at] ?? look)))
  if (motion < MOTION_MIN) return undefined
  let best: Loop | undefined
  for (let period = PERIOD_MIN; period + WINDOW + JITTER <= end; period++) {
    const difference = differenceAt(looks, recent, period, LIKENESS * motion)
    if (difference === undefined) continue
    const likeness = 1 - difference / motion
    if (!best || likeness > best.likeness) best = { periodLooks: period, likeness }
  }
  return best
}

/** Mean difference to what was a period ago; undefined as soon as it cannot stay below `bound` any more. */
function differenceAt(
  looks: readonly Uint8Array[],
  recent: readonly Uint8Array[],
  period: number,
  bound: number,
): number | undefined {
  const start = looks.length - WINDOW - period
  let sum = 0
  for (const [at, look] of recent.entries()) {
    let nearest = Number.POSITIVE_INFINITY
    for (let shift = -JITTER; shift <= JITTER; shift++) {
      const before = looks[start + at + shift]
      if (before) nearest = Math.min(nearest, distance(look, before))
    }
    sum += nearest
    if (sum > bound * WINDOW) return undefined
  }
  return sum / WINDOW
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
