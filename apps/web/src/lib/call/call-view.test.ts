import { BOUNDARIES_DEFAULT, type CallId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import type { CallDetails, EngineState } from '../engine/types.ts'
import {
  announcementOf,
  bannerOf,
  coverOf,
  durationText,
  hasPlace,
  isHeard,
  isVeiled,
  screenOf,
  unreadOf,
} from './call-view.ts'

const CALL: CallDetails = {
  callId: 'c1' as CallId,
  mode: 'video',
  partner: { pseudonym: 'Quiet Heron', languages: ['en'], interests: [], boundaries: BOUNDARIES_DEFAULT },
  startedAtMs: 0,
  identity: 'confirmed',
  media: 'connected',
  remoteStream: {} as MediaStream,
  partnerPresence: 'here',
  partnerMic: true,
  partnerCamera: true,
  partnerIsVirtual: false,
  pictureTrust: 'vouched',
  reveal: { own: false, partner: false },
  quality: 'good',
  messages: [],
  contact: 'no',
}
const MADE = { accountId: 'a1', handle: 'quiet-heron', conversationId: 'v1' } as Exclude<CallDetails['contact'], string>
const OPEN = { hidden: false, silenced: false }
const IDLE: EngineState = {
  connection: { kind: 'online' },
  seek: { kind: 'idle' },
  call: { kind: 'none' },
  self: { microphone: true, camera: true, isVirtual: false },
}
const live = (change: Partial<CallDetails> = {}): EngineState => ({
  ...IDLE,
  call: { kind: 'live', ...CALL, ...change },
})
const SEEKING = { kind: 'seeking', sinceMs: 0 } as const

describe('what a call shows', () => {
  it('[M14] nothing of the partner is seen or heard before their identity is confirmed', () => {
    for (const identity of ['checking', 'refused'] as const) {
      expect(coverOf({ ...CALL, identity }, OPEN)).toBe(identity)
      expect(isHeard({ ...CALL, identity }, OPEN)).toBe(false)
    }
    expect(coverOf(CALL, OPEN)).toBe('none')
    expect(isHeard(CALL, OPEN)).toBe(true)
  })
  it('[M2] the place of a picture is made while it is on its way, and for nobody who is covered for another reason', () => {
    const placeOf = (change: Partial<CallDetails>, own = OPEN) => {
      const call = { ...CALL, ...change }
      return hasPlace(call, coverOf(call, own))
    }
    expect(placeOf({})).toBe(true)
    expect(placeOf({ media: 'connecting' })).toBe(true)
    expect(placeOf({ media: 'connecting', mode: 'audio' })).toBe(false)
    expect(placeOf({ identity: 'checking', media: 'connecting' })).toBe(false)
    expect(placeOf({ identity: 'refused' })).toBe(false)
    expect(placeOf({ partnerCamera: false })).toBe(false)
    expect(placeOf({}, { ...OPEN, hidden: true })).toBe(false)
  })
  it('[M15] one word does not uncover a picture, and one word covers it again', () => {
    for (const [own, partner] of [
      [false, false],
      [true, false],
      [false, true],
    ] as const)
      expect(isVeiled({ reveal: { own, partner } })).toBe(true)
    expect(isVeiled({ reveal: { own: true, partner: true } })).toBe(false)
    const clear = live({ reveal: { own: true, partner: true } })
    expect(announcementOf(live(), clear)).toBe('uncovered')
    expect(announcementOf(clear, live({ reveal: { own: true, partner: false } }))).toBe('veiled')
  })
  it('[M8] hiding covers the picture and leaves the sound; muting the other way round', () => {
    expect(coverOf(CALL, { hidden: true, silenced: false })).toBe('hidden')
    expect(isHeard(CALL, { hidden: true, silenced: false })).toBe(true)
    expect(coverOf(CALL, { hidden: false, silenced: true })).toBe('none')
    expect(isHeard(CALL, { hidden: false, silenced: true })).toBe(false)
  })
  it('[M1] each mode and each trouble has its own cover', () => {
    expect(coverOf({ ...CALL, mode: 'text' }, OPEN)).toBe('text')
    expect(coverOf({ ...CALL, mode: 'audio' }, OPEN)).toBe('audio')
    expect(coverOf({ ...CALL, media: 'failed' }, OPEN)).toBe('failed')
    expect(coverOf({ ...CALL, media: 'connecting' }, OPEN)).toBe('connecting')
    expect(coverOf({ ...CALL, partnerCamera: false }, OPEN)).toBe('camera-off')
    expect(coverOf({ ...CALL, partnerPresence: 'away' }, OPEN)).toBe('none')
    expect(coverOf({ ...CALL, partnerPresence: 'away', media: 'interrupted' }, OPEN)).toBe('away')
  })
  it('[M2] the next search replaces the ended call at once', () => {
    const ended: EngineState = { ...IDLE, call: { kind: 'ended', ...CALL } }
    expect(screenOf(ended)).toBe('ended')
    expect(screenOf({ ...ended, seek: SEEKING })).toBe('waiting')
    expect(screenOf({ ...live(), seek: SEEKING })).toBe('call')
    expect(screenOf(IDLE)).toBe('idle')
  })
  it('[M16] one banner at most, the nearest cause first', () => {
    expect(bannerOf(live())).toBe('none')
    const all = live({ media: 'interrupted', partnerPresence: 'away' })
    expect(bannerOf({ ...all, connection: { kind: 'connecting' } })).toBe('own-connection')
    expect(bannerOf(all)).toBe('media-interrupted')
    expect(bannerOf(live({ partnerPresence: 'away' }))).toBe('partner-away')
    expect(bannerOf({ ...IDLE, connection: { kind: 'connecting' } })).toBe('none')
  })
  it('[O5] what changed is said once, and no change says nothing', () => {
    expect(announcementOf(IDLE, { ...IDLE, seek: SEEKING })).toBe('waiting')
    expect(announcementOf({ ...IDLE, seek: SEEKING }, live({ identity: 'checking' }))).toBe('found')
    expect(announcementOf(live({ identity: 'checking' }), live())).toBe('confirmed')
    expect(announcementOf(live(), live({ media: 'interrupted' }))).toBe('interrupted')
    expect(announcementOf(live({ media: 'interrupted' }), live())).toBe('restored')
    expect(announcementOf(live({ contact: 'asked' }), live({ contact: MADE }))).toBe('contact')
    expect(announcementOf(live(), live({ contact: 'asked' }))).toBeUndefined()
    expect(announcementOf(live(), live({ partnerCamera: false }))).toBe('camera-off')
    expect(announcementOf(live(), live({ callId: 'c2' as CallId }))).toBe('found')
    expect(announcementOf(live(), live({ partnerMic: false }))).toBe('muted')
    expect(announcementOf(live({ partnerMic: false }), live())).toBe('unmuted')
    expect(announcementOf(live(), live({ quality: 'poor' }))).toBe('poor')
    expect(announcementOf(live({ quality: 'poor' }), live({ quality: 'fair' }))).toBe('better')
    expect(announcementOf(live(), live({ quality: 'fair' }))).toBeUndefined()
    const self = (change: Partial<EngineState['self']>) => ({ ...live(), self: { ...IDLE.self, ...change } })
    expect(announcementOf(live(), self({ microphone: false }))).toBe('own-microphone-off')
    expect(announcementOf(self({ microphone: false }), live())).toBe('own-microphone-on')
    expect(announcementOf(live(), self({ camera: false }))).toBe('own-camera-off')
    expect(announcementOf(self({ camera: false }), live())).toBe('own-camera-on')
    for (const [reason, said] of [
      ['left', 'partner-left'],
      ['lost', 'partner-lost'],
      ['me', 'ended'],
    ] as const) {
      expect(announcementOf(live(), { ...IDLE, call: { kind: 'ended', ...CALL, endedReason: reason } })).toBe(said)
    }
    expect(announcementOf(live(), live())).toBeUndefined()
  })
  it('[M1] unread counts incoming messages only, and time never runs backwards', () => {
    const message = { messageId: 'm' as never, text: 'x', atMs: 0, state: 'sent' } as const
    const call = live({
      messages: [
        { ...message, from: 'them' },
        { ...message, from: 'me' },
        { ...message, from: 'them' },
      ],
    }).call
    expect(unreadOf(call, 0)).toBe(2)
    expect(unreadOf(call, 5)).toBe(0)
    expect(unreadOf({ kind: 'none' }, 0)).toBe(0)
    expect([durationText(-5), durationText(61_999), durationText(3_600_000)]).toEqual(['0:00', '1:01', '60:00'])
  })
})
