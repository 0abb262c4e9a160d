import { MINUTE } from '@visavis/ports'
import { BOUNDARIES_DEFAULT, type CallId, type DeviceId, type MessageId } from '@visavis/wire'
import { expect, it } from 'vitest'
import { MINUTE_CALLS_MAX, type CallRecord, type CallStore } from '../src/calls/index.ts'
import type { CallMessage, MailboxStore } from '../src/mailbox/index.ts'

/**
 * What the stores of the realtime subjects must do. Run on the fakes, on the embedded database and on PostgreSQL, so
 * that a test that trusts the fake trusts something checked.
 */

const id = (kind: string, number: number) => `${kind}0000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const ALICE = id('d', 1) as DeviceId
const BOB = id('d', 2) as DeviceId

function message(number: number, more: Partial<CallMessage> = {}): CallMessage {
  return {
    kind: 'call',
    part: 0,
    recipientDevice: BOB,
    seq: number,
    senderDevice: ALICE,
    messageId: id('e', number) as MessageId,
    callId: id('c', 1) as CallId,
    sentAtMs: 1_700_000_000_000 + number,
    ciphertext: Uint8Array.from({ length: 40 + number }, (_, index) => (index * 7 + number) & 255),
    ...more,
  }
}

export function mailboxStoreContract(create: () => Promise<MailboxStore>): void {
  it('[K4] gives back what was stored, byte for byte, in order, after a sequence number, by pages', async () => {
    const store = await create()
    const all = Array.from({ length: 10 }, (_, index) => message(index + 1))
    expect(await store.insert([...all.slice(5), ...all.slice(0, 5)], [])).toEqual({ kind: 'stored' })
    expect(await store.page(BOB, 0, 100)).toEqual(all)
    expect(await store.page(BOB, 4, 3)).toEqual(all.slice(4, 7))
    expect(await store.page(ALICE, 0, 100)).toEqual([])
  })

  it('[K4] stores a sender’s message id once, and nothing of a batch with one that is known', async () => {
    const store = await create()
    await store.insert([message(1), message(2)], [])
    const again = message(1, { seq: 9, sentAtMs: 1_800_000_000_000 })
    const first = { ...message(1), ciphertext: new Uint8Array(0) }
    expect(await store.insert([again, message(3)], [])).toEqual({ kind: 'known', known: [first] })
    expect((await store.page(BOB, 0, 9)).map((row) => row.seq)).toEqual([1, 2])
    expect(await store.known([again, message(3)])).toEqual([first])
    const fromAnother = message(1, { seq: 11, senderDevice: BOB, recipientDevice: ALICE })
    expect(await store.insert([fromAnother], [])).toEqual({ kind: 'stored' })
  })

  it('[K4] erases what has arrived and tells of each once; a message sent again later is still known', async () => {
    const store = await create()
    const other = message(4, { recipientDevice: ALICE, senderDevice: BOB })
    await store.insert([message(1), message(2), message(3), other], [])
    const range = { device: BOB, afterSeq: 0, uptoSeq: 2 }
    const erased = await store.erase([range])
    const told = (number: number) => {
      const { kind, senderDevice, messageId, callId } = message(number)
      return { kind, senderDevice, messageId, callId }
    }
    expect(new Set(erased)).toEqual(new Set([told(1), told(2)]))
    expect(await store.erase([range, { device: ALICE, afterSeq: 4, uptoSeq: 9 }])).toEqual([])
    expect(await store.page(BOB, 0, 9)).toEqual([message(3)])
    expect(await store.insert([message(1, { seq: 9 })], [])).toMatchObject({ kind: 'known' })
    expect(await store.page(BOB, 0, 9)).toEqual([message(3)])
  })

  it('[K4] gives a higher epoch each time', async () => {
    const store = await create()
    const [first, second] = [await store.nextEpoch(), await store.nextEpoch()]
    expect(second).toBeGreaterThan(first)
  })

  it('[K4] prunes old messages, and empty ones earlier', async () => {
    const store = await create()
    const times = [100, 200, 300, 400]
    await store.insert(
      times.map((sentAtMs, index) => message(index + 1, { sentAtMs })),
      [],
    )
    await store.erase([{ device: BOB, afterSeq: 1, uptoSeq: 2 }])
    await store.prune({ sentBeforeMs: 150, erasedBeforeMs: 250 })
    expect((await store.page(BOB, 0, 9)).map((row) => row.sentAtMs)).toEqual([300, 400])
    expect(await store.insert([message(1), message(2)], [])).toEqual({ kind: 'stored' })
  })
}

function call(number: number, more: Partial<CallRecord> = {}): CallRecord {
  const side = (letter: string, odd: number) => ({
    accountId: id('a', odd) as CallRecord['a']['accountId'],
    deviceId: id('d', odd) as DeviceId,
    legId: id('b', number * 10 + odd) as CallRecord['a']['legId'],
    pseudonym: `Quiet ${letter}`,
    boundaries: { ...BOUNDARIES_DEFAULT, swearing: odd === 1 ? 'no' : 'want' } as const,
  })
  const callId = id('c', number) as CallId
  return {
    callId,
    mode: 'video',
    a: side('Heron', 1),
    b: side('Lynx', 2),
    startedAtMs: number,
    end: undefined,
    ...more,
  }
}

export function callStoreContract(create: () => Promise<CallStore>): void {
  it('[M16] keeps calls as they are, and knows which have no end', async () => {
    const store = await create()
    const text = call(2, { mode: 'text', a: { ...call(2).a, legId: null }, b: { ...call(2).b, legId: null } })
    await store.save([call(1), text])
    expect(await store.find(call(1).callId)).toEqual(call(1))
    expect(await store.find(text.callId)).toEqual(text)
    expect(await store.find(id('c', 99) as CallId)).toBeUndefined()
    const ended = call(1, { end: { atMs: 50, reason: 'next' } })
    await store.save([ended])
    expect(await store.live()).toEqual([text])
    expect(await store.find(ended.callId)).toEqual(ended)
  })

  it('[M16] never takes an end back, and accepts a call whose first writing is its end', async () => {
    const store = await create()
    const ended = call(1, { end: { atMs: 50, reason: 'block' } })
    await store.save([ended])
    await store.save([call(1)])
    await store.save([call(1, { end: { atMs: 60, reason: 'lost' } })])
    expect(await store.find(ended.callId)).toEqual(ended)
    await store.save([])
  })

  it('[M4] finds calls by their beginning, and prunes the old', async () => {
    const store = await create()
    await store.save([call(1), call(2), call(3)])
    const since = await store.startedSince(2)
    expect(new Set(since.map((each) => each.startedAtMs))).toEqual(new Set([2, 3]))
    await store.prune(3)
    expect(await store.live()).toEqual([call(3)])
  })
  it('[M6] finds the latest calls of at least a minute of an account, on either side', async () => {
    const store = await create()
    const lasted = (number: number, ms: number, more: Partial<CallRecord> = {}) =>
      call(number, { end: { atMs: number + ms, reason: 'end' }, ...more })
    const mirrored = lasted(4, MINUTE, { a: call(4).b, b: call(4).a })
    await store.save([
      lasted(1, MINUTE),
      lasted(2, MINUTE - 1),
      call(3),
      mirrored,
      lasted(5, MINUTE, { end: { atMs: 5 + 2 * MINUTE, reason: 'lost' } }),
      lasted(6, MINUTE, { a: { ...call(6).a, accountId: id('a', 7) as CallRecord['a']['accountId'] } }),
    ])
    const [one, two] = [call(1).a.accountId, call(1).b.accountId]
    expect(await store.minuteCallsOf(one)).toEqual([
      { callId: mirrored.callId, partner: two },
      { callId: call(1).callId, partner: two },
    ])
    expect((await store.minuteCallsOf(two)).map((each) => each.partner)).toEqual([id('a', 7), one, one])
    await store.save(Array.from({ length: MINUTE_CALLS_MAX }, (_, index) => lasted(100 + index, MINUTE)))
    const most = await store.minuteCallsOf(one)
    expect(most).toHaveLength(MINUTE_CALLS_MAX)
    expect(most[0]?.callId).toBe(call(99 + MINUTE_CALLS_MAX).callId)
  })
}
