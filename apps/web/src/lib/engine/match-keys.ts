import type { MatchIdentity } from '@visavis/e2ee'
import { HOUR, MINUTE, type Clock, type Log } from '@visavis/ports'
import { fail, ok, type Result } from '@visavis/wire'
import type { E2ee } from './ports.ts'

/** A prepared identity that nobody took is wiped: whoever walked away from the lobby leaves no keys behind. */
export const KEYS_IDLE_MS = 10 * MINUTE
/** If the server's clock turns out this far from what the keys were made with, they are made anew. */
export const KEYS_DRIFT_MS_MAX = HOUR / 4

export type MatchKeys = {
  /** Makes one identity if none is ready; several calls share the work. Never rejects. */
  ensure(): Promise<Result<undefined>>
  isReady(): boolean
  /** Hands the identity over; it is used for one match and never again. */
  take(): MatchIdentity | undefined
  /** Wipes what is prepared. */
  close(): void
}

/** Fresh keys for each match, made before they are needed so that a match never waits for them. */
export function createMatchKeys(deps: {
  readonly e2ee: E2ee
  readonly clock: Clock
  readonly log: Log
  readonly serverNowMs: () => number
}): MatchKeys {
  let ready: { identity: MatchIdentity; madeAtMs: number; madeAtMonotonicMs: number } | undefined
  let making: Promise<Result<undefined>> | undefined
  let cancelIdle: (() => void) | undefined
  let generation = 0

  function wipe(): void {
    generation++
    cancelIdle?.()
    cancelIdle = undefined
    ready?.identity.destroy()
    ready = undefined
    making = undefined
  }

  function isReady(): boolean {
    if (!ready) return false
    const ageMs = deps.clock.monotonicMs() - ready.madeAtMonotonicMs
    if (Math.abs(deps.serverNowMs() - ready.madeAtMs - ageMs) <= KEYS_DRIFT_MS_MAX) return true
    wipe()
    return false
  }

  async function make(mine: number): Promise<Result<undefined>> {
    const madeAtMs = deps.serverNowMs()
    const madeAtMonotonicMs = deps.clock.monotonicMs()
    try {
      const identity = await deps.e2ee.createMatchIdentity({ nowMs: madeAtMs })
      if (mine !== generation) {
        identity.destroy()
        return fail('E2EE_OPEN_FAILED')
      }
      ready = { identity, madeAtMs, madeAtMonotonicMs }
      cancelIdle = deps.clock.after(KEYS_IDLE_MS, wipe)
      return ok(undefined)
    } catch (err) {
      deps.log.error('match keys not made', { err })
      return fail('E2EE_OPEN_FAILED')
    } finally {
      if (mine === generation) making = undefined
    }
  }

  return {
    ensure() {
      if (isReady()) return Promise.resolve(ok(undefined))
      making ??= make(generation)
      return making
    },
    isReady,
    take() {
      if (!isReady()) return undefined
      const taken = ready?.identity
      cancelIdle?.()
      cancelIdle = ready = undefined
      return taken
    },
    close: wipe,
  }
}
