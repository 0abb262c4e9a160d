import type { CallId } from '@visavis/wire'
import type { CallDetails, CallState, EngineState } from '../engine/types.ts'

export type CallScreen = 'idle' | 'waiting' | 'call' | 'ended'

/** In place of a call's id while its screen is kept for whoever comes next. */
export const NOBODY_YET = 'nobody-yet' as CallId

/** A call on its way or alive wins over a wait; a wait wins over the memory of an ended call. */
export function screenOf({ call, seek }: Pick<EngineState, 'call' | 'seek'>): CallScreen {
  if (call.kind === 'opening' || call.kind === 'live') return 'call'
  if (seek.kind === 'seeking') return 'waiting'
  return call.kind === 'ended' ? 'ended' : 'idle'
}

/** What stands in place of the partner's picture; `none` shows it. */
export type Cover =
  | 'none'
  | 'nobody'
  | 'refused'
  | 'checking'
  | 'failed'
  | 'connecting'
  | 'hidden'
  | 'away'
  | 'camera-off'
  | 'audio'
  | 'text'

export type Partiality = { readonly hidden: boolean; readonly silenced: boolean }

/** Nothing of the partner is seen or heard before their identity is confirmed, whatever media has arrived. */
export function coverOf(call: CallDetails, own: Partiality): Cover {
  if (call.callId === NOBODY_YET) return 'nobody'
  if (call.identity === 'refused') return 'refused'
  if (call.identity === 'checking') return 'checking'
  if (call.mode === 'text') return 'text'
  if (call.media === 'failed') return 'failed'
  if (call.media === 'connecting' || !call.remoteStream) return 'connecting'
  if (call.mode === 'audio') return 'audio'
  if (own.hidden) return 'hidden'
  if (call.partnerPresence === 'away' && call.media === 'interrupted') return 'away'
  return call.partnerCamera ? 'none' : 'camera-off'
}

/** Whether the place of the picture is made, shown or still under a cover: so that its first frame finds it there. */
export function hasPlace(call: CallDetails, cover: Cover): boolean {
  return call.remoteStream !== undefined && (cover === 'none' || (cover === 'connecting' && call.mode === 'video'))
}

/** The picture is covered until both want it uncovered, and as soon as one does not any more [M15]. */
export function isVeiled({ reveal }: Pick<CallDetails, 'reveal'>): boolean {
  return !(reveal.own && reveal.partner)
}

/** Likely nudity is covered here until the person says otherwise, whatever both have said about the veil [M15]. */
export function isNudityCovered(nudity: 'unseen' | 'asked' | 'covered' | 'shown'): boolean {
  return nudity === 'asked' || nudity === 'covered'
}

export function isHeard(call: CallDetails, own: Partiality): boolean {
  return call.identity === 'confirmed' && call.mode !== 'text' && !own.silenced
}

export type Banner = 'own-connection' | 'media-interrupted' | 'partner-away' | 'none'

/** One banner at most, the nearest cause first: our socket, the media, the partner's socket. */
export function bannerOf({ connection, call }: Pick<EngineState, 'connection' | 'call'>): Banner {
  if (call.kind !== 'live' && call.kind !== 'opening') return 'none'
  if (connection.kind === 'offline' || connection.kind === 'connecting' || connection.kind === 'waiting-retry') {
    return 'own-connection'
  }
  if (call.media === 'interrupted') return 'media-interrupted'
  return call.partnerPresence === 'away' ? 'partner-away' : 'none'
}

/** Incoming messages not yet seen. `seen` is how many there were when the chat was last open. */
export function unreadOf(call: CallState, seen: number): number {
  if (call.kind === 'none') return 0
  return Math.max(0, incomingCount(call) - seen)
}

export function incomingCount(call: CallState): number {
  return call.kind === 'none' ? 0 : call.messages.filter((message) => message.from === 'them').length
}

export type Announcement =
  | 'waiting'
  | 'found'
  | 'confirmed'
  | 'refused'
  | 'interrupted'
  | 'restored'
  | 'partner-left'
  | 'partner-lost'
  | 'ended'
  | 'camera-off'
  | 'camera-on'
  | 'muted'
  | 'unmuted'
  | 'poor'
  | 'better'
  | 'own-microphone-off'
  | 'own-microphone-on'
  | 'own-camera-off'
  | 'own-camera-on'
  | 'uncovered'
  | 'veiled'
  | 'message'
  | 'contact'

/** What a screen reader is told when the state changed from `before` to `after`; undefined when nothing of note did. */
export function announcementOf(before: EngineState, after: EngineState): Announcement | undefined {
  const [was, is] = [screenOf(before), screenOf(after)]
  if (was !== is) {
    if (is === 'waiting') return 'waiting'
    if (is === 'call') return 'found'
    if (is === 'ended' && after.call.kind === 'ended') {
      if (after.call.endedReason === 'left') return 'partner-left'
      return after.call.endedReason === 'lost' ? 'partner-lost' : 'ended'
    }
    return undefined
  }
  if (before.call.kind === 'none' || after.call.kind === 'none') return undefined
  if (before.call.callId !== after.call.callId) return 'found'
  return changeWithin(before.call, after.call) ?? ownChange(before.self, after.self)
}

function ownChange(before: EngineState['self'], after: EngineState['self']): Announcement | undefined {
  if (before.microphone !== after.microphone) return after.microphone ? 'own-microphone-on' : 'own-microphone-off'
  if (before.camera !== after.camera) return after.camera ? 'own-camera-on' : 'own-camera-off'
  return undefined
}

function changeWithin(before: CallDetails, after: CallDetails): Announcement | undefined {
  if (before.identity !== after.identity) {
    if (after.identity === 'confirmed') return 'confirmed'
    if (after.identity === 'refused') return 'refused'
  }
  if (before.media !== after.media) {
    if (after.media === 'interrupted') return 'interrupted'
    if (after.media === 'connected' && before.media === 'interrupted') return 'restored'
  }
  if (before.quality !== after.quality) {
    if (after.quality === 'poor') return 'poor'
    if (before.quality === 'poor') return 'better'
  }
  if (typeof before.contact === 'string' && typeof after.contact !== 'string') return 'contact'
  if (before.partnerCamera !== after.partnerCamera) return after.partnerCamera ? 'camera-on' : 'camera-off'
  if (before.partnerMic !== after.partnerMic) return after.partnerMic ? 'unmuted' : 'muted'
  if (isVeiled(before) !== isVeiled(after)) return isVeiled(after) ? 'veiled' : 'uncovered'
  const incoming = (call: CallDetails) => call.messages.filter((message) => message.from === 'them').length
  return incoming(after) > incoming(before) ? 'message' : undefined
}

/** Minutes and seconds of a wait or a call, `m:ss`; never negative. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
