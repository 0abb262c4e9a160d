import { CODES, type CallId, type Code, type MatchFound, type Mode, type TicketId } from '@visavis/wire'
import type { CallEffect, CallEvent, CallMachineState, EndedCall, OpenCall, Seek, Step } from './call-machine-states.ts'
import { fits } from './match-fits.ts'

/**
 * What one person does, as one pure reducer: (state, event, nowMs) -> state and effects, where `nowMs` is monotonic.
 * It knows neither sockets nor keys; managers carry the effects out and tell the outcome as events. [M1][M2][M3][M8][M16]
 *
 *             seek                 prepared               found               identityConfirmed
 *      idle ────────▶ preparing ───────────▶ seeking ───────────▶ opening ─────────────────────▶ live
 *       ▲  cancelSeek │   ▲  ▲  seekRefused     │ │                  │                            │
 *       │◀────────────┘   │  └─(may pass)────────┘ │ cancelSeek       │ end, block, peerEnded,     │ end, block,
 *       │◀────────────────┼────────────────────────┘                  │ timeouts, refused, gone    │ peerEnded, gone
 *       │                 │ next, seek                                ▼                            ▼
 *       │                 └───────────────────────────────────────── ended ◀───────────────────────┘
 *       └──────────────── cancelSeek ──────────────────────────────────┘   (next goes straight to preparing)
 *
 * Rules, each checked by the model-based test:
 * - at most one call is open; every `openCall` is followed by exactly one `closeCall`;
 * - `allowMedia` only for the open call and only after its identity was confirmed;
 * - every ticket sent ends exactly once: it becomes a call (`openCall`) or is given back (`retireTicket`);
 * - whatever names another call changes nothing; a match nobody asked for any more is ended, so that the other is free.
 */

/** From `found` to the encrypted session; then the call is given up as lost. */
export const SECURE_WAIT_MS = 10_000
/** From the session to the partner's confirmed fingerprint; then the identity counts as refused. */
export const IDENTITY_WAIT_MS = 10_000
/** A refused seek that may pass is tried again after this long, doubling to SEEK_RETRY_MS_MAX. */
export const SEEK_RETRY_MS_MIN = 500
export const SEEK_RETRY_MS_MAX = 8_000
/** A ticket the server finds invalid (its relay leg is forgotten) is made anew this often before giving up. */
export const TICKET_RETRIES_MAX = 3

export const INITIAL: CallMachineState = { kind: 'idle' }

/** Total: every event is allowed in every state, and what makes no sense there changes nothing. */
export function callMachine(state: CallMachineState, event: CallEvent, nowMs: number): Step {
  switch (event.kind) {
    case 'seek':
    case 'next':
      return startSeek(state, event, nowMs)
    case 'cancelSeek':
      return cancelSeek(state)
    case 'end':
      return state.kind === 'opening' || state.kind === 'live' ? endByMe(state, 'end') : cancelWaiting(state)
    case 'prepared':
      return prepared(state, event.ticketId)
    case 'prepareFailed':
      if (state.kind !== 'preparing' || state.seek.ticketId !== event.ticketId) return still(state)
      return { state: { kind: 'idle', code: event.code }, effects: [] }
    case 'seekRefused':
      return seekRefused(state, event)
    case 'waiting':
      if (state.kind !== 'seeking' || state.seek.ticketId !== event.ticketId) return still(state)
      return { state: { ...state, waiting: event.word }, effects: [] }
    case 'ticketBroken':
      return ticketBroken(state, event)
    case 'found':
      return found(state, event.found)
    case 'online':
      return online(state, event)
    case 'shutdown':
      return shutdown(state, event.code)
    case 'block':
    case 'secured':
    case 'identityConfirmed':
    case 'channelFailed':
    case 'media':
    case 'quality':
    case 'partnerMedia':
    case 'peer':
    case 'peerEnded':
    case 'timeout':
      return inCall(state, event)
    default:
      return event satisfies never
  }
}

type Open = Extract<CallMachineState, { kind: 'opening' | 'live' }>

function inCall(state: CallMachineState, event: Extract<CallEvent, { callId: CallId }>): Step {
  if ((state.kind !== 'opening' && state.kind !== 'live') || state.call.callId !== event.callId) return still(state)
  switch (event.kind) {
    case 'block':
      return endByMe(state, 'end')
    case 'secured':
      if (state.kind === 'live' || state.secured) return still(state)
      return {
        state: { ...state, secured: true },
        effects: [{ kind: 'timer', callId: event.callId, timer: 'identity', afterMs: IDENTITY_WAIT_MS }],
      }
    case 'identityConfirmed':
      if (state.kind === 'live') return still(state)
      return {
        state: { kind: 'live', call: state.call },
        effects: [{ kind: 'allowMedia', callId: event.callId }, { kind: 'prepareNext' }],
      }
    case 'channelFailed':
      return event.code === 'CALL_IDENTITY_MISMATCH' ? refuse(state, event.code) : lose(state, event.code)
    case 'media':
      return change(state, { media: event.media })
    case 'quality':
      return change(state, { quality: event.quality })
    case 'partnerMedia':
      return change(state, { partnerMic: event.mic, partnerCamera: event.camera })
    case 'peer':
      return change(state, { presence: event.presence })
    case 'peerEnded':
      return over(state, { reason: event.reason }, [])
    case 'timeout':
      if (state.kind === 'live') return still(state)
      if (event.timer === 'secure') return state.secured ? still(state) : lose(state, 'E2EE_OPEN_FAILED')
      return refuse(state, 'CALL_IDENTITY_MISMATCH')
    default:
      return event satisfies never
  }
}

function still(state: CallMachineState): Step {
  return { state, effects: [] }
}

function change(state: Open, facts: Partial<OpenCall>): Step {
  return still({ ...state, call: { ...state.call, ...facts } })
}

/** The one way out of an open call. */
function over(
  state: Open,
  how: { readonly reason: EndedCall['reason']; readonly code?: Code; readonly refused?: boolean },
  last: readonly CallEffect[],
): Step {
  const { refused, ...rest } = how
  const identity = refused ? 'refused' : state.kind === 'live' ? 'confirmed' : 'checking'
  return {
    state: { kind: 'ended', call: { ...state.call, ...rest, identity } },
    effects: [...last, { kind: 'closeCall', callId: state.call.callId }],
  }
}

function endByMe(state: Open, reason: 'end' | 'next'): Step {
  return over(state, { reason: 'me' }, [{ kind: 'sendEnd', callId: state.call.callId, reason }])
}

function lose(state: Open, code: Code): Step {
  return over(state, { reason: 'lost', code }, [{ kind: 'sendEnd', callId: state.call.callId, reason: 'end' }])
}

function refuse(state: Open, code: Code): Step {
  const last: CallEffect[] = [{ kind: 'sendEnd', callId: state.call.callId, reason: 'end' }]
  return over(state, { reason: 'lost', code, refused: true }, last)
}

function startSeek(
  state: CallMachineState,
  event: { readonly kind: 'seek' | 'next'; readonly ticketId: TicketId; readonly mode: Mode },
  nowMs: number,
): Step {
  if (state.kind === 'preparing' || state.kind === 'seeking') return still(state)
  const open = state.kind === 'opening' || state.kind === 'live'
  // Start is not a way out of a call: a stray click must not lose a person.
  if (open && event.kind === 'seek') return still(state)
  const left = open ? endByMe(state, 'next').effects : []
  const seek: Seek = { ticketId: event.ticketId, mode: event.mode, sinceMs: nowMs, refusals: 0 }
  return {
    state: { kind: 'preparing', seek },
    effects: [...left, { kind: 'prepare', ticketId: event.ticketId, afterMs: 0, freshPath: false }],
  }
}

function cancelSeek(state: CallMachineState): Step {
  return state.kind === 'ended' ? still({ kind: 'idle' }) : cancelWaiting(state)
}

function cancelWaiting(state: CallMachineState): Step {
  if (state.kind === 'preparing') return still({ kind: 'idle' })
  if (state.kind !== 'seeking') return still(state)
  const { ticketId } = state.seek
  return {
    state: { kind: 'idle' },
    effects: [
      { kind: 'sendLeave', ticketId },
      { kind: 'retireTicket', ticketId },
    ],
  }
}

function prepared(state: CallMachineState, ticketId: TicketId): Step {
  if (state.kind !== 'preparing' || state.seek.ticketId !== ticketId) return still(state)
  return { state: { kind: 'seeking', seek: state.seek }, effects: [{ kind: 'sendSeek', ticketId }] }
}

function seekRefused(state: CallMachineState, event: Extract<CallEvent, { kind: 'seekRefused' }>): Step {
  if (state.kind !== 'seeking' || state.seek.ticketId !== event.ticketId) return still(state)
  const retire: CallEffect = { kind: 'retireTicket', ticketId: event.ticketId }
  const refusals = state.seek.refusals + 1
  // The relay leg was forgotten by the server: another one may do. MATCH_IN_CALL: our last `call.end` is on its way.
  const mendable =
    event.code === 'MATCH_TICKET_INVALID' || event.code === 'MATCH_IN_CALL' || event.code === 'RELAY_UNAVAILABLE'
  const again = mendable ? refusals <= TICKET_RETRIES_MAX : CODES[event.code].retry
  if (!again) return { state: { kind: 'idle', code: event.code }, effects: [retire] }
  const seek = { ...state.seek, ticketId: event.freshTicketId, refusals }
  const afterMs = Math.min(SEEK_RETRY_MS_MAX, SEEK_RETRY_MS_MIN * 2 ** Math.min(refusals - 1, 8))
  const freshPath = mendable && event.code !== 'MATCH_IN_CALL'
  return {
    state: { kind: 'preparing', seek },
    effects: [retire, { kind: 'prepare', ticketId: event.freshTicketId, afterMs, freshPath }],
  }
}

function ticketBroken(state: CallMachineState, event: Extract<CallEvent, { kind: 'ticketBroken' }>): Step {
  const { ticketId, freshTicketId } = event
  if (state.kind !== 'seeking' || state.seek.ticketId !== ticketId) return still(state)
  return {
    state: { kind: 'preparing', seek: { ...state.seek, ticketId: freshTicketId } },
    effects: [
      { kind: 'sendLeave', ticketId },
      { kind: 'retireTicket', ticketId },
      { kind: 'prepare', ticketId: freshTicketId, afterMs: 0, freshPath: true },
    ],
  }
}

function found(state: CallMachineState, match: MatchFound): Step {
  const isSameCall = (state.kind === 'opening' || state.kind === 'live') && state.call.callId === match.callId
  if (isSameCall) return still(state)
  if (state.kind !== 'seeking' || state.seek.ticketId !== match.ticketId) {
    return { state, effects: [{ kind: 'sendEnd', callId: match.callId, reason: 'end' }] }
  }
  const call: OpenCall = {
    callId: match.callId,
    mode: match.mode,
    partner: match.partner,
    startedAtMs: match.startedAtMs,
    media: match.mode === 'text' ? 'connected' : 'connecting',
    presence: 'here',
    partnerMic: match.mode !== 'text',
    partnerCamera: match.mode === 'video',
    quality: 'unknown',
  }
  if (!fits(match, state.seek.mode)) {
    // A server that offers another mode or leaves the fingerprint out would switch the identity check off.
    return {
      state: { kind: 'ended', call: { ...call, identity: 'refused', reason: 'lost', code: 'CALL_IDENTITY_MISMATCH' } },
      effects: [
        { kind: 'sendEnd', callId: call.callId, reason: 'end' },
        { kind: 'retireTicket', ticketId: match.ticketId },
      ],
    }
  }
  return {
    state: { kind: 'opening', call, secured: false },
    effects: [
      { kind: 'openCall', found: match },
      { kind: 'timer', callId: call.callId, timer: 'secure', afterMs: SECURE_WAIT_MS },
    ],
  }
}

function online(state: CallMachineState, event: Extract<CallEvent, { kind: 'online' }>): Step {
  if (state.kind === 'preparing') {
    const { ticketId } = state.seek
    return { state, effects: [{ kind: 'prepare', ticketId, afterMs: 0, freshPath: false }] }
  }
  if (state.kind === 'seeking' && !event.resumed) {
    // Tickets die with the session of their device.
    const seek = { ...state.seek, ticketId: event.freshTicketId }
    return {
      state: { kind: 'preparing', seek },
      effects: [
        { kind: 'retireTicket', ticketId: state.seek.ticketId },
        { kind: 'prepare', ticketId: event.freshTicketId, afterMs: 0, freshPath: false },
      ],
    }
  }
  // What closed the former connection is old news on this one.
  if (state.kind === 'idle' && state.code && isOfConnection(state.code)) return still({ kind: 'idle' })
  if (state.kind !== 'opening' && state.kind !== 'live') return still(state)
  const { callId } = state.call
  // A call found after the list was made is not judged by it.
  if (event.asked.includes(callId) && !event.alive.includes(callId)) return over(state, { reason: 'lost' }, [])
  return { state, effects: event.resumed ? [] : [{ kind: 'repeatSignals', callId }] }
}

function isOfConnection(code: Code): boolean {
  return CODES[code].close !== null || code === 'NETWORK_OFFLINE'
}

function shutdown(state: CallMachineState, code: Code | undefined): Step {
  const idle: CallMachineState = code ? { kind: 'idle', code } : { kind: 'idle' }
  if (state.kind === 'preparing') return still(idle)
  if (state.kind === 'seeking') {
    return { state: idle, effects: [{ kind: 'retireTicket', ticketId: state.seek.ticketId }] }
  }
  if (state.kind === 'opening' || state.kind === 'live')
    return over(state, { reason: 'lost', ...(code && { code }) }, [])
  return still(state)
}
