import type { Clock } from '@visavis/ports'
import type { FakeClock } from '@visavis/testkit'

/**
 * A clock whose timers run one at a time, each only when everything before it has come to rest: cryptography runs on real
 * threads, and a run could not be repeated if a timer overtook it.
 */
export type SteppedClock = Clock & { run(ms: number, rest: () => Promise<void>): Promise<void> }

export function createSteppedClock(clock: FakeClock, stepMs: number): SteppedClock {
  const due: (() => void)[] = []

  function after(ms: number, work: () => void): () => void {
    let isCancelled = false
    const cancel = clock.after(ms, () => void due.push(() => (isCancelled ? undefined : work())))
    return () => {
      isCancelled = true
      cancel()
    }
  }

  return {
    nowMs: () => clock.nowMs(),
    monotonicMs: () => clock.monotonicMs(),
    after,
    every: (everyMs, work) => clock.every(everyMs, work),
    sleep: (ms) => new Promise((resolve) => void after(ms, resolve)),
    async run(ms, rest) {
      await rest()
      for (let at = 0; at < ms; at += stepMs) {
        await clock.advance(Math.min(stepMs, ms - at))
        for (let work = due.shift(); work; work = due.shift()) {
          work()
          await rest()
        }
      }
    },
  }
}
