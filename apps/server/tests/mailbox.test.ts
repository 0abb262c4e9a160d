import { alice, bob, settle } from '@visavis/testkit'
import { CIPHERTEXT_BYTES_MAX, type CallId, type MessageId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { UNACKNOWLEDGED_MAX } from '../src/mailbox/inboxes.ts'
import type { TestClient } from './gateway-client.ts'
import { createWorld, meet } from './gateway-world.ts'

const idOf = (number: number) => `e0000000-0000-4000-8000-${String(number).padStart(12, '0')}` as MessageId

async function talking() {
  const world = await createWorld({ limits: { framesPerSecond: 10_000, framesBurst: 10_000 } })
  const [a, b] = [world.client(alice), world.client(bob)]
  for (const client of [a, b]) await client.hello()
  const { callId } = await meet(world, a, b)
  return { world, a, b, callId }
}

function send(client: TestClient, callId: CallId, number: number, bytes = 8) {
  const ciphertext = new Uint8Array(bytes).fill(number)
  return client.ask('message.send', { callId, messageId: idOf(number), ciphertext })
}

const idsSeenBy = (client: TestClient) => client.of('message').map((frame) => frame.body.messageId)
const acknowledge = (client: TestClient) =>
  client.post('received', { sessionSeq: 0, durableSeq: client.last('message')?.seq ?? 0 })

describe('a message', () => {
  it('[K4] is stored before it is acknowledged, delivered, receipted once and then destroyed', async () => {
    const { world, a, b, callId } = await talking()
    expect(await send(a, callId, 1)).toEqual({ ok: true, result: { sentAtMs: world.clock.nowMs() } })
    expect(world.mailboxStore.rows()).toHaveLength(1)
    await settle()
    expect(b.last('message')).toMatchObject({ callId, messageId: idOf(1), ciphertext: new Uint8Array(8).fill(1) })
    expect(a.of('receipt')).toHaveLength(0)
    acknowledge(b)
    acknowledge(b)
    await settle()
    expect(a.of('receipt').map((frame) => frame.body.messageId)).toEqual([idOf(1)])
    expect(world.mailboxStore.rows().map((row) => row.ciphertext.byteLength)).toEqual([0])
    await world.stop()
  })

  it('[K4] sent again is acknowledged with its first time and delivered once, also after it was destroyed', async () => {
    const { world, a, b, callId } = await talking()
    const first = await send(a, callId, 1)
    await world.clock.advance(5)
    expect(await send(a, callId, 1)).toEqual(first)
    acknowledge(b)
    await settle()
    expect(await send(a, callId, 1)).toEqual(first)
    await settle()
    expect(idsSeenBy(b)).toEqual([idOf(1)])
    await world.stop()
  })

  it('[K4] sent again is receipted again once it has arrived, and not before: a lost session takes receipts with it', async () => {
    const { world, a, b, callId } = await talking()
    await send(a, callId, 1)
    await send(a, callId, 1)
    await settle()
    expect(a.of('receipt')).toHaveLength(0)
    acknowledge(b)
    await settle()
    await send(a, callId, 1)
    await settle()
    expect(a.of('receipt').map((frame) => frame.body.messageId)).toEqual([idOf(1), idOf(1)])
    await world.stop()
  })

  it('[K4] waits for who is away, in order, and is not sent again after it was stored there', async () => {
    const { world, a, b, callId } = await talking()
    await send(a, callId, 1)
    await settle()
    const { seq } = b.last('message') ?? { seq: 0 }
    b.cut()
    for (const number of [2, 3]) await send(a, callId, number)
    await b.hello({ durableSeq: seq, calls: [callId] })
    await settle()
    expect(idsSeenBy(b)).toEqual([1, 2, 3].map(idOf))
    expect(a.of('receipt').map((frame) => frame.body.messageId)).toEqual([idOf(1)])
    await world.stop()
  })

  it('[K4] fills a window, waits in storage beyond it, and overtakes nothing', async () => {
    const { world, a, b, callId } = await talking()
    const count = UNACKNOWLEDGED_MAX + 100
    for (let number = 1; number <= count; number++) {
      a.post('message.send', { callId, messageId: idOf(number), ciphertext: Uint8Array.of(1) })
      if (number % 100 === 0) await settle(20)
    }
    await settle(60)
    expect(b.of('message')).toHaveLength(UNACKNOWLEDGED_MAX)
    acknowledge(b)
    await settle(60)
    expect(idsSeenBy(b)).toEqual(Array.from({ length: count }, (_, index) => idOf(index + 1)))
    await world.stop()
  })

  it('[K4] shows a device nothing it did not ask to acknowledge: numbers never given out destroy nothing', async () => {
    const { world, a, b, callId } = await talking()
    b.state.buffered = Number.MAX_SAFE_INTEGER
    await send(a, callId, 1)
    await send(a, callId, 2)
    b.post('received', { sessionSeq: 0, durableSeq: Number.MAX_SAFE_INTEGER })
    await settle()
    const left = world.mailboxStore.rows().filter((row) => row.ciphertext.byteLength > 0)
    expect(left.map((row) => row.messageId)).toEqual([idOf(2)])
    await world.stop()
  })

  it('[K4] of the largest size passes, one byte more is refused', async () => {
    const { world, a, b, callId } = await talking()
    expect(await send(a, callId, 1, CIPHERTEXT_BYTES_MAX)).toMatchObject({ ok: true })
    expect(await send(a, callId, 2, CIPHERTEXT_BYTES_MAX + 1)).toMatchObject({ code: 'WIRE_INVALID' })
    await settle()
    expect(b.last('message')?.ciphertext.byteLength).toBe(CIPHERTEXT_BYTES_MAX)
    await world.stop()
  })
})

describe('database gone for 5 s', () => {
  it('[K4] acknowledges nothing, says to try again, lives, and recovers by itself', async () => {
    const { world, a, b, callId } = await talking()
    world.mailboxStore.outage = 'refuse'
    for (let second = 0; second < 5; second++) {
      expect(await send(a, callId, 1)).toMatchObject({ code: 'SERVER_STORAGE', retryAfterMs: 1_000 })
      await world.clock.advance(1_000)
    }
    expect(world.mailboxStore.rows()).toEqual([])
    world.mailboxStore.outage = 'none'
    expect(await send(a, callId, 1)).toMatchObject({ ok: true })
    await settle()
    expect(idsSeenBy(b)).toEqual([idOf(1)])
    await world.stop()
  })

  it('[K4] a write whose outcome is unknown is neither lost, nor doubled, nor overtaken', async () => {
    const { world, a, b, callId } = await talking()
    await send(a, callId, 1)
    world.mailboxStore.outage = 'uncertain'
    expect(await send(a, callId, 2)).toMatchObject({ code: 'SERVER_STORAGE' })
    world.mailboxStore.outage = 'none'
    await send(a, callId, 3)
    await send(a, callId, 2)
    await settle()
    expect(idsSeenBy(b)).toEqual([1, 2, 3].map(idOf))
    await world.stop()
  })

  it('[K4] what was received meanwhile is destroyed and receipted afterwards, once', async () => {
    const { world, a, b, callId } = await talking()
    await send(a, callId, 1)
    await settle()
    world.mailboxStore.outage = 'refuse'
    acknowledge(b)
    await world.clock.advance(3_000)
    expect(a.of('receipt')).toHaveLength(0)
    world.mailboxStore.outage = 'none'
    await world.clock.advance(2_000)
    expect(a.of('receipt')).toHaveLength(1)
    await world.stop()
  })

  it('[K4] a device that comes back and says again what it has receipts nothing twice, and what it had not said once', async () => {
    const { world, a, b, callId } = await talking()
    for (const number of [1, 2]) await send(a, callId, number)
    await settle()
    const [first, second] = b.of('message').map((frame) => frame.body.seq)
    world.mailboxStore.outage = 'refuse'
    b.post('received', { sessionSeq: 0, durableSeq: first ?? 0 })
    await settle()
    b.cut()
    await b.hello({ durableSeq: second ?? 0, calls: [callId] })
    await world.clock.advance(1_000)
    world.mailboxStore.outage = 'none'
    await world.clock.advance(2_000)
    expect(a.of('receipt').map((frame) => frame.body.messageId)).toEqual([1, 2].map(idOf))
    expect(world.mailboxStore.rows().map((row) => row.ciphertext.byteLength)).toEqual([0, 0])
    await world.stop()
  })

  it('[K4] who comes back meanwhile gets the messages when storage is there again', async () => {
    const { world, a, b, callId } = await talking()
    b.cut()
    await send(a, callId, 1)
    world.mailboxStore.outage = 'refuse'
    await b.hello({ calls: [callId] })
    await world.clock.advance(3_000)
    expect(b.of('message')).toHaveLength(0)
    world.mailboxStore.outage = 'none'
    await world.clock.advance(1_000)
    expect(idsSeenBy(b)).toEqual([idOf(1)])
    await world.stop()
  })
})

it('[K4] logs no ciphertext, and no id of a person in full text of an event', async () => {
  const { world, a, callId } = await talking()
  world.mailboxStore.outage = 'refuse'
  await send(a, callId, 1)
  expect(world.log.lines.some((line) => line.event === 'mailbox.write-failed')).toBe(true)
  for (const line of world.log.lines) expect(line.event).not.toMatch(/[0-9a-f]{8}-/)
  expect(world.log.text()).not.toContain('ciphertext')
  await world.stop()
})
