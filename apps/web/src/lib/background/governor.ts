/**
 * Keeps the work within what the device can do, also when it is hot or busy: first the outline of the person is found less
 * often and the last one is used again, and only then are fewer pictures shown. It goes by measured time alone.
 *
 * A step says how many camera pictures there are to one that is shown, and how many shown ones to a fresh outline.
 */
type Step = { readonly frameEvery: number; readonly maskEvery: number }
export const STEPS: readonly Step[] = [
  { frameEvery: 1, maskEvery: 1 },
  { frameEvery: 1, maskEvery: 2 },
  { frameEvery: 1, maskEvery: 3 },
  { frameEvery: 1, maskEvery: 4 },
  { frameEvery: 2, maskEvery: 2 },
  { frameEvery: 3, maskEvery: 2 },
  { frameEvery: 6, maskEvery: 1 },
]
/** Share of the time between two camera pictures that may be spent: more, and pictures come late or are lost. */
export const BUSY_MAX = 0.75
/** A better step is tried when it would be well within the bound, for so many pictures on end. */
const CALM_MAX = 0.55
const CALM_FRAMES = 90
/** Pictures to measure before the next change: the first ones after a start or a change are slower. */
const SETTLE_FRAMES = 10
const WEIGHT = 0.15

export type Plan = 'drop' | 'reuse' | 'mask'
export type Governor = {
  /** What to do with the camera's next picture. */
  plan(): Plan
  /** What a shown picture took, in milliseconds; `maskMs` when its outline was found anew. */
  measured(cost: { readonly composeMs: number; readonly maskMs?: number }): void
  /** Index into `STEPS`; 0 is the best. */
  step(): number
}

/** @param intervalMs between two pictures of the camera, in milliseconds. */
export function createGovernor(intervalMs: number): Governor {
  let step = 0
  let frames = 0
  let shown = 0
  let settled = 0
  let calm = 0
  let maskMs: number | undefined
  let composeMs: number | undefined
  const mean = (before: number | undefined, value: number) =>
    before === undefined ? value : before + WEIGHT * (value - before)

  function load(at: number): number {
    const { frameEvery, maskEvery } = STEPS[at] ?? { frameEvery: 1, maskEvery: 1 }
    return ((maskMs ?? 0) / maskEvery + (composeMs ?? 0)) / (intervalMs * frameEvery)
  }
  function move(to: number): void {
    step = to
    settled = calm = 0
  }
  return {
    plan() {
      const { frameEvery, maskEvery } = STEPS[step] ?? { frameEvery: 1, maskEvery: 1 }
      if (frames++ % frameEvery !== 0) return 'drop'
      return shown++ % maskEvery === 0 ? 'mask' : 'reuse'
    },
    measured(cost) {
      composeMs = mean(composeMs, cost.composeMs)
      if (cost.maskMs !== undefined) maskMs = mean(maskMs, cost.maskMs)
      settled += 1
      if (settled < SETTLE_FRAMES) return
      if (load(step) > BUSY_MAX) {
        if (step < STEPS.length - 1) move(step + 1)
        return
      }
      calm = step > 0 && load(step - 1) < CALM_MAX ? calm + 1 : 0
      if (calm >= CALM_FRAMES) move(step - 1)
    },
    step: () => step,
  }
}
