import { createHmac } from 'node:crypto'
import { frameStampInput } from '@visavis/e2ee'
import { alice, bob, carol, settle, type TestPerson } from '@visavis/testkit'
import {
  CALL_RECEIPT_DAYS,
  CODES,
  COMMITS_BURST,
  COMMITS_PER_SECOND,
  EVIDENCE_WINDOW_MS,
  type AccountId,
  type CallId,
  type DeviceId,
  type ServerFrameBody,
} from '@visavis/wire'
import { DAY, SECOND } from '@visavis/ports'
import { describe, expect, it } from 'vitest'
import type { TestClient } from './gateway-client.ts'
import { createWorld, meet, type World } from './gateway-world.ts'

// Commitments to key frames, from the frame of the sender to what the partner is told, and the receipts that outlive a call.

async function inCall(mode: 'text' | 'video' = 'video') {
  const world = await createWorld()
  const [a, b, c] = [world.client(alice), world.client(bob), world.client(carol)]
  for (const client of [a, b, c]) await client.hello()
  const { callId } = await meet(world, a, b, mode)
  return { world, a, b, c, callId }
}

const commitment = (number: number) => new Uint8Array(32).fill(number)
const commit = (client: TestClient, callId: CallId, count = 1) =>
  client.ask('call.commit', { callId, count, commitment: commitment(count) })

const toldTo = (client: TestClient) => client.of('call.committed').map(({ body }) => body)

/** Whether the stamp is the server's on this, by its own key of that day. */
async function isStamped(world: World, told: ServerFrameBody<'call.committed'>, from: AccountId, to: AccountId) {
  const key = await world.stampKeys.byId(told.stampKeyId)
  if (!key) return false
  const place = { keyId: told.stampKeyId, senderAccount: from, recipientAccount: to, callId: told.callId }
  const input = frameStampInput({ ...place, count: told.count, atMs: told.atMs, commitment: told.commitment })
  return Buffer.from(told.stamp).equals(createHmac('sha256', key).update(input).digest())
}

describe('who may commit', () => {
  it('[T3, K4, WE1] sides of the live call may; a third person, another device and a later moment may not', async () => {
    const { world, a, b, c, callId } = await inCall()
    const otherDevice = world.client(alice, { deviceId: 'd0000000-0000-4000-8000-0000000000f7' as DeviceId })
    await otherDevice.hello()
    for (const stranger of [c, otherDevice]) {
      const seen = [a, b].map((client) => client.frames.length)
      expect(await commit(stranger, callId)).toMatchObject({ code: 'CALL_UNKNOWN' })
      expect([a, b].map((client) => client.frames.length)).toEqual(seen)
    }
    expect(await commit(a, callId)).toMatchObject({ ok: true, result: {} })
    expect(await commit(b, callId)).toMatchObject({ ok: true, result: {} })
    await b.ask('call.end', { callId, reason: 'end' })
    expect(await commit(a, callId, 2)).toMatchObject({ code: 'CALL_UNKNOWN' })
    expect([a.of('call.committed').length, b.of('call.committed').length]).toEqual([1, 1])
    await world.stop()
  })

  it('[T3, WE1] where there are no pictures, nobody commits to one', async () => {
    const { world, a, b, callId } = await inCall('text')
    expect(await commit(a, callId)).toMatchObject({ code: 'NOT_ALLOWED' })
    expect(b.of('call.committed')).toHaveLength(0)
    await world.stop()
  })

  it('[T3, WE1] a burst is taken, then so many a second, for each side by itself', async () => {
    const { world, a, b, callId } = await inCall()
    for (let count = 1; count <= COMMITS_BURST; count++)
      expect(await commit(a, callId, count)).toMatchObject({ ok: true })
    const refused = await commit(a, callId, 99)
    expect(refused).toMatchObject({ code: 'RATE_LIMITED' })
    expect(await commit(b, callId)).toMatchObject({ ok: true })
    await world.clock.advance(refused.ok ? 0 : (refused.retryAfterMs ?? 0))
    expect(await commit(a, callId, 99)).toMatchObject({ ok: true })
    await world.clock.advance(1_000)
    const answers = []
    for (let count = 100; count <= 100 + COMMITS_PER_SECOND; count++) answers.push((await commit(a, callId, count)).ok)
    expect(answers).toEqual([...Array.from({ length: COMMITS_PER_SECOND }, () => true), false])
    await world.stop()
  })
})

describe('stamps', () => {
  it('[T3, WE2] are for the partner alone, on exactly what was committed, and nothing is stored', async () => {
    const { world, a, b, c, callId } = await inCall()
    await settle()
    const stored = JSON.stringify([world.callStore.rows(), [...world.mailboxStore.channels]])
    await commit(a, callId, 7)
    const [told] = toldTo(b)
    if (!told) throw new Error('not told')
    expect(told).toMatchObject({ callId, count: 7, commitment: commitment(7), atMs: world.clock.nowMs() })
    expect(await isStamped(world, told, alice.accountId, bob.accountId)).toBe(true)
    for (const changed of [{ count: 8 }, { atMs: told.atMs + 1 }, { commitment: commitment(8) }])
      expect(await isStamped(world, { ...told, ...changed }, alice.accountId, bob.accountId)).toBe(false)
    expect(await isStamped(world, told, bob.accountId, alice.accountId)).toBe(false)
    expect([a.of('call.committed'), c.of('call.committed')]).toEqual([[], []])
    await settle()
    expect(JSON.stringify([world.callStore.rows(), [...world.mailboxStore.channels]])).toBe(stored)
    expect(world.log.text()).not.toContain('commit')
    await world.stop()
  })

  it('[T3, WE2] are told once: a partner who is away is told of none later, and a repeated frame makes no second', async () => {
    const { world, a, b, callId } = await inCall()
    const id = a.post('call.commit', { callId, count: 1, commitment: commitment(1) })
    await settle()
    expect(a.answerTo(id)).toMatchObject({ ok: true })
    expect(await a.ask('call.commit', { callId, count: 1, commitment: commitment(1) }, id)).toMatchObject({ ok: true })
    expect(b.of('call.committed')).toHaveLength(1)
    b.cut()
    expect(await commit(a, callId, 2)).toMatchObject({ ok: true })
    await b.hello({ calls: [callId] })
    await settle()
    expect(b.of('call.committed')).toHaveLength(1)
    await world.stop()
  })

  it('[T3, WE2] without storage there is a code that says retry; the same commitment is taken afterwards', async () => {
    const { world, a, b, callId } = await inCall()
    world.mailboxStore.outage = 'refuse'
    const refused = await commit(a, callId)
    if (refused.ok) throw new Error('stamped without a key')
    expect(CODES[refused.code].retry).toBe(true)
    expect(refused.retryAfterMs).toBeGreaterThan(0)
    expect(b.of('call.committed')).toHaveLength(0)
    world.mailboxStore.outage = 'none'
    expect(await commit(a, callId)).toMatchObject({ ok: true })
    // With the key of the day in memory, storage is not needed.
    world.mailboxStore.outage = 'refuse'
    expect(await commit(a, callId, 2)).toMatchObject({ ok: true })
    expect(toldTo(b).map(({ count }) => count)).toEqual([1, 2])
    await world.stop()
  })

  it('[T3, WE2] a call that ends while the key is fetched gets no stamp', async () => {
    const { world, a, b, callId } = await inCall()
    const id = a.post('call.commit', { callId, count: 1, commitment: commitment(1) })
    b.post('call.end', { callId, reason: 'next' })
    await settle()
    expect(a.answerTo(id)).toMatchObject({ code: 'CALL_UNKNOWN' })
    expect(b.of('call.committed')).toHaveLength(0)
    await world.stop()
  })

  it('[T3, M16, WE2] go on in a call that a restarted server takes up', async () => {
    const { world, a, callId } = await inCall()
    await commit(a, callId)
    await world.clock.advance(SECOND) // Until the row of the call is written.
    world.kill()
    const next = await createWorld({ former: world, seed: 7 })
    const [a2, b2] = [next.client(alice), next.client(bob)]
    for (const client of [a2, b2]) await client.hello({ calls: [callId] })
    expect(await commit(a2, callId, 2)).toMatchObject({ ok: true })
    const [told] = toldTo(b2)
    if (!told) throw new Error('not told')
    expect(await isStamped(next, told, alice.accountId, bob.accountId)).toBe(true)
    await next.stop()
  })

  it('[T3, WE2] are made with a new key each day, and those of the day before are still known', async () => {
    const { world, a, b, callId } = await inCall()
    await commit(a, callId)
    await a.ask('call.end', { callId, reason: 'end' })
    await world.stop()
    await world.clock.advance(DAY)
    const next = await createWorld({ former: world, seed: 7 })
    const [a2, b2] = [next.client(alice), next.client(bob)]
    for (const client of [a2, b2]) await client.hello()
    const again = await meet(next, a2, b2, 'video')
    await commit(a2, again.callId)
    const [before, after] = [toldTo(b)[0], toldTo(b2)[0]]
    if (!before || !after) throw new Error('not told')
    expect(after.stampKeyId).toBe(before.stampKeyId + 1)
    for (const told of [before, after]) expect(await isStamped(next, told, alice.accountId, bob.accountId)).toBe(true)
    await next.stop()
  })
})

describe('receipts', () => {
  it('[T3, S16, WE3] let each side of a call, and nobody else, report it when the server has forgotten it', async () => {
    const { world, a, b, callId } = await inCall()
    const receiptOf = (client: TestClient) => client.last('match.found')?.receipt
    const [mine, theirs] = [receiptOf(a), receiptOf(b)]
    const startedAtMs = world.clock.nowMs()
    const who = (person: TestPerson, atMs: number, receipt?: Uint8Array) =>
      world.calls.metIn(callId, person.accountId, receipt, atMs)
    expect(await who(alice, startedAtMs)).toMatchObject({ accountId: bob.accountId, mode: 'video' })
    await a.ask('call.end', { callId, reason: 'end' })
    const forgottenMs = startedAtMs + EVIDENCE_WINDOW_MS + 1
    expect(await who(alice, forgottenMs)).toBeUndefined()
    expect(await who(alice, forgottenMs, mine)).toMatchObject({ accountId: bob.accountId, mode: 'video' })
    expect(await who(bob, forgottenMs, theirs)).toMatchObject({ accountId: alice.accountId })
    for (const [person, receipt] of [
      [alice, theirs],
      [bob, mine],
      [carol, mine],
    ] as const) {
      expect(await who(person, forgottenMs, receipt)).toBeUndefined()
    }
    expect(await who(carol, startedAtMs, mine)).toBeUndefined()
    expect(await who(alice, startedAtMs + CALL_RECEIPT_DAYS * DAY + 1, mine)).toBeUndefined()
    await world.stop()
  })
})
