import type { AbortSignalLike, Clock } from '@visavis/ports'

/**
 * A clock that stands still until told to move. `advance` runs what falls due in order of time (then of creation) and
 * lets promises settle between two timers, so a chain of sleeps unfolds as it would in real time.
 */
export type FakeClock = Clock & {
  advance(ms: number): Promise<void>
  /** Moves wall-clock time without running timers: what a person does who sets a watch. */
  setNowMs(nowMs: number): void
  /** Timers that are waiting; a test that ends with some has found a leak. */
  pending(): number
}

type Timer = { dueMs: number; readonly order: number; readonly everyMs: number | undefined; readonly work: () => void }

export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let monotonicMs = 0
  let offsetMs = startMs
  let orders = 0
  const timers = new Set<Timer>()

  function add(ms: number, everyMs: number | undefined, work: () => void): () => void {
    const timer: Timer = { dueMs: monotonicMs + Math.max(0, ms), order: orders++, everyMs, work }
    timers.add(timer)
    return () => void timers.delete(timer)
  }

  function nextDue(untilMs: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of timers) {
      if (timer.dueMs > untilMs) continue
      if (!next || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)) next = timer
    }
    return next
  }

  async function advance(ms: number): Promise<void> {
    const untilMs = monotonicMs + ms
    await settle()
    for (let timer = nextDue(untilMs); timer; timer = nextDue(untilMs)) {
      monotonicMs = Math.max(monotonicMs, timer.dueMs)
      if (timer.everyMs === undefined) timers.delete(timer)
      else timer.dueMs += Math.max(1, timer.everyMs)
      timer.work()
      await settle()
    }
    monotonicMs = untilMs
  }

  function sleep(ms: number, signal?: AbortSignalLike): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const aborted = () => {
        cancel()
        reject(signal?.reason)
      }
      const cancel = add(ms, undefined, () => {
        signal?.removeEventListener('abort', aborted)
        resolve()
      })
      signal?.addEventListener('abort', aborted, { once: true })
    })
  }

  return {
    nowMs: () => offsetMs + monotonicMs,
    monotonicMs: () => monotonicMs,
    sleep,
    every: (everyMs, work) => add(everyMs, everyMs, work),
    after: (ms, work) => add(ms, undefined, work),
    advance,
    setNowMs: (nowMs) => void (offsetMs = nowMs - monotonicMs),
    pending: () => timers.size,
  }
}

/** Lets promise chains and immediates that are ready run to rest, without moving any clock. */
export async function settle(rounds = 4): Promise<void> {
  for (let round = 0; round < rounds; round++) await new Promise<void>((resolve) => void setImmediate(resolve))
}
