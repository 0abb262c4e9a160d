import { createFakeClock } from '@visavis/testkit'
import { BOUNDARIES_DEFAULT, type CallId } from '@visavis/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CallDetails, EngineState } from '../engine/types.ts'
import { coverOf, NOBODY_YET, screenOf } from './call-view.ts'
import { BETWEEN_MS_MAX, CHECKING_MS_MAX, createScreenPace } from './screen-pace.ts'

const IDLE: EngineState = {
  connection: { kind: 'online' },
  seek: { kind: 'idle' },
  call: { kind: 'none' },
  self: { microphone: true, camera: true, isVirtual: false },
}
const WAITING: EngineState = { ...IDLE, seek: { kind: 'seeking', sinceMs: 0 } }

function call(kind: 'opening' | 'live' | 'ended', id: string): EngineState {
  const details: CallDetails = {
    callId: id as CallId,
    mode: 'video',
    partner: { pseudonym: `Heron ${id}`, languages: ['en'], interests: ['birds'], boundaries: BOUNDARIES_DEFAULT },
    startedAtMs: 0,
    identity: kind === 'opening' ? 'checking' : 'confirmed',
    media: 'connecting',
    ...(kind === 'live' && { remoteStream: {} as MediaStream }),
    partnerPresence: 'here',
    partnerMic: true,
    partnerCamera: true,
    partnerIsVirtual: false,
    reveal: { own: true, partner: true },
    pictureTrust: 'waiting',
    quality: 'good',
    messages: [{ messageId: 'm1' as never, from: 'them', text: `hello from ${id}`, atMs: 0, state: 'delivered' }],
    contact: 'no',
  }
  return { ...IDLE, call: { kind, ...details } }
}

function setUp(initial: EngineState) {
  const clock = createFakeClock()
  const shown: EngineState[] = []
  const pace = createScreenPace({ clock, serverNowMs: () => 5, initial, show: (state) => shown.push(state) })
  return { clock, shown, pace, last: () => shown.at(-1) ?? initial }
}

describe('[M2] the screen between two people', () => {
  it('is empty at once when one is left, and shows the next one when they are confirmed, without another screen', () => {
    const { pace, shown, last } = setUp(call('live', 'a'))
    pace.heard(WAITING)
    expect(shown).toHaveLength(1)
    const between = last().call
    if (between.kind === 'none') throw new Error('the screen of the call should stay')
    expect(coverOf(between, { hidden: false, silenced: false })).toBe('nobody')
    expect(JSON.stringify(between)).not.toMatch(/Heron|hello|birds/)
    expect(between.remoteStream).toBeUndefined()
    pace.heard({ ...WAITING, seek: { kind: 'seeking', sinceMs: 0 } })
    pace.heard(call('opening', 'b'))
    expect(shown).toHaveLength(1)
    pace.heard(call('live', 'b'))
    expect(shown.map((state) => (state.call.kind === 'none' ? 'none' : state.call.callId))).toEqual([NOBODY_YET, 'b'])
  })

  it('becomes the waiting screen when nobody comes soon, and what then comes is shown when it is confirmed', async () => {
    const { clock, pace, shown, last } = setUp(call('live', 'a'))
    pace.heard(WAITING)
    await clock.advance(BETWEEN_MS_MAX - 1)
    expect(screenOf(last())).toBe('call')
    await clock.advance(1)
    expect(last()).toBe(WAITING)
    pace.heard(call('opening', 'b'))
    expect(last()).toBe(WAITING)
    pace.heard(call('live', 'b'))
    expect(shown).toHaveLength(3)
  })

  it('tells of the check of a person only when that takes long', async () => {
    const { clock, pace, last } = setUp(WAITING)
    const opening = call('opening', 'b')
    pace.heard(opening)
    expect(last()).toBe(WAITING)
    await clock.advance(CHECKING_MS_MAX)
    expect(last()).toBe(opening)
  })

  it('never keeps anybody who is not there any more, and is never behind for long, whatever happens', async () => {
    const states = fc.oneof(
      fc.constantFrom(IDLE, WAITING),
      fc
        .record({ kind: fc.constantFrom('opening', 'live', 'ended'), id: fc.constantFrom('a', 'b', 'c') })
        .map(({ kind, id }) => call(kind, id)),
    )
    const steps = fc.array(fc.tuple(states, fc.nat(500)), { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(steps, async (deeds) => {
        const { clock, pace, last } = setUp(IDLE)
        for (const [state, pauseMs] of deeds) {
          pace.heard(state)
          const [now, real] = [last().call, state.call]
          if (now.kind !== 'none' && now.callId !== NOBODY_YET)
            expect(real.kind === 'none' ? undefined : real.callId).toBe(now.callId)
          await clock.advance(pauseMs)
        }
        await clock.advance(Math.max(BETWEEN_MS_MAX, CHECKING_MS_MAX))
        expect(last()).toBe(deeds.at(-1)?.[0])
      }),
    )
  })
})
