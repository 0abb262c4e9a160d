export const BACKOFF_MS_MIN = 250
export const BACKOFF_MS_MAX = 15_000

/**
 * How long to wait before attempt number `attempt` (from 0): doubling from BACKOFF_MS_MIN to BACKOFF_MS_MAX, then a
 * uniform share of the upper half of it, so that thousands of clients do not return to a restarted server in step.
 * `chance` is in [0, 1).
 */
export function backoffMs(attempt: number, chance: number): number {
  const ceilingMs = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** Math.min(attempt, 16))
  return Math.round(ceilingMs / 2 + (ceilingMs / 2) * chance)
}
