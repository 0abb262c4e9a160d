/**
 * How good a partner must be, by how long a person has waited. SPEC MT12-MT15.
 *
 * A mediocre pair waits for a better one only where a better one is likely to come: people who join a quiet pool take
 * any compatible person at once, people who join a lively one hold out for seconds. The choice is made once, when the
 * ticket joins, so that what a ticket accepts can only grow with time, whatever the pool does later.
 */
export type Patience = readonly { readonly afterMs: number; readonly scoreMin: number }[]

export const QUIET: Patience = [{ afterMs: 0, scoreMin: 0 }]
export const STEADY: Patience = [
  { afterMs: 0, scoreMin: 8 },
  { afterMs: 1_000, scoreMin: 4 },
  { afterMs: 3_000, scoreMin: 0 },
]
export const LIVELY: Patience = [
  { afterMs: 0, scoreMin: 12 },
  { afterMs: 1_500, scoreMin: 8 },
  { afterMs: 4_000, scoreMin: 4 },
  { afterMs: 8_000, scoreMin: 0 },
]
/** From here on any compatible person is taken, however lively the pool was. */
export const WAIT_BOUND_MS_MAX = 8_000

export const LIVELINESS_WINDOW_MS = 10_000
export const STEADY_ARRIVALS_MIN = 20
export const LIVELY_ARRIVALS_MIN = 100

export function patienceFor(arrivalsInWindow: number): Patience {
  if (arrivalsInWindow >= LIVELY_ARRIVALS_MIN) return LIVELY
  return arrivalsInWindow >= STEADY_ARRIVALS_MIN ? STEADY : QUIET
}

/** The lowest score accepted after this wait. Never rises with the wait. */
export function scoreMinAt(patience: Patience, waitedMs: number): number {
  let scoreMin = Number.POSITIVE_INFINITY
  for (const step of patience) if (waitedMs >= step.afterMs) scoreMin = step.scoreMin
  return scoreMin
}

/** The wait at which the next step is reached, or Infinity when there is none left. */
export function nextStepMs(patience: Patience, waitedMs: number): number {
  for (const step of patience) if (step.afterMs > waitedMs) return step.afterMs
  return Number.POSITIVE_INFINITY
}

/** The wait from which any compatible person is taken. */
export function boundMsOf(patience: Patience): number {
  return patience.at(-1)?.afterMs ?? 0
}

/** Counts arrivals of the last ten seconds in one-second buckets. */
export function createLiveliness() {
  const buckets = LIVELINESS_WINDOW_MS / 1_000
  const counts = Array.from({ length: buckets }, () => 0)
  const seconds = Array.from({ length: buckets }, () => -1)

  function recent(nowMs: number): number {
    const second = Math.floor(nowMs / 1_000)
    return counts.reduce((sum, count, i) => ((seconds[i] ?? -1) > second - buckets ? sum + count : sum), 0)
  }
  return {
    arrived(nowMs: number): void {
      const second = Math.floor(nowMs / 1_000)
      const i = second % buckets
      counts[i] = seconds[i] === second ? (counts[i] ?? 0) + 1 : 1
      seconds[i] = second
    },
    recent,
  }
}
export type Liveliness = ReturnType<typeof createLiveliness>
