import type { Clock } from '@visavis/ports'
import { EVIDENCE_WINDOW_MS, type CallId, type PublicCard } from '@visavis/wire'
import type { LastCall } from './types.ts'

type Remembered = Omit<LastCall, 'contact'>

export type Aftercare = {
  ended(call: {
    readonly callId: CallId
    readonly partner: PublicCard
    readonly identity: 'checking' | 'confirmed' | 'refused'
  }): void
  /** Remembers what was done, also while the call still runs. */
  done(callId: CallId, what: 'reported' | 'blocked'): void
  lastCall(): Remembered | undefined
  close(): void
}

/** Who was met last, for as long as they can be reported or blocked [T1][M7]; then forgotten. */
export function createAftercare(deps: {
  readonly clock: Clock
  readonly serverNowMs: () => number
  readonly changed: () => void
}): Aftercare {
  let last: Remembered | undefined
  let cancel: (() => void) | undefined
  const early = new Map<CallId, Set<'reported' | 'blocked'>>()

  function close(): void {
    cancel?.()
    cancel = last = undefined
    early.clear()
  }

  return {
    ended({ callId, partner, identity }) {
      const did = early.get(callId)
      close()
      last = {
        callId,
        partner,
        endedAtMs: deps.serverNowMs(),
        isConfirmed: identity === 'confirmed',
        reported: did?.has('reported') ?? false,
        blocked: did?.has('blocked') ?? false,
      }
      cancel = deps.clock.after(EVIDENCE_WINDOW_MS, () => {
        close()
        deps.changed()
      })
    },
    done(callId, what) {
      if (last?.callId === callId) last = { ...last, [what]: true }
      else early.set(callId, (early.get(callId) ?? new Set()).add(what))
      deps.changed()
    },
    lastCall: () => last,
    close,
  }
}
