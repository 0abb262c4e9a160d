import type { CallId, Code, MatchFound, Mode, PublicCard, TicketId } from '@visavis/wire'
import type { CallQuality, WaitingWord } from './types.ts'

/** The vocabulary of call-machine.ts: its states, what may happen, and what it asks to be done. */
export type OpenCall = {
  readonly callId: CallId
  readonly mode: Mode
  readonly partner: PublicCard
  readonly startedAtMs: number
  readonly media: 'connecting' | 'connected' | 'interrupted' | 'failed'
  readonly presence: 'here' | 'away'
  readonly partnerMic: boolean
  readonly partnerCamera: boolean
  readonly quality: CallQuality
}

export type EndedCall = OpenCall & {
  readonly identity: 'checking' | 'confirmed' | 'refused'
  readonly reason: 'left' | 'lost' | 'me'
  readonly code?: Code
}

export type Seek = {
  readonly ticketId: TicketId
  readonly mode: Mode
  readonly sinceMs: number
  readonly refusals: number
}

export type CallMachineState =
  | { readonly kind: 'idle'; readonly code?: Code }
  | { readonly kind: 'preparing'; readonly seek: Seek }
  | { readonly kind: 'seeking'; readonly seek: Seek; readonly waiting?: WaitingWord }
  | { readonly kind: 'opening'; readonly call: OpenCall; readonly secured: boolean }
  | { readonly kind: 'live'; readonly call: OpenCall }
  | { readonly kind: 'ended'; readonly call: EndedCall }

/** The next match is made ready this long after the media of the present call is connected, or this long without it. */
const NEXT_AFTER_CONNECTED_MS = 300
const NEXT_WITHOUT_MEDIA_MS = 2_000

/**
 * How long after `prepareNext` or a change of the media to begin. A new connection and new keys made while the picture
 * is being set up would compete with it for the processor.
 */
export function nextAfterMs({ media }: OpenCall): number {
  return media === 'connected' ? NEXT_AFTER_CONNECTED_MS : NEXT_WITHOUT_MEDIA_MS
}

/** Events that may need a new ticket carry its fresh id, because a reducer has no chance of its own. */
export type CallEvent =
  | { readonly kind: 'seek'; readonly ticketId: TicketId; readonly mode: Mode }
  | { readonly kind: 'next'; readonly ticketId: TicketId; readonly mode: Mode }
  | { readonly kind: 'cancelSeek' }
  | { readonly kind: 'end' }
  | { readonly kind: 'block'; readonly callId: CallId }
  | { readonly kind: 'prepared'; readonly ticketId: TicketId }
  | { readonly kind: 'prepareFailed'; readonly ticketId: TicketId; readonly code: Code }
  | { readonly kind: 'seekRefused'; readonly ticketId: TicketId; readonly code: Code; readonly freshTicketId: TicketId }
  /** The path of a waiting ticket broke. */
  | { readonly kind: 'ticketBroken'; readonly ticketId: TicketId; readonly freshTicketId: TicketId }
  | { readonly kind: 'waiting'; readonly ticketId: TicketId; readonly word: WaitingWord }
  | { readonly kind: 'found'; readonly found: MatchFound }
  | { readonly kind: 'secured'; readonly callId: CallId }
  | { readonly kind: 'identityConfirmed'; readonly callId: CallId }
  | { readonly kind: 'channelFailed'; readonly callId: CallId; readonly code: Code }
  | { readonly kind: 'media'; readonly callId: CallId; readonly media: OpenCall['media'] }
  | { readonly kind: 'quality'; readonly callId: CallId; readonly quality: CallQuality }
  | { readonly kind: 'partnerMedia'; readonly callId: CallId; readonly mic: boolean; readonly camera: boolean }
  | { readonly kind: 'peer'; readonly callId: CallId; readonly presence: 'here' | 'away' }
  | { readonly kind: 'peerEnded'; readonly callId: CallId; readonly reason: 'left' | 'lost' }
  | { readonly kind: 'timeout'; readonly callId: CallId; readonly timer: 'secure' | 'identity' }
  | {
      readonly kind: 'online'
      readonly resumed: boolean
      readonly asked: readonly CallId[]
      readonly alive: readonly CallId[]
      readonly freshTicketId: TicketId
    }
  /** This client may not go on: another tab took over, signed out, or the engine is shut down. */
  | { readonly kind: 'shutdown'; readonly code?: Code }

export type CallEffect =
  /** Make key and path ready, after `afterMs`, and answer `prepared` or `prepareFailed` for this ticket. */
  | { readonly kind: 'prepare'; readonly ticketId: TicketId; readonly afterMs: number; readonly freshPath: boolean }
  | { readonly kind: 'prepareNext' }
  | { readonly kind: 'sendSeek'; readonly ticketId: TicketId }
  | { readonly kind: 'sendLeave'; readonly ticketId: TicketId }
  | { readonly kind: 'retireTicket'; readonly ticketId: TicketId }
  | { readonly kind: 'openCall'; readonly found: MatchFound }
  | { readonly kind: 'timer'; readonly callId: CallId; readonly timer: 'secure' | 'identity'; readonly afterMs: number }
  | { readonly kind: 'allowMedia'; readonly callId: CallId }
  | { readonly kind: 'closeCall'; readonly callId: CallId }
  | { readonly kind: 'sendEnd'; readonly callId: CallId; readonly reason: 'end' | 'next' }
  | { readonly kind: 'repeatSignals'; readonly callId: CallId }

export type Step = { readonly state: CallMachineState; readonly effects: readonly CallEffect[] }
