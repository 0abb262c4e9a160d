import type { CallId } from '@visavis/wire'
import type { CallMachineState } from './call-machine-states.ts'
import type { CallSession } from './call-session.ts'
import type { CallContact, CallState, ConnectionState, EngineState, LastCall, SeekState } from './types.ts'

const COVERED = { own: false, partner: false }

/**
 * What the screens see, made from what the managers hold. Nothing of the partner but the card is in it before the
 * identity is confirmed, and nothing but the card after the end [M3].
 */
export function engineState(parts: {
  readonly connection: ConnectionState
  readonly machine: CallMachineState
  readonly session: CallSession | undefined
  readonly lastCall: Omit<LastCall, 'contact'> | undefined
  readonly contactOf: (callId: CallId) => CallContact
  readonly self: EngineState['self']
}): EngineState {
  const { connection, machine, session, lastCall, contactOf, self } = parts
  return {
    connection,
    seek: seekOf(machine),
    call: callOf(machine, session, contactOf),
    self,
    ...(lastCall && { lastCall: { ...lastCall, contact: contactOf(lastCall.callId) } }),
  }
}

function seekOf(machine: CallMachineState): SeekState {
  if (machine.kind === 'preparing') return { kind: 'seeking', sinceMs: machine.seek.sinceMs }
  if (machine.kind === 'seeking') {
    const { waiting } = machine
    return { kind: 'seeking', sinceMs: machine.seek.sinceMs, ...(waiting && { waiting }) }
  }
  return machine.kind === 'idle' && machine.code ? { kind: 'idle', code: machine.code } : { kind: 'idle' }
}

function callOf(
  machine: CallMachineState,
  session: CallSession | undefined,
  contactOf: (callId: CallId) => CallContact,
): CallState {
  if (machine.kind !== 'opening' && machine.kind !== 'live' && machine.kind !== 'ended') return { kind: 'none' }
  const { callId, mode, partner, startedAtMs, media, partnerMic, partnerCamera, quality, presence } = machine.call
  const facts = {
    callId,
    mode,
    partner,
    startedAtMs,
    media,
    partnerMic,
    partnerCamera,
    quality,
    partnerPresence: presence,
    partnerIsVirtual: session?.isPartnerVirtual() ?? false,
    reveal: session?.reveal() ?? COVERED,
    pictureTrust: session?.evidence.trust() ?? ('waiting' as const),
    contact: contactOf(callId),
  }
  if (machine.kind === 'opening') return { kind: 'opening', ...facts, identity: 'checking', messages: [] }
  if (machine.kind === 'live') {
    const remoteStream = session?.remoteStream()
    const messages = session?.chat.messages() ?? []
    // The code is about the media too: before that stands there is nothing to compare.
    const callCode = media === 'connected' || mode === 'text' ? session?.callCode() : undefined
    return {
      kind: 'live',
      ...facts,
      identity: 'confirmed',
      messages,
      ...(remoteStream && { remoteStream }),
      ...(callCode && { callCode }),
    }
  }
  const { identity, reason, code } = machine.call
  return { kind: 'ended', ...facts, identity, messages: [], endedReason: reason, ...(code && { code }) }
}
