import { BOUNDARIES_DEFAULT, ok, type CallId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { capsuleCallOf } from '../capsule/capsule-call.ts'
import type { CallDetails, Engine, EngineState } from '../engine/types.ts'
import { createCallModel } from './call-model.ts'
import type { KeyPress } from './keys.ts'

const CALL: CallDetails = {
  callId: 'c1' as CallId,
  mode: 'video',
  partner: { pseudonym: 'Quiet Heron', languages: ['en'], interests: [], boundaries: BOUNDARIES_DEFAULT },
  startedAtMs: 5,
  identity: 'confirmed',
  media: 'connected',
  partnerPresence: 'here',
  partnerMic: true,
  partnerCamera: true,
  partnerIsVirtual: false,
  pictureTrust: 'vouched',
  reveal: { own: false, partner: false },
  quality: 'good',
  messages: [
    { messageId: 'm1' as never, from: 'them', text: 'a cruel word', atMs: 7, state: 'delivered' },
    { messageId: 'm2' as never, from: 'them', text: '', atMs: 8, state: 'failed', code: 'E2EE_OPEN_FAILED' },
  ],
  contact: 'no',
}
const press = (key: string, change: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  repeat: false,
  isTyping: false,
  ...change,
})

function screen(call: EngineState['call']) {
  const state: EngineState = {
    connection: { kind: 'online' },
    seek: { kind: 'idle' },
    call,
    self: { microphone: true, camera: true, isVirtual: false },
  }
  const did: string[] = []
  const model = createCallModel({
    engine: { snapshot: () => state, end: () => void did.push('end') } as Engine,
    keepInTouch: async () => ok(true),
    takeCapsule: ({ callId }) => did.push(`capsule ${callId}`),
    screen: {
      toggleFullscreen: () => did.push('full screen'),
      toggleSmallWindow: () => did.push('small window'),
    },
    monotonicMs: () => 0,
    uncoversAtOnce: false,
    isWide: false,
  })
  return { model, did }
}

describe('what keys do in a call', () => {
  it('[S16] Shift and Escape take a capsule of the call that is there, and do nothing where there is none', () => {
    const { model, did } = screen({ kind: 'live', ...CALL })
    expect(model.press(press('Escape', { shiftKey: true, isTyping: true }))).toBe(true)
    expect(did).toEqual(['capsule c1'])
    for (const call of [{ kind: 'none' }, { kind: 'ended', ...CALL, endedReason: 'left' }] as const) {
      const none = screen(call)
      none.model.press(press('Escape', { shiftKey: true }))
      expect(none.did).toEqual([])
    }
  })
  it('[S16] a capsule takes the texts as they were shown; what could not be opened is not among them', () => {
    expect(capsuleCallOf(CALL)).toEqual({
      callId: 'c1',
      pseudonym: 'Quiet Heron',
      startedAtMs: 5,
      texts: [{ from: 'them', text: 'a cruel word', atMs: 7 }],
    })
  })
  it('[M3] the full screen that the browser left tells that one more Escape ends', () => {
    const { model, did } = screen({ kind: 'live', ...CALL })
    model.leftFullscreen()
    expect([model.get().escapeHint, did]).toEqual([true, []])
    model.press(press('Escape'))
    expect(did).toEqual(['end'])
  })
  it('[M8] F and P are the full screen and the small window', () => {
    const { model, did } = screen({ kind: 'live', ...CALL })
    model.press(press('f'))
    model.press(press('p'))
    expect(did).toEqual(['full screen', 'small window'])
  })
})
