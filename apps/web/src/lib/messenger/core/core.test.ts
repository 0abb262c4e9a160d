import { openMessage } from '@visavis/e2ee'
import { fail } from '@visavis/wire'
import { decode, encode } from 'cborg'
import { describe, expect, it } from 'vitest'
import type { ConversationRecord } from '../core-types.ts'
import { createMemoryVault } from '../../vault/sim/memory-vault.ts'
import { messagesAt, say, textsAt, twoPeople } from './sim/people.ts'

/** The core with the real encryption, a model of the server and a memory vault, in calm weather. */
describe('messages', () => {
  it('[K1][K4] arrive in order, reportable at both ends, and leave the outbox with their position', async () => {
    const { world, ann, ben, conversationId } = await twoPeople()
    for (const text of ['one', 'two', 'three']) await say(ann, conversationId, text)
    await world.run(3_000)
    await say(ben, conversationId, 'four')
    await world.run(3_000)
    for (const device of [ann, ben]) {
      expect(await textsAt(device, conversationId)).toEqual(['one', 'two', 'three', 'four'])
      for (const message of await messagesAt(device, conversationId)) {
        expect(message.evidence?.frankingKey.byteLength).toBe(32)
        expect(message.stamp.byteLength).toBe(32)
        expect(message.isAfterGap).toBe(false)
      }
      expect(device.core?.outboxOf(conversationId)).toEqual([])
    }
    expect(ben.core?.durableSeq()).toBe(ben.model.seq)
    expect(ben.model.mail).toEqual([])
    for (const text of ['one', 'four']) expect(world.log.text()).not.toContain(text)
    world.close()
  })

  it.each(
    ['before', 'after'].flatMap((when) => [1, 2, 3].map((write) => ({ write, when: when as 'before' | 'after' }))),
  )('[K4] survive a tab that dies $when its write $write, at either end', async ({ write, when }) => {
    const { world, ann, ben, conversationId } = await twoPeople(write)
    await say(ann, conversationId, 'first')
    await world.run(2_000)
    await say(ann, conversationId, 'second')
    ann.vault?.dieAt(write, when)
    ben.vault?.dieAt(write, when)
    await world.run(30_000)
    for (const device of [ann, ben]) device.vault?.dieAt(Infinity, 'before')
    await say(ben, conversationId, 'third')
    await world.run(5_000)
    for (const device of [ann, ben]) expect(await textsAt(device, conversationId)).toEqual(['first', 'second', 'third'])
    world.close()
  })

  it('[WV8] say that nobody is to be woken for them when there is nothing to read in them', async () => {
    const { world, ann, conversationId } = await twoPeople()
    await say(ann, conversationId, 'one')
    await say(ann, conversationId, { kind: 'read', upTo: 1 })
    await say(ann, conversationId, { kind: 'reaction', target: 1, emoji: '🙏' })
    await say(ann, conversationId, { kind: 'edit', target: 1, text: 'two' })
    await say(ann, conversationId, 'three')
    await world.run(5_000)
    expect(world.model.taken.map(({ isQuiet }) => isQuiet)).toEqual([undefined, true, true, true, undefined])
    world.close()
  })

  it('[K1][K5] who comes later learns title and timer, and nobody reads of it a second time', async () => {
    const { world, ann, ben, conversationId } = await twoPeople(7)
    await say(ann, conversationId, { kind: 'title', text: 'Harbour walks' })
    await say(ben, conversationId, { kind: 'timer', seconds: 3_600 })
    await world.run(3_000)
    const late = await world.addDevice(ben.model.accountId)
    await world.run(30_000)
    expect(late.core?.conversations()).toMatchObject([{ title: 'Harbour walks', timerSeconds: 3_600 }])
    for (const device of [ann, ben]) {
      const said = await messagesAt(device, conversationId)
      expect(said.filter(({ isRepeat }) => !isRepeat).map(({ content }) => content?.kind)).toEqual(['title', 'timer'])
      expect(said.length).toBeGreaterThan(2)
    }
    world.close()
  })

  it('[M18] who comes later learns who agreed to share, and an older word told again undoes no later one', async () => {
    const { world, ann, ben, annAccount, conversationId } = await twoPeople(9)
    await say(ann, conversationId, { kind: 'sharing', on: true })
    await world.run(3_000)
    // A second device of ann's, which has heard of it, is away while ann takes it back on the first.
    const second = await world.addDevice(annAccount)
    await world.run(30_000)
    expect(second.core?.conversations()[0]?.sharing?.[annAccount]).toEqual({ on: true, position: 1 })
    second.network.cut()
    await say(ann, conversationId, { kind: 'sharing', on: false })
    await world.run(3_000)
    const late = await world.addDevice(ben.model.accountId)
    await world.run(3_000)
    second.network.connect()
    await world.run(30_000)
    for (const device of [ann, ben, second, late])
      expect(device.core?.conversations()[0]?.sharing?.[annAccount]?.on).toBe(false)
    world.close()
  })

  it('[M18] a yes and a no that were said in one order count in that order, also when they come in another', async () => {
    const { world, ann, ben, annAccount, conversationId } = await twoPeople(11)
    const second = await world.addDevice(annAccount)
    await world.run(10_000)
    await say(second, conversationId, { kind: 'sharing', on: true })
    await say(ann, conversationId, { kind: 'sharing', on: false })
    await world.run(10_000)
    const words = world.model.taken.filter(({ conversationId: id }) => id === conversationId)
    const last = words.at(-1)?.sender === second.model.deviceId
    for (const device of [ann, ben, second])
      expect(device.core?.conversations()[0]?.sharing?.[annAccount]?.on).toBe(last)
    world.close()
  })

  it('[M18] a record of an earlier app counts what is stored as from before files had to be agreed on', async () => {
    const { world, ann, ben, conversationId } = await twoPeople(13)
    await say(ann, conversationId, 'one')
    await say(ann, conversationId, 'two')
    await world.run(3_000)
    expect(ben.core?.conversations()[0]?.filesFreeUpTo).toBe(0)
    for (const [name, { key, bytes }] of ben.shelves.get('conversations') ?? []) {
      const { filesFreeUpTo: _, ...earlier } = decode(bytes) as ConversationRecord
      ben.shelves.get('conversations')?.set(name, { key, bytes: encode(earlier) })
    }
    ben.vault?.die()
    await world.run(10_000)
    await say(ann, conversationId, 'three')
    await world.run(3_000)
    expect(ben.core?.conversations()[0]).toMatchObject({ filesFreeUpTo: 2, lastPosition: 3 })
    ben.vault?.die()
    await world.run(10_000)
    expect(ben.core?.conversations()[0]?.filesFreeUpTo).toBe(2)
    world.close()
  })

  it('[K4] wait while there is no connection, and go when there is one', async () => {
    const { world, ann, ben, conversationId } = await twoPeople()
    ann.network.cut()
    await say(ann, conversationId, 'later')
    await world.run(5_000)
    expect(ann.core?.outboxOf(conversationId)).toMatchObject([{ state: 'waiting' }])
    ann.network.connect()
    await world.run(5_000)
    expect(await textsAt(ben, conversationId)).toEqual(['later'])
    world.close()
  })

  it('[WV2][WV3] one that came in an epoch too old is sealed again under the same id', async () => {
    const { world, ann, ben, conversationId } = await twoPeople()
    await say(ann, conversationId, 'first')
    await world.run(3_000)
    const { send } = world.model
    const ciphertexts: string[] = []
    world.model.send = (device, body) => {
      ciphertexts.push(String(body.ciphertext))
      return ciphertexts.length === 1 ? fail('CONVERSATION_EPOCH') : send(device, body)
    }
    const messageId = await say(ann, conversationId, 'second')
    await world.run(5_000)
    expect(new Set(ciphertexts).size).toBe(2)
    const [, second] = await messagesAt(ben, conversationId)
    expect(second).toMatchObject({ messageId, isAfterGap: false, content: { text: 'second' } })
    world.close()
  })

  it('[K3][K4] one that is refused fails with its code, lets others pass, and can be retried or taken back', async () => {
    const { world, ann, ben, conversationId } = await twoPeople()
    const { send } = world.model
    world.model.send = () => fail('CONVERSATION_WAITS')
    const messageId = await say(ann, conversationId, 'refused')
    const other = await say(ann, conversationId, 'taken back')
    await world.run(3_000)
    expect(ann.core?.outboxOf(conversationId)).toMatchObject([
      { messageId, state: 'failed', code: 'CONVERSATION_WAITS' },
      { messageId: other, state: 'failed' },
    ])
    world.model.send = send
    expect(await ann.core?.discard(other)).toBe(true)
    await say(ann, conversationId, 'passes')
    await world.run(3_000)
    await ann.core?.retry(messageId)
    await world.run(3_000)
    expect(await textsAt(ben, conversationId)).toEqual(['passes', 'refused'])
    expect((await messagesAt(ben, conversationId)).map(({ isAfterGap }) => isAfterGap)).toEqual([false, false])
    expect(await ann.core?.discard(messageId)).toBe(false)
    world.close()
  })

  it('[K2] a held one lets others pass until it is released; content out of bounds fails at once', async () => {
    const { world, ann, ben, conversationId } = await twoPeople()
    const held = await ann.core?.send(conversationId, { kind: 'text', text: 'held' }, { held: true })
    await say(ann, conversationId, 'x'.repeat(17 * 1024))
    await say(ann, conversationId, 'passes')
    await world.run(3_000)
    expect(await textsAt(ben, conversationId)).toEqual(['passes'])
    expect(ann.core?.outboxOf(conversationId)).toMatchObject([
      { state: 'held' },
      { state: 'failed', code: 'WIRE_INVALID' },
    ])
    if (held?.ok) await ann.core?.release(held.value, { kind: 'text', text: 'released' })
    await world.run(3_000)
    expect(await textsAt(ben, conversationId)).toEqual(['passes', 'released'])
    world.close()
  })

  it('[T2][K4] one that was altered is stored as refused at its place and stops no later one', async () => {
    const { world, ann, ben, conversationId } = await twoPeople()
    await say(ann, conversationId, 'first')
    await world.run(3_000)
    ben.network.cut()
    await say(ann, conversationId, 'altered')
    await say(ann, conversationId, 'third')
    await world.run(3_000)
    const entry = ben.model.mail.find(({ kind }) => kind === 'message')
    entry?.bytes.set([(entry.bytes.at(-1) ?? 0) ^ 1], entry.bytes.byteLength - 1)
    ben.network.connect()
    await world.run(3_000)
    expect(await textsAt(ben, conversationId)).toEqual(['first', 'E2EE_OPEN_FAILED', 'third'])
    expect((await messagesAt(ben, conversationId))[2]?.isAfterGap).toBe(true)
    world.close()
  })

  it('[K4] one that makes the encryption throw is stored as refused and stops no later one', async () => {
    let opened = 0
    const { world, ann, ben, conversationId } = await twoPeople(1, {
      openMessage: (group, message) => {
        opened += 1
        if (opened === 1) throw new Error('a bug')
        return openMessage(group, message)
      },
    })
    await say(ann, conversationId, 'first')
    await say(ann, conversationId, 'second')
    await world.run(5_000)
    expect(await textsAt(ben, conversationId)).toEqual(['E2EE_OPEN_FAILED', 'second'])
    expect(ben.core?.durableSeq()).toBe(ben.model.seq)
    world.close()
  })

  it('[K8][T2] taking back empties the own message only, and keeps what makes it reportable', async () => {
    const { world, ann, ben, conversationId } = await twoPeople()
    await say(ann, conversationId, 'regretted')
    await world.run(3_000)
    await say(ben, conversationId, { kind: 'unsend', target: 1 })
    await world.run(3_000)
    expect((await textsAt(ben, conversationId))[0]).toBe('regretted')
    await say(ann, conversationId, { kind: 'unsend', target: 1 })
    await world.run(3_000)
    for (const device of [ann, ben]) {
      const [first] = await messagesAt(device, conversationId)
      expect(first?.content).toBeUndefined()
      expect(first?.code).toBeUndefined()
      expect(first?.evidence).toBeDefined()
    }
    world.close()
  })

  it('[K3] read and delivered marks only grow; nobody has read what was not there', async () => {
    const { world, ann, ben, annAccount, conversationId } = await twoPeople()
    const benAccount = ben.model.accountId
    await say(ann, conversationId, 'hello')
    await world.run(3_000)
    await say(ben, conversationId, { kind: 'read', upTo: 9 })
    await world.run(3_000)
    ann.core?.frame({
      name: 'conversation.delivered',
      id: 1,
      body: { conversationId, accountId: benAccount, position: 1 },
    })
    await world.run(500)
    expect(ann.core?.conversations()[0]).toMatchObject({
      readBy: { [benAccount]: 1 },
      deliveredTo: { [benAccount]: 1, [annAccount]: 0 },
      lastPosition: 2,
    })
    expect(ben.core?.conversations()[0]).toMatchObject({ readSent: 1, readPosition: 1 })
    expect(ann.events.filter(({ kind }) => kind === 'marks').length).toBeGreaterThan(1)
    world.close()
  })

  it('[K4] a storage that fails ends the core, and the next start goes on from what is stored', async () => {
    const { world, ann, ben, conversationId } = await twoPeople()
    const vault = ann.vault
    if (!vault) throw new Error('no vault')
    vault.write = () => Promise.reject(new Error('full'))
    await expect(ann.core?.send(conversationId, { kind: 'text', text: 'lost' })).rejects.toThrow()
    expect(world.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
    vault.die()
    await world.run(8_000)
    await say(ann, conversationId, 'kept')
    await world.run(3_000)
    expect(await textsAt(ben, conversationId)).toEqual(['kept'])
    world.close()
  })

  it('[WV4] one whose commit has not come yet waits for it, stored', async () => {
    const { world, ann, ben, conversationId } = await twoPeople()
    await say(ann, conversationId, 'first')
    await world.run(3_000)
    ben.network.cut()
    await world.addDevice(ann.model.accountId)
    await world.run(10_000)
    await say(ann, conversationId, 'ahead')
    await world.run(3_000)
    const [commit, message] = ben.model.mail
    if (commit?.kind !== 'commit' || message?.kind !== 'message') throw new Error('another order was expected')
    ben.model.mail = [
      { ...message, seq: commit.seq },
      { ...commit, seq: message.seq },
    ]
    ben.network.connect()
    await world.run(5_000)
    expect(await textsAt(ben, conversationId)).toEqual(['first', 'ahead'])
    expect(await createMemoryVault(ben.shelves).list({ shelf: 'transfers', prefix: [] })).toEqual([])
    world.close()
  })
})
