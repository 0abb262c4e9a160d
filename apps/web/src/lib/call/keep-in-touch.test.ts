import { BOUNDARIES_DEFAULT, fail, ok, type CallId, type Result } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import type { CallDetails, Engine, EngineState } from '../engine/types.ts'
import { createCallModel } from './call-model.ts'
import { keepInTouch, keepOfferOf } from './keep-in-touch.ts'

const CALL: CallDetails = {
  callId: 'c1' as CallId,
  mode: 'text',
  partner: { pseudonym: 'Quiet Heron', languages: ['en'], interests: [], boundaries: BOUNDARIES_DEFAULT },
  startedAtMs: 0,
  identity: 'confirmed',
  media: 'connected',
  partnerPresence: 'here',
  partnerMic: true,
  partnerCamera: true,
  pictureTrust: 'vouched',
  partnerIsVirtual: false,
  reveal: { own: false, partner: false },
  quality: 'good',
  messages: [],
  contact: 'no',
}
const MADE = { accountId: 'a1', handle: 'quiet-heron', conversationId: 'v1' } as never

function setUp(change: Partial<CallDetails> = {}, answer: Result<true> = ok(true)) {
  let state: EngineState = {
    connection: { kind: 'online' },
    seek: { kind: 'idle' },
    call: { kind: 'live', ...CALL, ...change },
    self: { microphone: true, camera: true, isVirtual: false },
  }
  const said: [CallId, boolean][] = []
  const model = createCallModel({
    engine: { snapshot: () => state } as Engine,
    keepInTouch: async (...input) => {
      said.push(input)
      return answer
    },
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
  const press = () =>
    model.press({
      key: 'k',
      ctrlKey: false,
      metaKey: false,
      altKey: false,
      shiftKey: false,
      repeat: false,
      isTyping: false,
    })
  return { model, said, show, press }
}
const settled = () => new Promise((resolve) => setTimeout(resolve))

describe('the wish to stay in contact', () => {
  it('[M17] is said with K or its button, and taken back with the same', async () => {
    const { model, said, show, press } = setUp()
    expect(press()).toBe(true)
    expect(model.get().isKeeping).toBe(true)
    press()
    await settled()
    show({ contact: 'asked' })
    model.act('keep')
    await settled()
    expect(said).toEqual([
      ['c1', true],
      ['c1', false],
    ])
    expect(model.get().isKeeping).toBe(false)
  })
  it('[M17] means nothing before the partner is confirmed, nor once contact is made', async () => {
    for (const change of [{ identity: 'checking' }, { contact: MADE }] as const) {
      const { said, press } = setUp(change)
      press()
      await settled()
      expect(said).toEqual([])
    }
  })
  it('[M17] says why it could not be told', async () => {
    const { model, press } = setUp({}, fail('DEVICE_REQUIRED'))
    press()
    await settled()
    expect(model.get()).toMatchObject({ isKeeping: false, keepCode: 'DEVICE_REQUIRED' })
    const away = keepInTouch(() => Promise.reject(new Error('no code')), 'c1' as CallId, true)
    expect(await away).toEqual({ ok: false, code: 'NETWORK_OFFLINE' })
  })
  it('[M17] leads to the conversation once both said yes, and before that says nothing of the partner', () => {
    expect(keepOfferOf('no')).toEqual({ kind: 'ask' })
    expect(keepOfferOf('asked')).toEqual({ kind: 'asked' })
    expect(keepOfferOf(MADE)).toEqual({ kind: 'made', href: '/chats?c=v1' })
  })
})
