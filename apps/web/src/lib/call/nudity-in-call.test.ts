import { BOUNDARIES_DEFAULT, ok, type CallId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import type { CallDetails, Engine, EngineState } from '../engine/types.ts'
import { createCallModel } from './call-model.ts'
import { isNudityCovered } from './call-view.ts'

const CALL: CallDetails = {
  callId: 'c1' as CallId,
  mode: 'video',
  partner: { pseudonym: 'Quiet Heron', languages: ['en'], interests: [], boundaries: BOUNDARIES_DEFAULT },
  startedAtMs: 0,
  identity: 'confirmed',
  media: 'connected',
  partnerPresence: 'here',
  partnerMic: true,
  partnerCamera: true,
  partnerIsVirtual: false,
  pictureTrust: 'vouched',
  reveal: { own: true, partner: true },
  quality: 'good',
  messages: [],
  contact: 'no',
}

/** Whatever the engine is asked to do is written down: the other side can hear of nothing else. */
function setUp() {
  let state: EngineState = {
    connection: { kind: 'online' },
    seek: { kind: 'idle' },
    call: { kind: 'live', ...CALL },
    self: { microphone: true, camera: true, isVirtual: false },
  }
  const asked: string[] = []
  const engine = new Proxy({} as Engine, {
    get: (_, name) => (name === 'snapshot' ? () => state : () => void asked.push(String(name))),
  })
  const model = createCallModel({
    engine,
    keepInTouch: async () => ok(true),
    takeCapsule: () => undefined,
    screen: { toggleFullscreen: () => undefined, toggleSmallWindow: () => undefined },
    monotonicMs: () => 0,
    uncoversAtOnce: false,
    isWide: false,
  })
  const show = (next: Partial<CallDetails>) => {
    state = { ...state, call: { kind: 'live', ...CALL, ...next } }
    model.engineChanged(state)
  }
  return { model, asked, show }
}

describe('likely nudity in a call', () => {
  it('[M15] is covered at once, and the other side is told neither that nor the answer', () => {
    const { model, asked } = setUp()
    expect(isNudityCovered(model.get().nudity)).toBe(false)
    model.sawNudity()
    expect(isNudityCovered(model.get().nudity)).toBe(true)
    model.answerNudity('covered')
    expect(isNudityCovered(model.get().nudity)).toBe(true)
    model.answerNudity('shown')
    expect(isNudityCovered(model.get().nudity)).toBe(false)
    expect(asked).toEqual([])
  })

  it('[M15] once shown it is not covered again in this call, and in the next one it is', () => {
    const { model, show } = setUp()
    model.sawNudity()
    model.answerNudity('shown')
    model.sawNudity()
    expect(model.get().nudity).toBe('shown')
    show({ media: 'interrupted' })
    expect(model.get().nudity).toBe('shown')
    show({ callId: 'c2' as CallId })
    model.sawNudity()
    expect(model.get().nudity).toBe('asked')
  })

  it('[M15] what covers one person does not cover the next, and no answer is taken that nobody asked for', () => {
    const { model, show } = setUp()
    model.sawNudity()
    model.answerNudity('covered')
    show({ callId: 'c2' as CallId })
    expect(isNudityCovered(model.get().nudity)).toBe(false)
    model.answerNudity('covered')
    expect(model.get().nudity).toBe('unseen')
  })
})
