import { SECOND, type Clock, type Random } from '@visavis/ports'
import { CODES, type Code, type Result } from '@visavis/wire'

const FIRST_WAIT_MS = SECOND
const WAIT_MS_MAX = 30 * SECOND
const TRIES_MAX = 7

export type Retrying = <T>(signal: AbortSignal, attempt: () => Promise<Result<T>>) => Promise<Result<T>>

/**
 * Tries again what may succeed unchanged: after one second, then twice as long each time, up to half a minute, or as long
 * as the server says; with chance, so that not everybody comes back at once. `paused` hears of each wait. What has failed
 * `TRIES_MAX` times is given back; so is anything else at once. Rejects with the signal's reason.
 */
export function createRetrying(
  deps: { readonly clock: Pick<Clock, 'sleep'>; readonly random: Pick<Random, 'float'> },
  paused: (code: Code) => void,
): Retrying {
  return async (signal, attempt) => {
    for (let tries = 1; ; tries += 1) {
      signal.throwIfAborted()
      const outcome = await attempt()
      signal.throwIfAborted()
      if (outcome.ok || !CODES[outcome.code].retry || tries === TRIES_MAX) return outcome
      paused(outcome.code)
      const waitMs = Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** (tries - 1))
      const spreadMs = waitMs * (0.5 + deps.random.float() / 2)
      await deps.clock.sleep(Math.max(spreadMs, outcome.retryAfterMs ?? 0), signal)
    }
  }
}
