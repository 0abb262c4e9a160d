import { alice, bob, carol, settle } from '@visavis/testkit'
import {
  CALL_ABSENCE_MS_MAX,
  CANDIDATES_PER_CALL_MAX,
  CLIENT_FRAMES,
  EVIDENCE_WINDOW_MS,
  type AckResult,
  type ClientFrameBody,
  type ClientFrameName,
  type DeviceId,
  type LegId,
  type MessageId,
} from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import type { TestClient } from './gateway-client.ts'
import { createWorld, meet, seekOf, TURN_ADDRESS, videoSeekOf, type World } from './gateway-world.ts'

const MESSAGE = 'e0000000-0000-4000-8000-000000000001' as MessageId

async function inCall(options: Parameters<typeof createWorld>[0] = {}, mode: 'text' | 'video' = 'text') {
  const world = await createWorld(options)
  const [a, b, c] = [world.client(alice), world.client(bob), world.client(carol)]
  for (const client of [a, b, c]) await client.hello()
  const { callId, seeks } = await meet(world, a, b, mode)
  return { world, a, b, c, callId, legs: seeks.map((seek) => seek.legId as LegId) as [LegId, LegId] }
}

describe('authorisation: every frame a client may send', () => {
  /** How each frame is refused to someone who is signed in and not in the call; `allowed` needs no call. */
  const REFUSED: Record<ClientFrameName, string> = {
    hello: 'own session only',
    'match.seek': 'allowed',
    'match.leave': 'allowed, own ticket only',
    'relay.lease': 'allowed, own legs only',
    'call.applied': 'CALL_UNKNOWN',
    'call.signal': 'CALL_UNKNOWN',
    'call.candidate': 'CALL_UNKNOWN',
    'call.commit': 'call-commitments.test.ts',
    'call.end': 'CALL_UNKNOWN',
    'message.send': 'CALL_UNKNOWN',
    received: 'not answered, own device only',
    'contact.keep': 'contacts.test.ts',
    'conversation.commit': 'conversations-people.test.ts',
    'conversation.send': 'conversations-people.test.ts',
    'conversation.typing': 'conversations-people.test.ts',
  }
  type CallFrame = 'call.applied' | 'call.signal' | 'call.candidate' | 'call.end' | 'message.send'
  const bodies = (callId: ClientFrameBody<'call.end'>['callId']): { [N in CallFrame]: ClientFrameBody<N> } => ({
    'call.applied': { callId },
    'call.signal': { callId, bytes: Uint8Array.of(1) },
    'call.candidate': { callId, address: TURN_ADDRESS, port: 1 },
    'call.end': { callId, reason: 'end' },
    'message.send': { callId, messageId: MESSAGE, ciphertext: Uint8Array.of(1) },
  })

  it('[M1] knows every frame of the contract', () => {
    expect(Object.keys(REFUSED).toSorted()).toEqual(Object.keys(CLIENT_FRAMES).toSorted())
  })

  it.each(['call.applied', 'call.signal', 'call.candidate', 'message.send', 'call.end'] as const)(
    '[K4] %s: sides of the live call may, a third person, another device and a later moment may not',
    async (name) => {
      const { world, a, b, c, callId } = await inCall({ relay: 'turn' }, 'text')
      const otherDevice = world.client(alice, { deviceId: 'd0000000-0000-4000-8000-0000000000f7' as DeviceId })
      await otherDevice.hello()
      const body = bodies(callId)[name]
      for (const stranger of [c, otherDevice]) {
        const [seenA, seenB] = [a.frames.length, b.frames.length]
        expect(await stranger.ask(name, body as never)).toMatchObject({ code: REFUSED[name] })
        expect([a.frames.length, b.frames.length]).toEqual([seenA, seenB])
      }
      const allowed = name === 'call.candidate' ? { code: 'CALL_ADDRESS_REFUSED' } : { ok: true } // Text has no media.
      expect(await a.ask(name, body as never)).toMatchObject(allowed)
      if (name !== 'call.end') await b.ask('call.end', { callId, reason: 'end' })
      const later = name === 'call.end' ? { ok: true } : { code: 'CALL_UNKNOWN' }
      expect(await a.ask(name, body as never)).toMatchObject(later)
      await world.stop()
    },
  )
})

describe('a call', () => {
  it('[M13] splices the two legs, opens each only when its owner is ready, and parts them at the end', async () => {
    const { world, a, b, callId, legs } = await inCall({}, 'video')
    expect(world.relay.partnerOf(legs[0])).toBe(legs[1])
    expect([a.last('match.found')?.transport, b.last('match.found')?.transport]).toEqual(['splice', 'splice'])
    expect(new Set([a.last('match.found')?.dtls, b.last('match.found')?.dtls])).toEqual(new Set(['active', 'passive']))
    await a.ask('call.applied', { callId })
    expect([world.relay.isOpen(legs[0]), world.relay.isOpen(legs[1])]).toEqual([true, false])
    await b.ask('call.applied', { callId })
    expect(world.relay.isOpen(legs[1])).toBe(true)
    await a.ask('call.end', { callId, reason: 'next' })
    expect(world.relay.partnerOf(legs[0])).toBeUndefined()
    await world.stop()
  })

  it('[M13] tells a client nothing that leads to the other: no ids, no handle, no address but the relay’s', async () => {
    const { world, a, b, callId } = await inCall({}, 'video')
    await a.ask('call.signal', { callId, bytes: Uint8Array.of(1) })
    await a.ask('message.send', { callId, messageId: MESSAGE, ciphertext: Uint8Array.of(1, 2) })
    a.cut()
    await a.hello({ calls: [callId] })
    await a.ask('call.end', { callId, reason: 'end' })
    const seen = JSON.stringify(b.frames)
    for (const secret of [alice.accountId, alice.deviceId, alice.handle]) expect(seen).not.toContain(secret)
    expect(b.frames.map((frame) => frame.name)).toContain('call.ended')
    const raw = Buffer.concat(b.bytes).toString('latin1')
    for (const secret of [alice.accountId, alice.deviceId, alice.handle]) expect(raw).not.toContain(secret)
    await world.stop()
  })

  it('[M13] refuses every candidate that is not the TURN relay’s, and too many of them', async () => {
    const world = await createWorld({ relay: 'turn' })
    const [a, b] = [world.client(alice), world.client(bob)]
    for (const client of [a, b]) {
      await client.hello()
      expect(await client.ask('relay.lease', {})).toMatchObject({ result: { kind: 'turn' } })
      await client.ask('match.seek', seekOf(world, client, { mode: 'video', fingerprint: new Uint8Array(32) }))
    }
    await world.clock.advance(20_000)
    const callId = a.last('match.found')!.callId
    expect(a.last('match.found')?.transport).toBe('turn')
    for (const address of ['203.0.113.9', '192.168.0.4', '::1', 'host.local', ''])
      expect(await a.ask('call.candidate', { callId, address, port: 9 })).toMatchObject({
        code: 'CALL_ADDRESS_REFUSED',
      })
    expect(b.of('call.candidate')).toHaveLength(0)
    for (let n = 0; n < CANDIDATES_PER_CALL_MAX; n++)
      expect(await a.ask('call.candidate', { callId, address: TURN_ADDRESS, port: 9 + n })).toMatchObject({ ok: true })
    expect(await a.ask('call.candidate', { callId, address: TURN_ADDRESS, port: 9 })).toMatchObject({
      code: 'RATE_LIMITED',
    })
    expect(b.of('call.candidate')).toHaveLength(CANDIDATES_PER_CALL_MAX)
    await world.stop()
  })

  it('[M2] ends for the other at once, whatever the reason, and twice is no error', async () => {
    const { world, a, b, callId } = await inCall()
    expect(await a.ask('call.end', { callId, reason: 'next' })).toMatchObject({ ok: true })
    expect(b.last('call.ended')).toEqual({ callId, reason: 'left' })
    expect(await b.ask('call.end', { callId, reason: 'end' })).toMatchObject({ ok: true })
    expect(a.of('call.ended')).toHaveLength(0)
    expect(await a.ask('match.seek', seekOf(world, a))).toMatchObject({ ok: true })
    await world.clock.advance(1_000)
    expect(world.callStore.rows()).toMatchObject([{ callId, end: { reason: 'next' } }])
    await world.stop()
  })

  it('[M7] a block ends it at once, and the blocked side is told what any leaving tells', async () => {
    const { world, a, b, callId } = await inCall()
    world.block(alice.accountId, bob.accountId)
    expect(b.last('call.ended')).toEqual({ callId, reason: 'left' })
    expect(JSON.stringify(b.frames)).not.toContain('block')
    expect(await b.ask('message.send', { callId, messageId: MESSAGE, ciphertext: Uint8Array.of(1) })).toMatchObject({
      code: 'CALL_UNKNOWN',
    })
    expect(await a.ask('call.signal', { callId, bytes: Uint8Array.of(1) })).toMatchObject({ code: 'CALL_UNKNOWN' })
    await world.stop()
  })

  it('[M16] says when the other is cut off and is back, and ends when that takes too long', async () => {
    const { world, a, b, callId } = await inCall()
    b.cut()
    expect(a.last('call.peer')).toEqual({ callId, state: 'away' })
    await a.ask('call.signal', { callId, bytes: Uint8Array.of(5) })
    await world.clock.advance(CALL_ABSENCE_MS_MAX - 1)
    expect(await b.hello({ sessionSeq: 1, calls: [callId] })).toMatchObject({ resumed: true, calls: [callId] })
    expect(a.last('call.peer')).toEqual({ callId, state: 'back' })
    expect(b.last('call.signal')?.bytes).toEqual(Uint8Array.of(5))
    b.cut()
    await world.clock.advance(CALL_ABSENCE_MS_MAX)
    expect(a.last('call.ended')).toEqual({ callId, reason: 'lost' })
    expect(await b.hello({ calls: [callId] })).toMatchObject({ calls: [] })
    await world.stop()
  })

  it('[M16] survives a reloaded tab that names it, and ends for one that does not', async () => {
    const { world, a, b, callId } = await inCall({}, 'video')
    const reloaded = world.client(bob)
    expect(await reloaded.hello({ calls: [callId] })).toMatchObject({ resumed: false, calls: [callId] })
    expect(await reloaded.ask('call.signal', { callId, bytes: Uint8Array.of(1) })).toMatchObject({ ok: true })
    expect(b.last('bye')).toEqual({ code: 'SESSION_REPLACED' })
    const blank = world.client(bob)
    expect(await blank.hello()).toMatchObject({ calls: [] })
    expect(a.last('call.ended')).toEqual({ callId, reason: 'lost' })
    await world.stop()
  })

  it('[M16] survives a server restart: spliced and opened again, answered in hello, ended for who stays away', async () => {
    const { world, a, callId, legs } = await inCall({}, 'video')
    await settle()
    await world.stop()
    expect(a.of('call.ended')).toHaveLength(0)
    const next = await createWorld({ former: world, seed: 7 })
    expect(next.relay.partnerOf(legs[0])).toBe(legs[1])
    expect([next.relay.isOpen(legs[0]), next.relay.isOpen(legs[1])]).toEqual([true, true])
    const [a2, b2] = [next.client(alice), next.client(bob)]
    expect(await a2.hello({ calls: [callId] })).toMatchObject({ resumed: false, calls: [callId] })
    await b2.hello({ calls: [callId] })
    expect(a2.last('call.peer')).toEqual({ callId, state: 'back' })
    expect(await a2.ask('relay.lease', { legId: legs[0] })).toMatchObject({ result: { legId: legs[0] } })
    expect(await b2.ask('relay.lease', { legId: legs[0] })).toMatchObject({ code: 'NOT_FOUND' })
    await next.stop()
    const last = await createWorld({ former: next, seed: 8 })
    const a3 = last.client(alice)
    await a3.hello({ calls: [callId] })
    await last.clock.advance(CALL_ABSENCE_MS_MAX)
    expect(a3.last('call.ended')).toEqual({ callId, reason: 'lost' })
    await last.stop()
  })

  it('[M16] goes on while the database is gone for 5 s, and is written when it is back', async () => {
    const world = await createWorld()
    const [a, b] = [world.client(alice), world.client(bob)]
    for (const client of [a, b]) await client.hello()
    world.callStore.down = true
    const { callId } = await meet(world, a, b)
    await world.clock.advance(5_000)
    expect(await a.ask('call.signal', { callId, bytes: Uint8Array.of(1) })).toMatchObject({ ok: true })
    expect(b.of('call.signal')).toHaveLength(1)
    expect(await world.calls.callForReport(callId, alice.accountId, world.clock.nowMs())).toMatchObject({ callId })
    world.callStore.down = false
    await world.clock.advance(1_000)
    expect(world.callStore.rows()).toMatchObject([{ callId, end: undefined }])
    await world.stop()
  })
})

describe('legs', () => {
  it('[M2] a device has one for its call and few for the next: who leases more loses the oldest, never the one in use', async () => {
    const { world, a, legs } = await inCall({}, 'video')
    const leased: (string | undefined)[] = []
    for (let n = 0; n < 10; n++) {
      const answer = await a.ask('relay.lease', {})
      const lease = answer.ok ? (answer.result as AckResult<'relay.lease'>) : undefined
      leased.push(lease?.kind === 'splice' ? lease.legId : undefined)
    }
    expect(new Set(leased).size).toBe(10)
    const answers = []
    for (const legId of [legs[0], leased[0], leased[9]])
      answers.push(await a.ask('relay.lease', { legId: legId as never }))
    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.code))).toEqual(['ok', 'NOT_FOUND', 'ok'])
    expect(world.relay.partnerOf(legs[0] ?? '')).toBe(legs[1])
    await world.stop()
  })

  it('[M16] fresh credentials for the same leg on ICE restart, also within one second', async () => {
    const { world, a, legs } = await inCall({}, 'video')
    const first = await a.ask('relay.lease', { legId: legs[0] })
    const second = await a.ask('relay.lease', { legId: legs[0] })
    expect(first).not.toEqual(second)
    expect(second).toMatchObject({ result: { kind: 'splice', legId: legs[0] } })
    await world.stop()
  })

  it('[M13] a relay that is down refuses leases in words, and the process lives', async () => {
    const { world, a } = await inCall()
    world.relay.fail()
    expect(await a.ask('relay.lease', {})).toMatchObject({ code: 'RELAY_UNAVAILABLE' })
    await world.stop()
  })

  it('[M16] a fresh session has no legs but that of its call', async () => {
    const { world, callId, legs } = await inCall({}, 'video')
    const reloaded = world.client(alice)
    await reloaded.hello({ calls: [callId] })
    expect(world.relay.partnerOf(legs[0])).toBe(legs[1])
    for (let n = 0; n < 3; n++) expect(await reloaded.ask('relay.lease', {})).toMatchObject({ ok: true })
    await world.stop()
  })
})

describe('after the call', () => {
  it('[M7] can be blocked or reported by who was in it, for a quarter of an hour, also after a restart', async () => {
    const { world, a, b, c, callId } = await inCall()
    const report = (of: World, client: TestClient) =>
      of.calls.callForReport(callId, client.person.accountId, of.clock.nowMs())
    expect(await report(world, a)).toMatchObject({
      partner: { accountId: bob.accountId, pseudonym: a.last('match.found')?.partner.pseudonym },
      endedAtMs: undefined,
    })
    expect(await report(world, c)).toBeUndefined()
    await a.ask('call.end', { callId, reason: 'end' })
    await settle()
    await world.stop()
    const next = await createWorld({ former: world, seed: 3 })
    await next.clock.advance(EVIDENCE_WINDOW_MS)
    expect(await report(next, a)).toMatchObject({ callId })
    // [M12] What both had chosen is known after a restart, too, and each sees it from their own side.
    const seen = a.last('match.found')?.partner.boundaries
    expect(seen).toBeDefined()
    expect((await report(next, a))?.agreed?.theirs).toEqual(seen)
    expect((await report(next, b))?.agreed?.mine).toEqual(seen)
    await next.clock.advance(1)
    expect(await report(next, a)).toBeUndefined()
    await next.stop()
  })

  it('[M13] uses a new pseudonym for each meeting, different for the two', async () => {
    const { world, a, b, c, callId } = await inCall()
    const first = a.last('match.found')?.partner.pseudonym
    expect(first).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/)
    expect(first).not.toBe(b.last('match.found')?.partner.pseudonym)
    await b.ask('call.end', { callId, reason: 'next' })
    await meet(world, c, b)
    expect(c.last('match.found')?.partner.pseudonym).not.toBe(first)
    await world.stop()
  })

  it('[M2] Next: ending and seeking in one go needs no pause', async () => {
    const { world, a, c, callId } = await inCall({}, 'video')
    const next = await videoSeekOf(world, a)
    await c.ask('match.seek', await videoSeekOf(world, c))
    a.post('call.end', { callId, reason: 'next' })
    expect(await a.ask('match.seek', next)).toMatchObject({ ok: true })
    await settle()
    expect(a.last('match.found')?.callId).not.toBe(callId)
    expect(c.of('match.found')).toHaveLength(1)
    await world.stop()
  })
})
