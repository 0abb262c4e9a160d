import type { Clock } from '@visavis/ports'
import { MINUTE, SECOND } from '@visavis/ports'
import type { MediaPathState } from '../engine/ports.ts'

/** An interruption that heals itself within this needs no new way. */
export const PATIENCE_MS = 1 * SECOND
export const ASK_AGAIN_MS = 5 * SECOND
/** As long as the server keeps a person in the call who is away (CALL_ABSENCE_MS_MAX of wire). */
export const GIVE_UP_MS = 60 * SECOND
/** From the applied fingerprint to the end of the DTLS handshake; the partner may still be applying ours. */
export const HANDSHAKE_MS_MAX = 20 * SECOND
const RENEW_BEFORE_MS = 2 * MINUTE

export type Recovery = {
  /** Told of every change of the path's state, and of ICE having given up on its own. */
  stateChanged(state: MediaPathState): void
  iceFailed(): void
  /** There are credentials until then; fresh ones are asked for in good time. */
  leased(expiresAtMs: number): void
  stop(): void
}

/**
 * Decides when a path asks for fresh relay credentials (`leaseWanted`) and when it is given up (`gaveUp`): pure but for
 * the clock's timers.
 */
export function createRecovery(deps: {
  readonly clock: Clock
  readonly leaseWanted: () => void
  readonly gaveUp: () => void
}): Recovery {
  const { clock, leaseWanted, gaveUp } = deps
  let state: MediaPathState = 'preparing'
  let timers: (() => void)[] = []
  let cancelRenewal: (() => void) | undefined

  function clear(): void {
    for (const cancel of timers) cancel()
    timers = []
  }

  function stateChanged(next: MediaPathState): void {
    if (next === state) return
    state = next
    clear()
    if (state === 'connecting') timers = [clock.after(HANDSHAKE_MS_MAX, gaveUp)]
    if (state !== 'interrupted') return
    timers = [
      clock.after(PATIENCE_MS, leaseWanted),
      clock.every(ASK_AGAIN_MS, leaseWanted),
      clock.after(GIVE_UP_MS, gaveUp),
    ]
  }

  function leased(expiresAtMs: number): void {
    cancelRenewal?.()
    const inMs = expiresAtMs - clock.nowMs() - RENEW_BEFORE_MS
    // A lease that is shorter than the margin, by a wrong clock perhaps, must not ask in a circle.
    cancelRenewal = clock.after(Math.max(inMs, RENEW_BEFORE_MS), leaseWanted)
  }

  return {
    stateChanged,
    iceFailed: () => void (state === 'interrupted' && leaseWanted()),
    leased,
    stop() {
      clear()
      cancelRenewal?.()
    },
  }
}
