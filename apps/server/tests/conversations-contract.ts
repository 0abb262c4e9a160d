import { alice, bob, carol, dave } from '@visavis/testkit'
import type { AccountId, ConversationId, DeviceId, MessageId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import type { Conversation, ConversationStore, GroupChange } from '../src/conversations/index.ts'
import type { Claim, MailboxStore, StoredEntry } from '../src/mailbox/index.ts'
import type { StampKeyStore } from '../src/stamps/index.ts'

/**
 * What the stores of conversations, of their entries and of stamp keys must do. Run on the fakes, on the embedded database
 * and on PostgreSQL.
 */
export type ConversationStores = {
  readonly mailbox: MailboxStore
  readonly conversations: ConversationStore
  readonly stampKeys: StampKeyStore
}
type Create = () => Promise<ConversationStores>

const id = (kind: string, number: number) => `${kind}0000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const TALK = id('f', 1) as ConversationId
const OTHER = id('f', 2) as ConversationId
const [A, B, C] = [alice.deviceId, bob.deviceId, carol.deviceId]
const PEOPLE = [alice.accountId, bob.accountId] as const

function entry(number: number, more: Partial<StoredEntry> = {}): StoredEntry {
  const stamping = {
    keyId: 20_000,
    commitment: new Uint8Array(32).fill(number),
    stamp: new Uint8Array(32).fill(number + 1),
  }
  return {
    kind: 'message',
    part: 0,
    recipientDevice: B,
    seq: number,
    senderDevice: A,
    messageId: id('e', number) as MessageId,
    sentAtMs: 1_700_000_000_000 + number,
    conversationId: TALK,
    generation: 3,
    epoch: 4_294_967_295,
    senderAccount: alice.accountId,
    position: number,
    stamping,
    ciphertext: Uint8Array.from({ length: 50 + number }, (_, index) => (index * 5 + number) & 255),
    ...more,
  }
}

const claim = (before: number, last: number, more: Partial<Claim> = {}): Claim => ({
  channel: TALK,
  before,
  last,
  version: 0,
  ...more,
})

async function withPair(create: Create): Promise<ConversationStores> {
  const stores = await create()
  const pair = { accounts: PEOPLE, state: 'open', requestedBy: undefined, nowMs: 5 } as const
  await stores.conversations.openPair({ conversationId: TALK, ...pair })
  return stores
}

const START: GroupChange = {
  generation: 1,
  epoch: 1,
  isStart: true,
  adds: new Map([
    [A, alice.accountId],
    [B, bob.accountId],
  ]),
  removes: [],
}
const step = (number: number, more: Partial<StoredEntry> = {}): StoredEntry => {
  const { stamping: _, ...bare } = entry(number, { kind: 'commit', position: 0, ...more })
  return bare
}

export function conversationStoreContract(create: Create): void {
  describe('entries', () => entriesContract(create))
  describe('conversations', () => conversationsContract(create))
  describe('groups', () => groupsContract(create))
  describe('stamp keys', () => stampKeysContract(create))
}

function entriesContract(create: Create): void {
  it('[WV4] gives entries back as they were stored, one row for each recipient, and takes their positions', async () => {
    const { mailbox, conversations } = await withPair(create)
    const rows = [entry(1), { ...entry(1), part: 1, seq: 7, recipientDevice: C }, entry(2)]
    expect(await mailbox.insert(rows, [claim(0, 2)])).toEqual({ kind: 'stored' })
    expect(await mailbox.page(B, 0, 9)).toEqual([entry(1), entry(2)])
    expect(await mailbox.page(C, 0, 9)).toEqual([rows[1]])
    expect((await conversations.load(TALK))?.position).toBe(2)
  })

  it('[WV4] stores nothing under a position or a version that is not the present one, and all else of the batch', async () => {
    const { mailbox, conversations } = await withPair(create)
    const pair = {
      accounts: [alice.accountId, carol.accountId],
      state: 'open',
      requestedBy: undefined,
      nowMs: 5,
    } as const
    await conversations.openPair({ conversationId: OTHER, ...pair })
    const rows = [entry(1), entry(2, { conversationId: OTHER, position: 1, recipientDevice: C })]
    for (const wrong of [claim(1, 2), claim(0, 1, { version: 1 })]) {
      const channels = new Set([TALK])
      expect(await mailbox.insert([entry(1)], [wrong])).toEqual({ kind: 'moved', channels })
    }
    const claims = [claim(4, 5), claim(0, 1, { channel: OTHER })]
    expect(await mailbox.insert(rows, claims)).toEqual({ kind: 'moved', channels: new Set([TALK]) })
    expect(await mailbox.page(B, 0, 9)).toEqual([])
    expect(await mailbox.page(C, 0, 9)).toEqual([rows[1]])
    expect((await conversations.load(TALK))?.position).toBe(0)
    expect((await conversations.load(OTHER))?.position).toBe(1)
  })

  it('[WV3] takes no position for a message that is known, also when its bytes are gone', async () => {
    const { mailbox, conversations } = await withPair(create)
    await mailbox.insert([entry(1)], [claim(0, 1)])
    expect(await mailbox.erase([{ device: B, afterSeq: 0, uptoSeq: 9 }])).toEqual([
      { kind: 'message', recipientDevice: B, conversationId: TALK, position: 1 },
    ])
    const again = entry(1, { seq: 8, position: 2, ciphertext: Uint8Array.of(1) })
    const known = [{ ...entry(1), ciphertext: new Uint8Array(0) }]
    expect(await mailbox.insert([entry(2), again], [claim(1, 3)])).toEqual({ kind: 'known', known })
    expect((await conversations.load(TALK))?.position).toBe(1)
    expect(await mailbox.insert([entry(2)], [claim(1, 2)])).toEqual({ kind: 'stored' })
  })

  it('[K4] keeps what went to nobody, delivers it to nobody, and destroys what waits for a device that is no more', async () => {
    const { mailbox } = await withPair(create)
    const nobody = entry(1, { recipientDevice: A, ciphertext: new Uint8Array(0) })
    await mailbox.insert([nobody, entry(2)], [claim(0, 2)])
    expect(await mailbox.page(A, 0, 9)).toEqual([])
    expect(await mailbox.known([nobody])).toEqual([nobody])
    await mailbox.drop([B])
    expect(await mailbox.page(B, 0, 9)).toEqual([])
    expect(await mailbox.erase([{ device: B, afterSeq: 0, uptoSeq: 9 }])).toEqual([])
    expect(await mailbox.known([entry(2)])).toHaveLength(1)
  })
}

function conversationsContract(create: Create): void {
  it('[WV7] two people have one conversation, whoever opens it', async () => {
    const { conversations } = await withPair(create)
    const member = { isOwner: false, joinedAtMs: 5, deliveredPosition: 0 }
    const expected: Conversation = {
      conversationId: TALK,
      kind: 'pair',
      state: 'open',
      requestedBy: undefined,
      requestFrom: 0,
      generation: 0,
      epoch: 0,
      createdAtMs: 5,
      members: new Map(PEOPLE.map((account) => [account, member])),
      roster: new Map(),
      latecomers: new Map(),
      position: 0,
      version: 0,
    }
    expect(await conversations.load(TALK)).toEqual(expected)
    const again = { conversationId: OTHER, accounts: [PEOPLE[1], PEOPLE[0]], nowMs: 9 } as const
    expect(await conversations.openPair({ ...again, state: 'open', requestedBy: undefined })).toBe(TALK)
    expect(await conversations.load(OTHER)).toBeUndefined()
    expect(await conversations.listOf(alice.accountId)).toHaveLength(1)
    expect(await conversations.countOf(bob.accountId)).toBe(1)
    expect(await conversations.listOf(carol.accountId)).toEqual([])
  })

  it('[WV7] a request is accepted, declined and made again; who may write is not put back to asking', async () => {
    const { conversations, mailbox } = await create()
    const asked = { accounts: PEOPLE, state: 'request', requestedBy: alice.accountId, nowMs: 5 } as const
    await conversations.openPair({ conversationId: TALK, ...asked })
    const state = async () => {
      const { state: now, requestedBy, requestFrom } = (await conversations.load(TALK)) ?? {}
      return { now, requestedBy, requestFrom }
    }
    expect(await state()).toEqual({ now: 'request', requestedBy: alice.accountId, requestFrom: 0 })
    await conversations.setPairState(TALK, 'over')
    expect(await state()).toEqual({ now: 'over', requestedBy: alice.accountId, requestFrom: 0 })
    await mailbox.insert([entry(1)], [claim(0, 1, { version: 1 })])
    await conversations.openPair({ conversationId: OTHER, ...asked, requestedBy: bob.accountId })
    expect(await state()).toEqual({ now: 'request', requestedBy: bob.accountId, requestFrom: 1 })
    expect(await conversations.setPairState(TALK, 'open')).toBe(true)
    await conversations.openPair({ conversationId: OTHER, ...asked })
    expect(await state()).toMatchObject({ now: 'open', requestedBy: undefined })
    expect(await conversations.setPairState(OTHER, 'over')).toBe(false)
  })

  it('[WV4] any change moves the version, so that messages judged before it are not stored', async () => {
    const { conversations, mailbox } = await withPair(create)
    await conversations.setPairState(TALK, 'over')
    expect(await mailbox.insert([entry(1)], [claim(0, 1)])).toMatchObject({ kind: 'moved' })
    expect(await mailbox.insert([entry(1)], [claim(0, 1, { version: 1 })])).toEqual({ kind: 'stored' })
  })

  it('[K3] remembers how far messages reached each member, and never goes back', async () => {
    const { conversations } = await withPair(create)
    const save = (position: number) =>
      conversations.saveDelivered([{ conversationId: TALK, accountId: bob.accountId, position }])
    await save(4)
    await save(2)
    await conversations.saveDelivered([])
    const { members } = (await conversations.load(TALK)) ?? {}
    expect(members?.get(bob.accountId)?.deliveredPosition).toBe(4)
    expect(members?.get(alice.accountId)?.deliveredPosition).toBe(0)
  })
}

function groupsContract(create: Create): void {
  const rosterOf = async ({ conversations }: ConversationStores) => (await conversations.load(TALK))?.roster

  it('[WV1] a step is stored with its entries and the roster it leads to, once, and only as the next', async () => {
    const stores = await withPair(create)
    const { conversations, mailbox } = stores
    const welcome = step(1, { kind: 'welcome' })
    expect(await conversations.step(TALK, 0, START, [welcome])).toBe('stored')
    expect(await mailbox.page(B, 0, 9)).toEqual([welcome])
    expect(await conversations.load(TALK)).toMatchObject({ generation: 1, epoch: 1, version: 1, position: 0 })
    expect(await rosterOf(stores)).toEqual(START.adds)
    expect(await conversations.step(TALK, 0, { ...START, generation: 2 }, [step(2)])).toBe('moved')
    expect(await conversations.step(TALK, 1, { ...START, generation: 2 }, [step(1, { seq: 9 })])).toBe('known')
    const next = { generation: 1, epoch: 2, isStart: false, removes: [A] }
    const adds = new Map<DeviceId, AccountId>([[C, carol.accountId]])
    expect(await conversations.step(TALK, 1, { ...next, adds }, [step(3)])).toBe('stored')
    expect(await rosterOf(stores)).toEqual(new Map([[B, bob.accountId], ...adds]))
    expect((await conversations.load(TALK))?.latecomers).toEqual(new Map([[C, 2]]))
    const afresh = { ...next, generation: 2, epoch: 1, isStart: true, removes: [], adds }
    expect(await conversations.step(TALK, 2, afresh, [step(4)])).toBe('stored')
    expect((await conversations.load(TALK))?.latecomers).toEqual(new Map())
    expect(await mailbox.page(B, 0, 9)).toEqual([welcome, step(3), step(4)])
  })

  it('[WV1] of two steps at once one is stored', async () => {
    const { conversations } = await withPair(create)
    const outcomes = await Promise.all([1, 2, 3].map((number) => conversations.step(TALK, 0, START, [step(number)])))
    expect(outcomes.toSorted()).toEqual(['moved', 'moved', 'stored'])
  })

  it('[WV7] members come and go with their devices; who leaves last takes the conversation along', async () => {
    const stores = await create()
    const { conversations } = stores
    await conversations.createGroup({
      conversationId: TALK,
      owner: alice.accountId,
      members: [bob.accountId],
      nowMs: 5,
    })
    await conversations.step(TALK, 0, START, [step(1)])
    const change = { add: [], remove: [], owner: undefined, nowMs: 6 }
    expect(await conversations.changeMembers(TALK, 0, { ...change, add: [carol.accountId] })).toBe(false)
    const swap = { ...change, add: [dave.accountId], remove: [alice.accountId], owner: bob.accountId }
    expect(await conversations.changeMembers(TALK, 1, swap)).toBe(true)
    const { members, kind } = (await conversations.load(TALK)) ?? {}
    expect(kind).toBe('group')
    expect([...(members ?? [])].map(([account, { isOwner }]) => [account, isOwner])).toEqual([
      [bob.accountId, true],
      [dave.accountId, false],
    ])
    expect(await rosterOf(stores)).toEqual(new Map([[B, bob.accountId]]))
    await conversations.changeMembers(TALK, 2, { ...change, remove: [bob.accountId, dave.accountId] })
    expect(await conversations.load(TALK)).toBeUndefined()
    expect(await conversations.countOf(bob.accountId)).toBe(0)
  })

  it('[K9] takes a device that is no more out of every group it was in', async () => {
    const stores = await withPair(create)
    await stores.conversations.step(TALK, 0, START, [step(1)])
    expect(await stores.conversations.removeDevices([B, C])).toEqual([TALK])
    expect(await rosterOf(stores)).toEqual(new Map([[A, alice.accountId]]))
    expect(await stores.conversations.removeDevices([B])).toEqual([])
    expect((await stores.conversations.load(TALK))?.version).toBe(2)
  })
}

function stampKeysContract(create: Create): void {
  it('[WV6] keeps the first key of a day, and destroys old ones', async () => {
    const { stampKeys } = await create()
    const sealed = (number: number) => new Uint8Array(61).fill(number)
    expect(await stampKeys.add({ id: 7, sealed: sealed(1), madeAtMs: 1 })).toEqual(sealed(1))
    expect(await stampKeys.add({ id: 7, sealed: sealed(2), madeAtMs: 2 })).toEqual(sealed(1))
    await stampKeys.add({ id: 8, sealed: sealed(3), madeAtMs: 3 })
    expect(await stampKeys.find(7)).toEqual(sealed(1))
    await stampKeys.destroyBefore(8)
    expect(await stampKeys.find(7)).toBeUndefined()
    expect(await stampKeys.find(8)).toEqual(sealed(3))
  })
}
