import type { Clock } from '@visavis/ports'
import { BOUNDARIES_DEFAULT, type CallId, type Mode, type PublicCard } from '@visavis/wire'
import type { EngineState } from '../engine/types.ts'
import { NOBODY_YET, screenOf } from './call-view.ts'

/** A wait this short gets no screen of its own: the call's screen stays, with nobody on it. */
export const BETWEEN_MS_MAX = 400
/**
 * A person who was found is checked in less, as a rule. Drawing them before that would take the processor from the very
 * thing that is waited for [M2], and show a word that is gone before it can be read.
 */
export const CHECKING_MS_MAX = 250

const NOBODY: PublicCard = { pseudonym: '', languages: [], interests: [], boundaries: BOUNDARIES_DEFAULT }

/** What the call's screen shows of the engine's states, and when: what is gone goes at once, what comes may wait a moment. */
export type ScreenPace = {
  /** The engine's state changed. */
  heard(next: EngineState): void
  stop(): void
}

export function createScreenPace(deps: {
  readonly clock: Clock
  readonly serverNowMs: () => number
  readonly initial: EngineState
  readonly show: (state: EngineState) => void
}): ScreenPace {
  const { clock } = deps
  let shown = deps.initial
  let latest = deps.initial
  let held: { readonly callId: CallId | undefined; readonly cancel: () => void } | undefined

  function show(state: EngineState): void {
    held?.cancel()
    held = undefined
    shown = state
    deps.show(state)
  }

  /** Shows the newest state after `ms`, counted from the first news of this call, or of none. */
  function hold(callId: CallId | undefined, ms: number): void {
    if (held && held.callId === callId) return
    held?.cancel()
    held = { callId, cancel: clock.after(ms, () => show(latest)) }
  }

  /** The screen of the call that was left stays, without anything of the person who was on it. */
  function empty(next: EngineState): void {
    if (screenOf(shown) !== 'call' || shown.call.kind === 'none' || shown.call.callId === NOBODY_YET) return
    show({ ...next, call: nobody(shown.call.mode, deps.serverNowMs()) })
  }

  return {
    heard(next) {
      latest = next
      const before = screenOf(shown)
      const isWorthWaiting = next.call.kind === 'opening' || screenOf(next) === 'waiting'
      const isAnother = callIdOf(shown) !== callIdOf(next)
      if (!isWorthWaiting || !isAnother || before === 'idle' || before === 'ended') return show(next)
      empty(next)
      return hold(callIdOf(next), next.call.kind === 'opening' ? CHECKING_MS_MAX : BETWEEN_MS_MAX)
    },
    stop: () => held?.cancel(),
  }
}

function callIdOf({ call }: EngineState): CallId | undefined {
  return call.kind === 'none' ? undefined : call.callId
}

function nobody(mode: Mode, startedAtMs: number): EngineState['call'] {
  return {
    kind: 'opening',
    callId: NOBODY_YET,
    mode,
    partner: NOBODY,
    startedAtMs,
    media: 'connecting',
    identity: 'checking',
    partnerMic: true,
    partnerCamera: true,
    quality: 'unknown',
    partnerPresence: 'here',
    partnerIsVirtual: false,
    reveal: { own: false, partner: false },
    pictureTrust: 'waiting',
    contact: 'no',
    messages: [],
  }
}
