import { DAY, HOUR, SECOND } from '@visavis/ports'
import {
  alice,
  bob,
  carol,
  createFakeClock,
  createFakeLog,
  createSeededRandom,
  dave,
  settle,
  someone,
} from '@visavis/testkit'
import {
  CLIENT_FRAMES,
  CONVERSATION_ACCOUNTS_MAX,
  ROUTES,
  STAMP_KEY_DAYS,
  type ClientFrameBody,
  type ConversationId,
} from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { TYPING_MS } from '../src/conversations/index.ts'
import { createStampKeys } from '../src/stamps/index.ts'
import { createMemoryConversationStore } from './conversations-memory.ts'
import {
  acknowledge,
  commit,
  entriesOf,
  expectOk,
  messageOf,
  messagesOf,
  secondDevice,
  send,
  startGroup,
  writingGroup,
  writingPair,
} from './conversations-world.ts'
import { createWorld } from './gateway-world.ts'
import { createMemoryMailboxStore } from './mailbox-memory.ts'

describe('authorisation', () => {
  it('[WV7] every frame of conversations: members’ registered devices may, others find nothing', async () => {
    const { world, a, b, conversationId } = await writingPair()
    const stranger = world.client(carol)
    const unregistered = world.client(alice, { deviceId: dave.deviceId, isRegistered: false })
    for (const client of [stranger, unregistered]) await client.hello()
    const at = { conversationId, generation: 1, epoch: 1 }
    const { commitment, ciphertext, messageId } = messageOf(conversationId, 1)
    const frames = {
      'conversation.commit': { ...at, messageId, commit: Uint8Array.of(1), adds: [], removes: [] },
      'conversation.send': { ...at, messageId, commitment, ciphertext },
      'conversation.typing': { conversationId },
    } satisfies { [N in keyof typeof CLIENT_FRAMES]?: ClientFrameBody<N> }
    expect(Object.keys(frames)).toEqual(Object.keys(CLIENT_FRAMES).filter((name) => name.startsWith('conversation.')))
    for (const [name, body] of Object.entries(frames) as [keyof typeof frames, never][]) {
      expect(await stranger.ask(name, body)).toMatchObject({ code: 'CONVERSATION_UNKNOWN' })
      expect(await unregistered.ask(name, body)).toMatchObject({ code: 'DEVICE_REQUIRED' })
      const nowhere = { ...(body as object), conversationId: 'f0000000-0000-4000-8000-00000000dead' } as never
      expect(await a.ask(name, nowhere)).toMatchObject({ code: 'CONVERSATION_UNKNOWN' })
    }
    await settle()
    expect([b.of('conversation.typing'), messagesOf(b)]).toEqual([[], []])
    for (const [name, body] of Object.entries(frames).toReversed() as [keyof typeof frames, never][])
      expect(
        await a.ask(
          name,
          name === 'conversation.commit' ? ({ ...(body as object), messageId: carol.deviceId } as never) : body,
        ),
      ).toMatchObject({ ok: true })
    await world.stop()
  })

  it('[WV7] a registered device that is not in the group starts a new one first', async () => {
    const { world, b, conversationId } = await writingPair()
    const other = secondDevice(world, alice)
    await other.hello()
    expect(await send(other, conversationId, 1)).toBe('CONVERSATION_EPOCH')
    expect(await commit(other, { conversationId, generation: 1, epoch: 1 })).toMatchObject({
      code: 'CONVERSATION_EPOCH',
    })
    await expectOk(startGroup(other, conversationId, 2, [b]))
    expect(await send(other, conversationId, 1, { generation: 2 })).toMatchObject({ position: 1 })
    await world.stop()
  })

  it('[WV7] every route of conversations asks for a registered device', async () => {
    const { world, conversationId } = await writingGroup()
    const unbound = { ...alice, isRegistered: false }
    const { conversations } = world
    const refused = { code: 'DEVICE_REQUIRED' }
    expect(await conversations.list(unbound)).toMatchObject(refused)
    expect(await conversations.createGroup(unbound, [bob.accountId])).toMatchObject(refused)
    const wish = { add: [], remove: [alice.accountId] }
    expect(await conversations.changeMembers(unbound, conversationId, wish)).toMatchObject(refused)
    for (const name of ['listConversations', 'createGroup', 'changeMembers'] as const)
      expect(ROUTES[name].who).toBe('person')
    await world.stop()
  })

  it('[WV7] members alone may claim key packages, of members’ devices alone', async () => {
    const { world, a, b, conversationId } = await writingPair()
    world.client(carol)
    const may = (who: typeof alice, devices: (typeof alice.deviceId)[]) =>
      world.conversations.mayClaim(who.accountId, conversationId, devices)
    expect(await may(alice, [b.person.deviceId, a.person.deviceId])).toBe(true)
    expect(await may(alice, [b.person.deviceId, carol.deviceId])).toBe(false)
    expect(await may(carol, [carol.deviceId])).toBe(false)
    await world.conversations.setPairState(conversationId, 'over')
    expect(await may(alice, [b.person.deviceId])).toBe(false)
    expect(await world.conversations.mayBlock(alice.accountId, bob.accountId)).toBe(true)
    expect(await world.conversations.mayBlock(alice.accountId, carol.accountId)).toBe(false)
    expect(await world.conversations.sharersOf(alice.accountId)).toEqual([])
    expect(await world.conversations.isMember(conversationId, bob.accountId)).toBe(true)
    expect(await world.conversations.isMember(conversationId, carol.accountId)).toBe(false)
    await world.stop()
  })
})

describe('what is told', () => {
  it('[K3] that messages have arrived, to the others, up to which position; and it is remembered', async () => {
    const { world, a, b, c, conversationId } = await writingGroup()
    for (const number of [1, 2, 3]) await send(a, conversationId, number)
    await settle()
    await acknowledge(b)
    const told = { conversationId, accountId: bob.accountId, position: 3 }
    for (const client of [a, c]) expect(client.of('conversation.delivered').map((frame) => frame.body)).toEqual([told])
    expect(b.of('conversation.delivered')).toEqual([])
    const list = await world.conversations.list(a.person)
    if (!list.ok) throw new Error(list.code)
    const positions = list.value.conversations[0]?.members.map((member) => [member.accountId, member.deliveredPosition])
    expect(new Map(positions as [string, number][])).toEqual(
      new Map([
        [alice.accountId, 0],
        [bob.accountId, 3],
        [carol.accountId, 0],
      ]),
    )
    await world.stop()
  })

  it('[K3] that a message has arrived, as soon as its device says so, also while storage is away; once', async () => {
    const { world, a, b, conversationId } = await writingPair()
    await send(a, conversationId, 1)
    await settle()
    const told = { conversationId, accountId: bob.accountId, position: 1 }
    const bytesLeft = () => {
      const messages = world.mailboxStore.rows().filter((row) => row.kind === 'message')
      return messages.filter((row) => row.ciphertext.byteLength > 0)
    }
    world.mailboxStore.outage = 'refuse'
    await acknowledge(b)
    expect(a.of('conversation.delivered').map((frame) => frame.body)).toEqual([told])
    expect(bytesLeft()).toHaveLength(1)
    world.mailboxStore.outage = 'none'
    await world.clock.advance(2_000)
    expect(bytesLeft()).toEqual([])
    expect(a.of('conversation.delivered')).toHaveLength(1)
    await world.stop()
  })

  it('[K3] [K4] that it has arrived, also when the server died before it was destroyed', async () => {
    const { world, a, b, conversationId } = await writingPair()
    await send(a, conversationId, 1)
    await settle()
    world.mailboxStore.outage = 'refuse'
    await acknowledge(b)
    const durableSeq = b.last('entry')?.seq ?? 0
    world.kill()
    world.mailboxStore.outage = 'none'
    const later = await createWorld({ former: world })
    const [again, other] = [later.client(alice), later.client(bob)]
    await again.hello()
    await other.hello({ durableSeq })
    await settle(20)
    const told = { conversationId, accountId: bob.accountId, position: 1 }
    expect(again.of('conversation.delivered').map((frame) => frame.body)).toEqual([told])
    expect(later.mailboxStore.rows().filter((row) => row.ciphertext.byteLength > 0)).toEqual([])
    await later.stop()
  })

  it('[K3] typing, to the others who are here, once in a while, and never stored', async () => {
    const { world, a, b, conversationId } = await writingPair()
    const typing = () => expectOk(a.ask('conversation.typing', { conversationId }))
    for (let times = 0; times < 5; times++) await typing()
    expect(b.of('conversation.typing').map((frame) => frame.body)).toEqual([
      { conversationId, accountId: alice.accountId },
    ])
    await world.clock.advance(TYPING_MS)
    await typing()
    expect(b.of('conversation.typing')).toHaveLength(2)
    b.cut()
    await world.clock.advance(TYPING_MS)
    await typing()
    await b.hello()
    expect(b.of('conversation.typing')).toHaveLength(2)
    await world.conversations.openPair(alice.accountId, bob.accountId, 'request', alice.accountId)
    await world.stop()
  })

  it('[WV7] lists conversations as they look from there, with keys and devices of the members', async () => {
    const { world, a, b, conversationId } = await writingPair()
    await send(a, conversationId, 1)
    const asked = await world.conversations.openPair(alice.accountId, carol.accountId, 'request', alice.accountId)
    const list = await world.conversations.list(b.person)
    if (!list.ok) throw new Error(list.code)
    const parsed = ROUTES.listConversations.response.parse(list.value)
    expect(parsed).toEqual(list.value)
    expect(list.value.conversations).toMatchObject([
      { conversationId, kind: 'pair', state: 'open', generation: 1, epoch: 1, position: 1 },
    ])
    expect(list.value.conversations[0]?.roster.toSorted()).toEqual([a.person.deviceId, b.person.deviceId])
    expect(list.value.conversations[0]?.members.map((member) => member.handle)).toEqual([alice.handle, bob.handle])
    const states = async (who: typeof alice) => {
      const seen = await world.conversations.list({ ...who, isRegistered: true })
      return seen.ok
        ? seen.value.conversations.flatMap((each) => (each.conversationId === asked ? each.state : []))
        : []
    }
    expect([await states(alice), await states(carol), await states(bob)]).toEqual([['requested'], ['request'], []])
    await world.stop()
  })
})

describe('groups', () => {
  it('[WV7] are of contacts; the owner adds and takes out, anyone leaves, and another one owns it then', async () => {
    const { world, a, b, c, conversationId } = await writingGroup()
    const change = (client: typeof a, add: (typeof alice.accountId)[], remove: (typeof alice.accountId)[]) =>
      world.conversations.changeMembers(client.person, conversationId, { add, remove })
    world.people.strangers.add(`${alice.accountId} ${dave.accountId}`)
    expect(await change(a, [dave.accountId], [])).toMatchObject({ code: 'NOT_ALLOWED' })
    expect(await world.conversations.createGroup(a.person, [dave.accountId])).toMatchObject({ code: 'NOT_ALLOWED' })
    expect(await change(b, [dave.accountId], [])).toMatchObject({ code: 'NOT_ALLOWED' })
    expect(await change(b, [], [carol.accountId])).toMatchObject({ code: 'NOT_ALLOWED' })
    expect(await change(a, [], [alice.accountId])).toMatchObject({ ok: true })
    expect(await change(a, [], [])).toMatchObject({ code: 'CONVERSATION_UNKNOWN' })
    expect(await send(a, conversationId, 1)).toBe('CONVERSATION_UNKNOWN')
    await send(b, conversationId, 2)
    await settle()
    expect([messagesOf(a).length, messagesOf(c).length]).toEqual([0, 1])
    expect(await change(b, [dave.accountId], [])).toMatchObject({ ok: true })
    expect(a.last('changed')).toEqual({ what: 'conversations' })
    await expectOk(commit(b, { conversationId, generation: 1, epoch: 1, removes: [a.person.deviceId] }))
    await world.stop()
  })

  it('[M7] nobody is brought together with whom they blocked or who blocked them', async () => {
    const { world, a, conversationId } = await writingGroup()
    world.block(dave.accountId, carol.accountId)
    const refused = { code: 'NOT_ALLOWED' }
    const wish = { add: [dave.accountId], remove: [] }
    expect(await world.conversations.changeMembers(a.person, conversationId, wish)).toMatchObject(refused)
    const both = [carol.accountId, dave.accountId]
    expect(await world.conversations.createGroup(a.person, both)).toMatchObject(refused)
    expect(await world.conversations.createGroup(a.person, [dave.accountId])).toMatchObject({ ok: true })
    await world.stop()
  })

  it('[WV7] have no more than so many members; a pair stays a pair', async () => {
    const { world, a, conversationId } = await writingGroup()
    const random = createSeededRandom(4)
    const add = Array.from({ length: CONVERSATION_ACCOUNTS_MAX - 2 }, (_, index) => someone(random, index).accountId)
    const change = (id: ConversationId, more: typeof add) =>
      world.conversations.changeMembers(a.person, id, { add: more, remove: [] })
    expect(await change(conversationId, add)).toMatchObject({ code: 'CONVERSATION_FULL' })
    expect(await change(conversationId, add.slice(1))).toMatchObject({ ok: true })
    const pair = await world.conversations.openPair(alice.accountId, bob.accountId, 'open')
    expect(await change(pair, [carol.accountId])).toMatchObject({ code: 'NOT_ALLOWED' })
    expect(
      await world.conversations.changeMembers(a.person, pair, { add: [], remove: [alice.accountId] }),
    ).toMatchObject({ code: 'NOT_ALLOWED' })
    await world.stop()
  })
})

describe('devices', () => {
  it('[K9] own other devices get what this one writes', async () => {
    const { world, a, b, conversationId } = await writingPair()
    const other = secondDevice(world, alice)
    await other.hello()
    await expectOk(commit(a, { conversationId, generation: 1, epoch: 1, adds: [other.person.deviceId] }))
    await send(a, conversationId, 1, { epoch: 2 })
    await settle()
    expect([messagesOf(other).length, messagesOf(b).length, messagesOf(a).length]).toEqual([1, 1, 0])
    await world.stop()
  })

  it('[K9] a revoked device gets nothing more, and what waited for it is destroyed', async () => {
    const { world, a, b, conversationId } = await writingPair()
    b.cut()
    await send(a, conversationId, 1)
    await world.revoke(bob.accountId, b.person.deviceId)
    expect(await send(a, conversationId, 2)).toMatchObject({ position: 2 })
    const waiting = world.mailboxStore.rows().filter((row) => row.ciphertext.byteLength > 0)
    expect(waiting).toEqual([])
    expect(a.of('conversation.delivered')).toEqual([])
    await b.hello()
    await settle()
    expect(entriesOf(b).filter((entry) => entry.kind === 'message')).toEqual([])
    await world.stop()
  })
})

describe('stamp keys', () => {
  function setUp() {
    const clock = createFakeClock()
    const { stampKeys: store } = createMemoryConversationStore(createMemoryMailboxStore())
    const create = (sealByte = 1) =>
      createStampKeys({
        clock,
        random: createSeededRandom(sealByte),
        log: createFakeLog(),
        store,
        sealKey: new Uint8Array(32).fill(sealByte),
      })
    return { clock, store, create }
  }

  it('[WV6] are one per day, the same on every node, and gone when nothing under them can be reported', async () => {
    const { clock, store, create } = setUp()
    const [one, other] = [create(), create()]
    const nowMs = clock.nowMs()
    expect(one.peek(nowMs)).toBeUndefined()
    const [first, same] = await Promise.all([one.current(nowMs), one.current(nowMs + SECOND)])
    expect(first).toBe(same)
    expect(one.peek(nowMs)?.key).toEqual(first.key)
    expect((await other.current(nowMs)).key).toEqual(first.key)
    expect((await one.current(nowMs + DAY)).key).not.toEqual(first.key)
    const kept = new Uint8Array(first.key)
    const stop = one.start()
    await clock.advance(STAMP_KEY_DAYS * DAY)
    expect(await other.byId(first.id)).toEqual(kept)
    await clock.advance(DAY + HOUR)
    expect(await store.find(first.id)).toBeUndefined()
    for (const keys of [one, other]) expect(await keys.byId(first.id)).toBeUndefined()
    stop()
  })

  it('[WV6] [K11] are worth nothing to whoever has the database alone', async () => {
    const { clock, store, create } = setUp()
    const { id, key } = await create(1).current(clock.nowMs())
    const sealed = await store.find(id)
    expect(Buffer.from(sealed ?? []).includes(Buffer.from(key))).toBe(false)
    await expect(create(2).byId(id)).rejects.toThrow()
  })
})
