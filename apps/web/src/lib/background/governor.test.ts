import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BUSY_MAX, createGovernor, STEPS, type Plan } from './governor.ts'

const INTERVAL_MS = 1_000 / 30

/** Plays `pictures` pictures of a camera on a device of that speed; gives what was done with each. */
function play(
  governor: ReturnType<typeof createGovernor>,
  pictures: number,
  maskMs: number,
  composeMs: number,
): Plan[] {
  const plans: Plan[] = []
  for (let i = 0; i < pictures; i++) {
    const plan = governor.plan()
    plans.push(plan)
    if (plan !== 'drop') governor.measured(plan === 'mask' ? { composeMs, maskMs } : { composeMs })
  }
  return plans
}
const count = (plans: readonly Plan[], plan: Plan) => plans.filter((each) => each === plan).length

describe('the governor of the background', () => {
  it('[M10] a quick device finds the outline anew in every picture and shows every picture', () => {
    const governor = createGovernor(INTERVAL_MS)
    expect(new Set(play(governor, 300, 8, 4))).toEqual(new Set(['mask']))
    expect(governor.step()).toBe(0)
  })

  it('[M10] a slower device finds the outline less often and still shows every picture', () => {
    const governor = createGovernor(INTERVAL_MS)
    const plans = play(governor, 300, 28, 6).slice(100)
    expect(count(plans, 'drop')).toBe(0)
    expect(count(plans, 'reuse')).toBeGreaterThan(count(plans, 'mask') / 2)
  })

  it('[M10] only when that is not enough are fewer pictures shown', () => {
    const governor = createGovernor(INTERVAL_MS)
    const plans = play(governor, 600, 60, 24).slice(300)
    expect(count(plans, 'drop')).toBeGreaterThan(0)
    expect(count(plans, 'mask')).toBeGreaterThan(0)
  })

  it('[M10] a device that cools down gets the better steps back, one after the other', () => {
    const governor = createGovernor(INTERVAL_MS)
    play(governor, 300, 60, 24)
    let before = governor.step()
    expect(before).toBeGreaterThan(2)
    for (let i = 0; i < 5_000; i++) {
      play(governor, 1, 5, 3)
      expect(before - governor.step()).toBeLessThanOrEqual(1)
      before = governor.step()
    }
    expect(governor.step()).toBe(0)
  })

  it('[M10] no step needs more work than the one before, and the mask rate goes before the frame rate', () => {
    for (const [i, step] of STEPS.entries()) {
      const before = STEPS[i - 1]
      if (!before) continue
      expect(step.frameEvery).toBeGreaterThanOrEqual(before.frameEvery)
      expect(step.frameEvery * step.maskEvery).toBeGreaterThanOrEqual(before.frameEvery * before.maskEvery)
    }
    expect(STEPS.findIndex(({ frameEvery }) => frameEvery > 1)).toBeGreaterThan(2)
  })

  it('[M10] whatever the device, it settles on a step that it can bear, or on the last', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 400, noNaN: true }),
        fc.double({ min: 1, max: 200, noNaN: true }),
        (maskMs, composeMs) => {
          const governor = createGovernor(INTERVAL_MS)
          play(governor, 3_000, maskMs, composeMs)
          const step = STEPS[governor.step()]
          const load = (maskMs / (step?.maskEvery ?? 1) + composeMs) / (INTERVAL_MS * (step?.frameEvery ?? 1))
          expect(load <= BUSY_MAX + 0.01 || governor.step() === STEPS.length - 1).toBe(true)
        },
      ),
    )
  })
})
