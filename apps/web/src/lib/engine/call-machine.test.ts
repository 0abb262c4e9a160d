import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BOUNDARIES_DEFAULT, type CallId, type MatchFound, type Mode, type TicketId } from '@visavis/wire'
import type { CallEffect, CallEvent, CallMachineState, Step } from './call-machine-states.ts'
import { callMachine, INITIAL } from './call-machine.ts'

const NOW_MS = 1_000
const callA = 'aaaaaaaa-0000-4000-8000-000000000001' as CallId
const callB = 'bbbbbbbb-0000-4000-8000-000000000002' as CallId
const ticket = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}` as TicketId

function found(callId: CallId, ticketId: TicketId, mode: Mode = 'video', more: Partial<MatchFound> = {}): MatchFound {
  const isText = mode === 'text'
  return {
    callId,
    ticketId,
    mode,
    role: 'joiner',
    partner: { pseudonym: 'amber otter', languages: ['en'], interests: [], boundaries: BOUNDARIES_DEFAULT },
    transport: isText ? 'none' : 'splice',
    ...(!isText && { dtls: 'passive', fingerprint: new Uint8Array(32) }),
    startedAtMs: NOW_MS,
    receipt: new Uint8Array(16),
    ...more,
  }
}

/** Runs events from the start; gives the last state and all effects. */
function play(...events: CallEvent[]): Step {
  return after(INITIAL, ...events)
}
function after(start: CallMachineState, ...events: CallEvent[]): Step {
  let state = start
  const effects: CallEffect[] = []
  for (const event of events) {
    const step = callMachine(state, event, NOW_MS)
    state = step.state
    effects.push(...step.effects)
  }
  return { state, effects }
}

const toSeeking: CallEvent[] = [
  { kind: 'seek', ticketId: ticket(1), mode: 'video' },
  { kind: 'prepared', ticketId: ticket(1) },
]
const toOpening: CallEvent[] = [...toSeeking, { kind: 'found', found: found(callA, ticket(1)) }]
const toLive: CallEvent[] = [
  ...toOpening,
  { kind: 'secured', callId: callA },
  { kind: 'identityConfirmed', callId: callA },
]
const names = (effects: readonly CallEffect[]) => effects.map(({ kind }) => kind)

describe('the way to a call', () => {
  it('[M1] seek, prepared, found, secured, confirmed', () => {
    const { state, effects } = play(...toLive)
    expect(state).toMatchObject({ kind: 'live', call: { callId: callA } })
    expect(names(effects)).toEqual(['prepare', 'sendSeek', 'openCall', 'timer', 'timer', 'allowMedia', 'prepareNext'])
  })

  it('[M2] found while cancelling: the match is ended, so that the other is free again', () => {
    const { state, effects } = play(
      ...toSeeking,
      { kind: 'cancelSeek' },
      { kind: 'found', found: found(callA, ticket(1)) },
    )
    expect(state).toEqual({ kind: 'idle' })
    expect(names(effects.slice(2))).toEqual(['sendLeave', 'retireTicket', 'sendEnd'])
  })

  it('[M2] Next while opening leaves and seeks in one step; a second Next changes nothing', () => {
    const opening = play(...toOpening).state
    const once = after(opening, { kind: 'next', ticketId: ticket(2), mode: 'video' })
    expect(names(once.effects)).toEqual(['sendEnd', 'closeCall', 'prepare'])
    expect(once.effects[0]).toMatchObject({ callId: callA, reason: 'next' })
    const twice = after(once.state, { kind: 'next', ticketId: ticket(3), mode: 'video' })
    expect(twice).toEqual({ state: once.state, effects: [] })
  })

  it('[M1] Start during a call is a stray click', () => {
    const live = play(...toLive).state
    expect(after(live, { kind: 'seek', ticketId: ticket(9), mode: 'video' })).toEqual({ state: live, effects: [] })
  })

  it('[M3] End twice: the second does nothing', () => {
    const once = after(play(...toLive).state, { kind: 'end' })
    expect(once.state).toMatchObject({ kind: 'ended', call: { reason: 'me', identity: 'confirmed' } })
    expect(names(once.effects)).toEqual(['sendEnd', 'closeCall'])
    expect(after(once.state, { kind: 'end' })).toEqual({ state: once.state, effects: [] })
  })

  it('[M2] the partner left during opening', () => {
    const { state, effects } = after(play(...toOpening).state, { kind: 'peerEnded', callId: callA, reason: 'left' })
    expect(state).toMatchObject({ kind: 'ended', call: { reason: 'left', identity: 'checking' } })
    expect(names(effects)).toEqual(['closeCall'])
  })

  it('[M7] Block at any time ends the call; of another call it changes nothing', () => {
    for (const state of [play(...toOpening).state, play(...toLive).state]) {
      expect(names(after(state, { kind: 'block', callId: callA }).effects)).toEqual(['sendEnd', 'closeCall'])
      expect(after(state, { kind: 'block', callId: callB })).toEqual({ state, effects: [] })
    }
  })
})

describe('identity', () => {
  it('[M14] a mismatch refuses the call: media never allowed, the call closed and ended', () => {
    const { state, effects } = play(
      ...toOpening,
      { kind: 'secured', callId: callA },
      { kind: 'channelFailed', callId: callA, code: 'CALL_IDENTITY_MISMATCH' },
      { kind: 'identityConfirmed', callId: callA },
    )
    expect(state).toMatchObject({ kind: 'ended', call: { identity: 'refused', code: 'CALL_IDENTITY_MISMATCH' } })
    expect(names(effects)).not.toContain('allowMedia')
    expect(names(effects).slice(-2)).toEqual(['sendEnd', 'closeCall'])
  })

  it('[M14] [ER18] a server that has the joiner begin the handshake is refused before anything is opened', () => {
    const swapped = found(callA, ticket(1), 'video', { dtls: 'active' })
    const { state, effects } = play(...toSeeking, { kind: 'found', found: swapped })
    expect(state).toMatchObject({ kind: 'ended', call: { identity: 'refused', code: 'CALL_IDENTITY_MISMATCH' } })
    expect(names(effects)).not.toContain('openCall')
  })

  it('[M14] no session in time is a lost call, no identity in time a refused one', () => {
    const timeout = (timer: 'secure' | 'identity'): CallEvent => ({ kind: 'timeout', callId: callA, timer })
    const opening = play(...toOpening).state
    expect(after(opening, timeout('secure')).state).toMatchObject({
      kind: 'ended',
      call: { reason: 'lost', identity: 'checking' },
    })
    const secured = after(opening, { kind: 'secured', callId: callA })
    expect(secured.effects).toMatchObject([{ kind: 'timer', timer: 'identity', afterMs: 10_000 }])
    expect(after(secured.state, timeout('secure')).state).toEqual(secured.state)
    expect(after(secured.state, timeout('identity')).state).toMatchObject({ call: { identity: 'refused' } })
    const live = play(...toLive).state
    expect(after(live, timeout('secure'), timeout('identity')).state).toEqual(live)
  })

  it.each([
    ['another mode', found(callA, ticket(1), 'text')],
    ['no fingerprint', found(callA, ticket(1), 'video', { fingerprint: undefined })],
    ['no DTLS role', found(callA, ticket(1), 'video', { dtls: undefined })],
    ['no transport', found(callA, ticket(1), 'video', { transport: 'none' })],
    ['a creator without the key package', found(callA, ticket(1), 'video', { role: 'creator' })],
  ])('[M14] a match with %s would switch the check off and is refused unopened', (_what, match) => {
    const { state, effects } = after(play(...toSeeking).state, { kind: 'found', found: match })
    expect(state).toMatchObject({ kind: 'ended', call: { identity: 'refused' } })
    expect(names(effects)).toEqual(['sendEnd', 'retireTicket'])
  })
})

describe('the network', () => {
  const online = (more: Partial<Extract<CallEvent, { kind: 'online' }>>): CallEvent => {
    return { kind: 'online', resumed: true, asked: [], alive: [], freshTicketId: ticket(7), ...more }
  }

  it('[M16] a cut socket changes nothing in a call; a new session repeats the signals', () => {
    const live = play(...toLive).state
    expect(after(live, online({ asked: [callA], alive: [callA] }))).toEqual({ state: live, effects: [] })
    const lost = after(live, online({ resumed: false, asked: [callA], alive: [callA] }))
    expect(lost).toEqual({ state: live, effects: [{ kind: 'repeatSignals', callId: callA }] })
  })

  it('[M16] the resume says the call is gone: lost; a call found after the question is not judged', () => {
    const live = play(...toLive).state
    const gone = after(live, online({ asked: [callA] }))
    expect(gone.state).toMatchObject({ kind: 'ended', call: { reason: 'lost' } })
    expect(names(gone.effects)).toEqual(['closeCall'])
    expect(after(live, online({ asked: [callB] })).state).toEqual(live)
  })

  it('[M16] media that fails, breaks and recovers does not end the call', () => {
    const live = play(...toLive).state
    for (const media of ['interrupted', 'connected', 'failed'] as const) {
      const step = after(live, { kind: 'media', callId: callA, media })
      expect(step).toMatchObject({ state: { kind: 'live', call: { media } }, effects: [] })
    }
  })

  it('[M16] a ticket dies with its session and is sought anew under a fresh id', () => {
    const seeking = play(...toSeeking).state
    expect(after(seeking, online({}))).toEqual({ state: seeking, effects: [] })
    const again = after(seeking, online({ resumed: false }))
    expect(again.state).toMatchObject({ kind: 'preparing', seek: { ticketId: ticket(7) } })
    expect(names(again.effects)).toEqual(['retireTicket', 'prepare'])
  })

  it.each([
    ['another tab took over, then this one goes on', 'SESSION_REPLACED', undefined],
    ['the relay is down, whatever the connection does', 'RELAY_UNAVAILABLE', 'RELAY_UNAVAILABLE'],
  ] as const)('[M16] why a search ended is told as long as it holds: %s', (_, code, told) => {
    const idle = after(play(...toSeeking).state, { kind: 'shutdown', code }).state
    expect(idle).toEqual({ kind: 'idle', code })
    expect(after(idle, online({ resumed: false })).state).toEqual(told ? { kind: 'idle', code: told } : INITIAL)
  })

  it('[M2] a refused seek is tried again more and more slowly if it may pass, else it ends with the code', () => {
    const refused = (number: number, code: 'SERVER_STORAGE' | 'ACCOUNT_SANCTIONED'): CallEvent => {
      return { kind: 'seekRefused', ticketId: ticket(number), code, freshTicketId: ticket(number + 1) }
    }
    let state = play(...toSeeking).state
    const waits: number[] = []
    for (let number = 1; number <= 6; number++) {
      const step = after(state, refused(number, 'SERVER_STORAGE'), { kind: 'prepared', ticketId: ticket(number + 1) })
      for (const effect of step.effects) if (effect.kind === 'prepare') waits.push(effect.afterMs)
      state = step.state
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000])
    expect(after(state, refused(7, 'ACCOUNT_SANCTIONED')).state).toEqual({ kind: 'idle', code: 'ACCOUNT_SANCTIONED' })
  })
})

// Method: random events, of present and former calls and tickets, against a model that only counts what was opened,
// closed, sent and confirmed. `follow` lets half of the runs come far by answering effects as the managers would.
describe('[M1][M2][M3] any order of events', () => {
  const someTicket = fc.integer({ min: 1, max: 4 }).map(ticket)
  const someCall = fc.constantFrom(callA, callB)
  const someMode = fc.constantFrom<Mode>('video', 'text')
  const code = fc.constantFrom(
    'SERVER_STORAGE',
    'RELAY_UNAVAILABLE',
    'MATCH_IN_CALL',
    'ACCOUNT_SANCTIONED',
    'NETWORK_OFFLINE',
  )
  const event: fc.Arbitrary<CallEvent> = fc.oneof(
    fc.record({ kind: fc.constantFrom('seek', 'next'), ticketId: someTicket, mode: someMode }),
    fc.record({ kind: fc.constantFrom('cancelSeek', 'end', 'shutdown') }),
    fc.record({ kind: fc.constant('prepared' as const), ticketId: someTicket }),
    fc.record({ kind: fc.constant('prepareFailed' as const), ticketId: someTicket, code }),
    fc.record({ kind: fc.constant('seekRefused' as const), ticketId: someTicket, code, freshTicketId: someTicket }),
    fc.record({ kind: fc.constant('ticketBroken' as const), ticketId: someTicket, freshTicketId: someTicket }),
    fc
      .tuple(someCall, someTicket, someMode)
      .map(([callId, id, mode]): CallEvent => ({ kind: 'found', found: found(callId, id, mode) })),
    fc.record({ kind: fc.constantFrom('secured', 'identityConfirmed', 'block'), callId: someCall }),
    fc.record({
      kind: fc.constant('channelFailed' as const),
      callId: someCall,
      code: fc.constantFrom('E2EE_OPEN_FAILED', 'CALL_IDENTITY_MISMATCH'),
    }),
    fc.record({ kind: fc.constant('media' as const), callId: someCall, media: fc.constantFrom('connected', 'failed') }),
    fc.record({ kind: fc.constant('peerEnded' as const), callId: someCall, reason: fc.constantFrom('left', 'lost') }),
    fc.record({
      kind: fc.constant('timeout' as const),
      callId: someCall,
      timer: fc.constantFrom('secure', 'identity'),
    }),
    fc.record({
      kind: fc.constant('online' as const),
      resumed: fc.boolean(),
      asked: fc.subarray([callA, callB]),
      alive: fc.subarray([callA, callB]),
      freshTicketId: someTicket,
    }),
  ) as fc.Arbitrary<CallEvent>

  function check(events: readonly CallEvent[]): { opened: number; allowed: number } {
    let state: CallMachineState = INITIAL
    let open: CallId | undefined
    let out: TicketId | undefined
    let confirmed = false
    const counts = { opened: 0, allowed: 0 }
    for (const next of [...events, { kind: 'end' } as const, { kind: 'shutdown' } as const]) {
      const before = state
      const step = callMachine(state, next, NOW_MS)
      state = step.state
      if ('callId' in next && next.callId !== open) expect(step).toEqual({ state: before, effects: [] })
      if (next.kind === 'identityConfirmed' && next.callId === open) confirmed = true
      for (const effect of step.effects) {
        if (effect.kind === 'sendSeek') {
          expect(out).toBeUndefined()
          out = effect.ticketId
        } else if (effect.kind === 'retireTicket') {
          expect(effect.ticketId).toBe(out)
          out = undefined
        } else if (effect.kind === 'openCall') {
          expect(open).toBeUndefined()
          expect(effect.found.ticketId).toBe(out)
          out = undefined
          open = effect.found.callId
          confirmed = false
          counts.opened++
        } else if (effect.kind === 'closeCall') {
          expect(effect.callId).toBe(open)
          open = undefined
        } else if (effect.kind === 'allowMedia') {
          expect(effect.callId).toBe(open)
          expect(confirmed).toBe(true)
          counts.allowed++
        }
      }
      const stateCall = state.kind === 'opening' || state.kind === 'live' ? state.call.callId : undefined
      expect(stateCall).toBe(open)
      if (state.kind === 'live') expect(confirmed).toBe(true)
      expect(state.kind === 'seeking' ? state.seek.ticketId : undefined).toBe(out)
    }
    expect(open).toBeUndefined()
    expect(out).toBeUndefined()
    return counts
  }

  it('never two calls, media only when confirmed, everything opened is closed once, other calls have no effect', () => {
    let opened = 0
    let allowed = 0
    fc.assert(
      fc.property(
        fc.constantFrom([], toSeeking, toOpening, toLive),
        fc.array(event, { maxLength: 40 }),
        (start, events) => {
          const counts = check([...start, ...events])
          opened += counts.opened
          allowed += counts.allowed
        },
      ),
      { numRuns: 1_500 },
    )
    // The runs came as far as they claim to test.
    expect(opened).toBeGreaterThan(500)
    expect(allowed).toBeGreaterThan(200)
  })
})
