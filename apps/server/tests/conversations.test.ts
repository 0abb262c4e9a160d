import { createHmac } from 'node:crypto'
import { stampInput } from '@visavis/e2ee'
import { DAY, HOUR } from '@visavis/ports'
import { alice, bob, carol, settle } from '@visavis/testkit'
import { MAILBOX_DAYS, REQUEST_MESSAGES_MAX } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import {
  acknowledge,
  commit,
  entriesOf,
  expectOk,
  messageIdOf,
  messageOf,
  messagesOf,
  secondDevice,
  send,
  startGroup,
  writingGroup,
  writingPair,
} from './conversations-world.ts'
import { createWorld } from './gateway-world.ts'

const positionsSeenBy = (client: Parameters<typeof messagesOf>[0]) => messagesOf(client).map((entry) => entry.position)

describe('a message', () => {
  it('[WV2] [K4] is stored for every recipient before it is acknowledged, delivered, and destroyed when it has arrived', async () => {
    const { world, a, b, c, conversationId } = await writingGroup()
    const sent = await send(a, conversationId, 1)
    expect(sent).toMatchObject({ position: 1, sentAtMs: world.clock.nowMs() })
    const rows = world.mailboxStore.rows().filter((row) => row.kind === 'message')
    expect(rows.map((row) => row.recipientDevice)).toEqual([b.person.deviceId, c.person.deviceId])
    await settle()
    for (const client of [b, c]) {
      expect(messagesOf(client)).toMatchObject([
        {
          conversationId,
          generation: 1,
          epoch: 1,
          messageId: messageIdOf(1),
          senderAccount: alice.accountId,
          senderDevice: a.person.deviceId,
          position: 1,
          bytes: Uint8Array.of(1),
        },
      ])
      await acknowledge(client)
    }
    expect(messagesOf(a)).toEqual([])
    const left = world.mailboxStore.rows().filter((row) => row.ciphertext.byteLength > 0)
    expect(left).toEqual([])
    await world.stop()
  })

  it('[WV2] is taken in the present epoch and the three before it, and in no other generation', async () => {
    const { world, a, b, conversationId } = await writingPair()
    for (const epoch of [1, 2, 3, 4]) await expectOk(commit(b, { conversationId, generation: 1, epoch }))
    for (const epoch of [5, 4, 3, 2]) expect(await send(a, conversationId, epoch, { epoch })).toMatchObject({})
    for (const wrong of [{ epoch: 1 }, { epoch: 6 }, { epoch: 5, generation: 0 }, { epoch: 5, generation: 2 }])
      expect(await send(a, conversationId, 9, wrong)).toBe('CONVERSATION_EPOCH')
    await settle()
    expect(positionsSeenBy(b)).toEqual([1, 2, 3, 4])
    await world.stop()
  })

  it('[WV3] sent again gets the first answer, once delivered, also after it was destroyed and after a restart', async () => {
    const { world, a, b, conversationId } = await writingPair()
    const first = await send(a, conversationId, 1)
    await world.clock.advance(5_000)
    expect(await send(a, conversationId, 1, { commitment: new Uint8Array(32).fill(99) })).toEqual(first)
    await acknowledge(b)
    expect(await send(a, conversationId, 1)).toEqual(first)
    expect(await send(a, conversationId, 2)).toMatchObject({ position: 2 })
    world.kill()
    const later = await createWorld({ former: world })
    const again = later.client(alice)
    await again.hello()
    expect(await send(again, conversationId, 1)).toEqual(first)
    expect(await send(again, conversationId, 3)).toMatchObject({ position: 3 })
    await settle()
    expect(positionsSeenBy(b)).toEqual([1, 2])
    await later.stop()
  })

  it('[WV3] under the id of another device’s message is another message, and of an own step is refused', async () => {
    const { world, a, b, conversationId } = await writingPair()
    expect(await send(a, conversationId, 1)).toMatchObject({ position: 1 })
    expect(await send(b, conversationId, 1)).toMatchObject({ position: 2 })
    await expectOk(commit(a, { conversationId, generation: 1, epoch: 1, messageId: messageIdOf(5) }))
    expect(await send(a, conversationId, 5)).toBe('WIRE_INVALID')
    expect(await send(a, conversationId, 6)).toMatchObject({ position: 3 })
    await world.stop()
  })

  it('[WV4] a hundred at once from several devices have positions without gaps, in one order at every device', async () => {
    const { world, a, b, c, conversationId } = await writingGroup()
    const senders = [a, b, c]
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => send(senders[index % 3] ?? a, conversationId, index + 1)),
    )
    const positions = answers.map((answer) => (typeof answer === 'string' ? -1 : answer.position))
    expect(positions.toSorted((x, y) => x - y)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
    await settle(60)
    for (const client of senders) {
      const seen = positionsSeenBy(client)
      expect(seen).toEqual(seen.toSorted((x, y) => x - y))
      const own = answers.filter((_, index) => senders[index % 3] === client).length
      expect(seen).toHaveLength(100 - own)
    }
    await world.stop()
  })

  it('[WV4] messages and steps that cross have one order everywhere', async () => {
    const { world, a, b, c, conversationId } = await writingGroup()
    const crossing = [
      send(a, conversationId, 1),
      expectOk(commit(b, { conversationId, generation: 1, epoch: 1 })),
      send(a, conversationId, 2),
      send(b, conversationId, 3),
    ]
    await Promise.all(crossing)
    await settle(20)
    const whole = entriesOf(c).flatMap(({ kind, messageId }) => (kind === 'welcome' ? [] : [messageId]))
    const seenByA = entriesOf(a).map(({ messageId }) => messageId)
    expect(whole.filter((id) => seenByA.includes(id))).toEqual(seenByA)
    await world.stop()
  })

  it('[WV6] carries a stamp for each recipient’s account; the sender gets its own', async () => {
    const { world, a, b, c, conversationId } = await writingGroup()
    const sent = await send(a, conversationId, 7)
    if (typeof sent === 'string') throw new Error(sent)
    await settle()
    const key = await world.stampKeys.byId(sent.stampKeyId)
    expect(sent.stampKeyId).toBe(Math.floor(world.clock.nowMs() / DAY))
    const stampFor = (recipient: string) => {
      const { position, sentAtMs, stampKeyId } = sent
      const [senderAccount, senderDevice] = [alice.accountId, a.person.deviceId]
      const where = { conversationId, generation: 1, senderAccount, senderDevice, position, sentAtMs, stampKeyId }
      const input = stampInput({ ...where, recipient, commitment: new Uint8Array(32).fill(7) })
      return new Uint8Array(
        createHmac('sha256', key ?? '')
          .update(input)
          .digest(),
      )
    }
    expect(sent.stamp).toEqual(stampFor(alice.accountId))
    for (const [client, person] of [
      [b, bob],
      [c, carol],
    ] as const) {
      const [entry] = messagesOf(client)
      expect(entry).toMatchObject({ stampKeyId: sent.stampKeyId, commitment: new Uint8Array(32).fill(7) })
      expect(entry?.stamp).toEqual(stampFor(person.accountId))
    }
    await world.stop()
  })

  it('[WV5] [M7] reaches nobody who is blocked or has blocked; the sender cannot tell, and others get it', async () => {
    const { world, a, b, c, conversationId } = await writingGroup()
    expect(await send(a, conversationId, 1)).toMatchObject({ position: 1 })
    world.block(bob.accountId, alice.accountId)
    expect(await send(a, conversationId, 2)).toMatchObject({ position: 2 })
    await expectOk(a.ask('conversation.typing', { conversationId }))
    await settle()
    expect(positionsSeenBy(b)).toEqual([1])
    expect(b.of('conversation.typing')).toEqual([])
    expect(positionsSeenBy(c)).toEqual([1, 2])
    const pair = await world.conversations.openPair(alice.accountId, bob.accountId, 'open')
    await expectOk(startGroup(a, pair, 1, [b]))
    const unseen = await send(a, pair, 3)
    expect(unseen).toMatchObject({ position: 1 })
    expect(await send(a, pair, 3)).toEqual(unseen)
    expect(await send(a, pair, 4)).toMatchObject({ position: 2 })
    await settle()
    expect(messagesOf(b).map((entry) => entry.conversationId)).toEqual([conversationId])
    await world.stop()
  })

  it('[K4] waits thirty days for a device that is away, and no longer', async () => {
    const { world, a, b, conversationId } = await writingPair()
    b.cut()
    await send(a, conversationId, 1)
    const sentAtMs = world.clock.nowMs()
    world.clock.setNowMs(sentAtMs + (MAILBOX_DAYS - 1) * DAY)
    await world.clock.advance(HOUR)
    await b.hello()
    await settle()
    expect(positionsSeenBy(b)).toEqual([1])
    b.cut()
    world.clock.setNowMs(sentAtMs + (MAILBOX_DAYS + 1) * DAY)
    await world.clock.advance(HOUR)
    const before = messagesOf(b).length
    await b.hello()
    await settle()
    expect(messagesOf(b)).toHaveLength(before)
    await world.stop()
  })
})

describe('a step', () => {
  it('[WV1] one is taken per epoch: of two made in the same, exactly one wins', async () => {
    const { world, a, b, c, conversationId } = await writingGroup()
    const step = { conversationId, generation: 1, epoch: 1 }
    const answers = await Promise.all([a, b, c].map((client) => commit(client, step)))
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
    for (const answer of answers) if (!answer.ok) expect(answer.code).toBe('CONVERSATION_EPOCH')
    const winner = answers.findIndex((answer) => answer.ok)
    await settle()
    for (const [index, client] of [a, b, c].entries()) {
      const commits = entriesOf(client).filter((entry) => entry.kind === 'commit')
      expect(commits).toHaveLength(index === winner ? 0 : 1)
    }
    expect(await commit(a, step)).toMatchObject({ code: 'CONVERSATION_EPOCH' })
    expect(await commit(a, { ...step, epoch: 2 })).toMatchObject({ ok: true })
    await world.stop()
  })

  it('[WV1] starts a generation one above the present, whose devices are those it adds and the sender’s', async () => {
    const { world, a, b, c, conversationId } = await writingGroup()
    expect(await startGroup(b, conversationId, 1, [a])).toMatchObject({ code: 'CONVERSATION_EPOCH' })
    expect(await startGroup(b, conversationId, 3, [a])).toMatchObject({ code: 'CONVERSATION_EPOCH' })
    const again = secondDevice(world, bob)
    await again.hello()
    await expectOk(startGroup(again, conversationId, 2, [a, b]))
    await settle()
    expect(entriesOf(a).at(-1)).toMatchObject({ kind: 'welcome', generation: 2, epoch: 0 })
    expect(c.last('changed')).toEqual({ what: 'conversations' })
    expect(await send(c, conversationId, 1)).toBe('CONVERSATION_EPOCH')
    expect(await send(c, conversationId, 1, { generation: 2 })).toBe('CONVERSATION_EPOCH')
    expect(await send(a, conversationId, 2, { generation: 2 })).toMatchObject({ position: 1 })
    await settle()
    expect([again, b, c].map((client) => positionsSeenBy(client))).toEqual([[1], [1], []])
    await world.stop()
  })

  it('[WV1] adds with a welcome and takes out with a commit; who was taken out gets nothing after it', async () => {
    const { world, a, b, conversationId } = await writingPair()
    const other = secondDevice(world, bob)
    await other.hello()
    const change = { adds: [other.person.deviceId], removes: [b.person.deviceId] }
    await expectOk(commit(a, { conversationId, generation: 1, epoch: 1, ...change }))
    await send(a, conversationId, 1, { epoch: 2 })
    await settle()
    expect(entriesOf(other).map((entry) => entry.kind)).toEqual(['welcome', 'message'])
    expect(entriesOf(b).map((entry) => entry.kind)).toEqual(['welcome', 'commit'])
    await world.stop()
  })

  it('[WV2] sealed before a device was added goes to those who have its key, and not to the new one', async () => {
    const { world, a, b, conversationId } = await writingPair()
    const other = secondDevice(world, bob)
    await other.hello()
    await expectOk(commit(a, { conversationId, generation: 1, epoch: 1, adds: [other.person.deviceId] }))
    await expectOk(commit(a, { conversationId, generation: 1, epoch: 2 }))
    await send(b, conversationId, 1, { epoch: 1 })
    await send(b, conversationId, 2, { epoch: 2 })
    await send(a, conversationId, 3, { epoch: 3 })
    await settle()
    expect([a, b, other].map((client) => positionsSeenBy(client))).toEqual([[1, 2], [3], [2, 3]])
    expect(await send(other, conversationId, 4, { epoch: 2 })).toMatchObject({ position: 4 })
    // Out and in again by one step: the former epochs are lost to it.
    const again = { adds: [other.person.deviceId], removes: [other.person.deviceId] }
    await expectOk(commit(a, { conversationId, generation: 1, epoch: 3, ...again }))
    await send(b, conversationId, 5, { epoch: 3 })
    await send(b, conversationId, 6, { epoch: 4 })
    await settle()
    expect(positionsSeenBy(other)).toEqual([2, 3, 6])
    await world.stop()
  })

  it('[WV3] taken before gets its first answer, and nobody gets it twice, also after a restart', async () => {
    const { world, a, b, conversationId } = await writingPair()
    const step = { conversationId, generation: 1, epoch: 1, messageId: messageIdOf(1) }
    const first = await commit(a, step)
    await world.clock.advance(1_000)
    expect(await commit(a, step)).toEqual(first)
    world.kill()
    const later = await createWorld({ former: world })
    const [again, other] = [later.client(alice), later.client(bob)]
    for (const client of [again, other]) await client.hello()
    expect(await commit(again, step)).toEqual(first)
    await settle()
    expect(entriesOf(other).filter((entry) => entry.kind === 'commit')).toHaveLength(1)
    expect(b.of('entry')).toHaveLength(2)
    await later.stop()
  })

  it('[WV1] that contradicts itself is refused, and so is a device that no member has', async () => {
    const { world, a, b, conversationId } = await writingPair()
    const stranger = world.client(carol)
    const at = { conversationId, generation: 1, epoch: 1 }
    const bytes = Uint8Array.of(1)
    for (const wrong of [
      { ...at, commit: undefined },
      { ...at, welcome: bytes },
      { ...at, removes: [a.person.deviceId] },
      { ...at, adds: [b.person.deviceId] },
      { ...at, generation: 2, epoch: 0, commit: bytes },
      { ...at, generation: 2, epoch: 0, removes: [b.person.deviceId] },
    ])
      expect(await commit(a, wrong as typeof at)).toMatchObject({ code: 'WIRE_INVALID' })
    const adds = [stranger.person.deviceId]
    expect(await commit(a, { ...at, adds })).toMatchObject({ code: 'NOT_ALLOWED' })
    expect(await commit(a, at)).toMatchObject({ ok: true })
    await world.stop()
  })
})

describe('a request', () => {
  it('[WV7] [K7] takes a few messages until it is accepted; the other cannot write before that', async () => {
    const world = await createWorld()
    const [a, b] = [world.client(alice), world.client(bob)]
    for (const client of [a, b]) await client.hello()
    const id = await world.conversations.openPair(alice.accountId, bob.accountId, 'request', alice.accountId)
    await expectOk(startGroup(a, id, 1, [b]))
    for (let number = 1; number <= REQUEST_MESSAGES_MAX; number++)
      expect(await send(a, id, number)).toMatchObject({ position: number })
    expect(await send(a, id, 9)).toBe('CONVERSATION_WAITS')
    expect(await send(b, id, 10)).toBe('CONVERSATION_WAITS')
    await world.conversations.setPairState(id, 'open')
    expect(await send(b, id, 10)).toMatchObject({ position: REQUEST_MESSAGES_MAX + 1 })
    expect(await send(a, id, 9)).toMatchObject({ position: REQUEST_MESSAGES_MAX + 2 })
    await world.stop()
  })

  it('[WV7] [K7] that was declined goes on for who asked, and reaches nobody', async () => {
    const world = await createWorld()
    const [a, b] = [world.client(alice), world.client(bob)]
    for (const client of [a, b]) await client.hello()
    const id = await world.conversations.openPair(alice.accountId, bob.accountId, 'request', alice.accountId)
    await expectOk(startGroup(a, id, 1, [b]))
    await world.conversations.setPairState(id, 'over')
    const unseen = await send(a, id, 1)
    expect(unseen).toMatchObject({ position: 1 })
    expect(await send(a, id, 1)).toEqual(unseen)
    await expectOk(commit(a, { conversationId: id, generation: 1, epoch: 1 }))
    for (const number of [2, 3]) expect(await send(a, id, number)).toMatchObject({ position: number })
    expect(await send(a, id, 4)).toBe('CONVERSATION_WAITS')
    expect(await send(b, id, 5)).toBe('CONVERSATION_UNKNOWN')
    await settle()
    expect(entriesOf(b).map((entry) => entry.kind)).toEqual(['welcome'])
    const listed = async (client: typeof a) => {
      const list = await world.conversations.list(client.person)
      return list.ok && list.value.conversations.map(({ state }) => state)
    }
    expect([await listed(a), await listed(b)]).toEqual([['requested'], []])
    await world.stop()
  })

  it('[WV7] a conversation that is over takes nothing more, and is the same one when it opens again', async () => {
    const { world, a, b, conversationId } = await writingPair()
    await send(a, conversationId, 1)
    await world.conversations.setPairState(conversationId, 'over')
    for (const client of [a, b]) expect(await send(client, conversationId, 2)).toBe('CONVERSATION_UNKNOWN')
    expect(await commit(a, { conversationId, generation: 1, epoch: 1 })).toMatchObject({ code: 'CONVERSATION_UNKNOWN' })
    expect(await world.conversations.openPair(bob.accountId, alice.accountId, 'open')).toBe(conversationId)
    expect(await send(b, conversationId, 2)).toMatchObject({ position: 2 })
    expect(await world.conversations.openPair(bob.accountId, alice.accountId, 'request', bob.accountId)).toBe(
      conversationId,
    )
    expect(await send(a, conversationId, 3)).toMatchObject({ position: 3 })
    await world.stop()
  })
})

it('[A8] logs no id of a conversation, no bytes and no key', async () => {
  const { world, a, conversationId } = await writingPair()
  world.mailboxStore.outage = 'refuse'
  expect(await a.ask('conversation.send', messageOf(conversationId, 1))).toMatchObject({ code: 'SERVER_STORAGE' })
  expect(world.log.text()).not.toContain(conversationId)
  expect(world.log.text()).not.toContain('ciphertext')
  await world.stop()
})
