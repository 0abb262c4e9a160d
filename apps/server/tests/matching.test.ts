import { WAIT_BOUND_MS_MAX } from '@visavis/matching'
import { alice, bob, carol, settle } from '@visavis/testkit'
import { SEEKS_PER_MINUTE_MAX, SESSION_RESUME_MS, type DeviceId, type LegId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { createWorld, meet, seekOf, videoSeekOf } from './gateway-world.ts'

const PHONE = 'd0000000-0000-4000-8000-0000000000f1' as DeviceId

async function waitingPair(relay: 'splice' | 'turn' | 'none' = 'splice') {
  const world = await createWorld({ relay })
  const [a, b] = [world.client(alice), world.client(bob)]
  await a.hello()
  await b.hello()
  return { world, a, b }
}

describe('seek', () => {
  it('[M1] brings two compatible strangers together at once, without waiting for a tick', async () => {
    const { world, a, b } = await waitingPair()
    const seeks = [seekOf(world, a), seekOf(world, b)] as const
    await a.ask('match.seek', seeks[0])
    // Long enough for any soft score to do; from here on no timer may be needed.
    await world.clock.advance(30_000)
    await b.ask('match.seek', seeks[1])
    await settle()
    const [found, mirrored] = [a.last('match.found'), b.last('match.found')]
    expect(found?.callId).toBe(mirrored?.callId)
    expect([found?.ticketId, mirrored?.ticketId]).toEqual([seeks[0].ticketId, seeks[1].ticketId])
    expect(new Set([found?.role, mirrored?.role])).toEqual(new Set(['creator', 'joiner']))
    expect(found?.transport).toBe('none')
    expect(found?.partner.interests).toEqual(['music'])
    const creator =
      found?.role === 'creator' ? { self: found, partner: seeks[1] } : { self: mirrored, partner: seeks[0] }
    expect(creator.self?.keyPackage).toEqual(creator.partner.keyPackage)
    await world.stop()
  })

  it('[M5] says honestly how it stands: alone, then company, and is answered before it is matched', async () => {
    const { world, a, b } = await waitingPair()
    await a.ask('match.seek', seekOf(world, a, { wish: ['woman'] }))
    await settle()
    expect(a.last('match.waiting')).toMatchObject({ company: 'alone', waitedMs: 0 })
    expect(a.last('match.waiting')?.boundMs).toBeLessThanOrEqual(WAIT_BOUND_MS_MAX)
    await b.ask('match.seek', seekOf(world, b, { company: 'man' }))
    await world.clock.advance(5_000)
    expect(a.of('match.waiting').map((frame) => frame.body.company)).toEqual(['alone', 'few'])
    await world.stop()
  })

  it('[M4] never pairs two devices of one account', async () => {
    const world = await createWorld()
    const [desk, phone] = [world.client(alice), world.client(alice, { deviceId: PHONE })]
    await desk.hello()
    await phone.hello()
    await desk.ask('match.seek', seekOf(world, desk))
    await phone.ask('match.seek', seekOf(world, phone))
    await world.clock.advance(120_000)
    expect(desk.of('match.found')).toHaveLength(0)
    expect(phone.of('match.found')).toHaveLength(0)
    await world.stop()
  })

  it('[M4] never brings the same two together again within the cool-down, also after a restart', async () => {
    const { world, a, b } = await waitingPair()
    const { callId } = await meet(world, a, b)
    await a.ask('call.end', { callId, reason: 'next' })
    for (const client of [a, b]) await client.ask('match.seek', seekOf(world, client))
    await world.clock.advance(10 * 60_000)
    expect(a.of('match.found')).toHaveLength(1)
    await world.stop()
    const next = await createWorld({ former: world, seed: 2 })
    const again = [next.client(alice), next.client(bob)]
    for (const client of again) {
      await client.hello()
      await client.ask('match.seek', seekOf(next, client))
    }
    await next.clock.advance(10 * 60_000)
    expect(again[0]?.of('match.found')).toHaveLength(0)
    await next.clock.advance(15 * 60_000)
    expect(again[0]?.of('match.found')).toHaveLength(1)
    await next.stop()
  })

  it('[M7] a block takes effect on tickets that wait, and on one being let in', async () => {
    const { world, a, b } = await waitingPair()
    await a.ask('match.seek', seekOf(world, a))
    b.post('match.seek', seekOf(world, b))
    world.block(alice.accountId, bob.accountId)
    await world.clock.advance(120_000)
    expect(a.of('match.found')).toHaveLength(0)
    expect(b.of('match.found')).toHaveLength(0)
    await world.stop()
  })

  it('[M7] loads blocks made before, and refuses rather than match without them', async () => {
    const { world, a, b } = await waitingPair()
    world.block(bob.accountId, alice.accountId)
    world.storage.blocksDown = true
    expect(await a.ask('match.seek', seekOf(world, a))).toMatchObject({ code: 'SERVER_STORAGE' })
    world.storage.blocksDown = false
    for (const client of [a, b])
      expect(await client.ask('match.seek', seekOf(world, client))).toMatchObject({ ok: true })
    await world.clock.advance(120_000)
    expect(a.of('match.found')).toHaveLength(0)
    await world.stop()
  })

  it('[A11] bounds seeks per minute and account', async () => {
    const { world, a } = await waitingPair()
    const answers = []
    for (let n = 0; n < SEEKS_PER_MINUTE_MAX + 1; n++) {
      answers.push(await a.ask('match.seek', seekOf(world, a)))
      if (n % 30 === 0) await world.clock.advance(1_000)
    }
    for (let n = 0; n < 10; n++) answers.push(await a.ask('match.seek', seekOf(world, a)))
    expect(answers.at(-1)).toMatchObject({ code: 'RATE_LIMITED' })
    await world.stop()
  })
})

describe('who may not seek', () => {
  it('[M4] the sanctioned, and who is in a call', async () => {
    const world = await createWorld()
    const banned = world.client(carol, { sanctioned: true })
    await banned.hello()
    expect(await banned.ask('match.seek', seekOf(world, banned))).toMatchObject({ code: 'ACCOUNT_SANCTIONED' })
    const [a, b] = [world.client(alice), world.client(bob)]
    await a.hello()
    await b.hello()
    await meet(world, a, b)
    expect(await a.ask('match.seek', seekOf(world, a))).toMatchObject({ code: 'MATCH_IN_CALL' })
    await world.stop()
  })

  it('[M13] without a relay there is no video call, and a leg of another is worth nothing', async () => {
    const bare = await createWorld({ relay: 'none' })
    const client = bare.client(alice)
    await client.hello()
    const video = seekOf(bare, client, { mode: 'video', fingerprint: new Uint8Array(32) })
    expect(await client.ask('match.seek', video)).toMatchObject({ code: 'RELAY_UNAVAILABLE' })
    expect(await client.ask('relay.lease', {})).toMatchObject({ code: 'RELAY_UNAVAILABLE' })
    await bare.stop()

    const { world, a, b } = await waitingPair()
    const stolen = (await videoSeekOf(world, a)).legId as LegId
    const theirs = seekOf(world, b, { mode: 'video', fingerprint: new Uint8Array(32), legId: stolen })
    expect(await b.ask('match.seek', theirs)).toMatchObject({ code: 'RELAY_UNAVAILABLE' })
    expect(await b.ask('relay.lease', { legId: stolen })).toMatchObject({ code: 'NOT_FOUND' })
    await world.stop()
  })

  it('a ticket that does not hold together, or that another device holds', async () => {
    const { world, a, b } = await waitingPair()
    const blind = seekOf(world, a, { mode: 'video' })
    expect(await a.ask('match.seek', blind)).toMatchObject({ code: 'MATCH_TICKET_INVALID' })
    const odd = seekOf(world, a, { fingerprint: new Uint8Array(32) })
    expect(await a.ask('match.seek', odd)).toMatchObject({ code: 'MATCH_TICKET_INVALID' })
    const mine = seekOf(world, a, { languages: ['fr'] })
    await a.ask('match.seek', mine)
    expect(await b.ask('match.seek', { ...seekOf(world, b), ticketId: mine.ticketId })).toMatchObject({
      code: 'MATCH_TICKET_INVALID',
    })
    expect(await b.ask('match.leave', { ticketId: mine.ticketId })).toMatchObject({ ok: true })
    expect(world.matching.waiting()).toBe(1)
    await world.stop()
  })
})

describe('leaving', () => {
  it('[M2] by choice, also while being let in, and by a newer seek', async () => {
    const { world, a } = await waitingPair()
    const first = seekOf(world, a)
    a.post('match.seek', first)
    a.post('match.leave', { ticketId: first.ticketId })
    await settle()
    expect(world.matching.waiting()).toBe(0)
    await a.ask('match.seek', seekOf(world, a))
    await a.ask('match.seek', seekOf(world, a))
    expect(world.matching.waiting()).toBe(1)
    await world.stop()
    expect(world.clock.pending()).toBe(0)
  })

  it('[M16] who is cut off keeps the place but is not met; the session’s end ends the ticket', async () => {
    const { world, a, b } = await waitingPair()
    await a.ask('match.seek', seekOf(world, a))
    a.cut()
    await b.ask('match.seek', seekOf(world, b))
    await world.clock.advance(30_000)
    expect(b.of('match.found')).toHaveLength(0)
    await a.hello()
    await world.clock.advance(100)
    expect(b.of('match.found')).toHaveLength(1)
    const { world: other, a: lone } = await waitingPair()
    await lone.ask('match.seek', seekOf(other, lone))
    lone.cut()
    await other.clock.advance(SESSION_RESUME_MS)
    await lone.hello()
    expect(other.matching.waiting()).toBe(0)
    await other.stop()
    await world.stop()
  })

  it('[M16] a fresh session drops the ticket of the former one', async () => {
    const { world, a } = await waitingPair()
    await a.ask('match.seek', seekOf(world, a))
    const reloaded = world.client(alice)
    await reloaded.hello()
    expect(world.matching.waiting()).toBe(0)
    await world.stop()
  })
})
