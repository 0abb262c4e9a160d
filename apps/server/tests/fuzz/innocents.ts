import { settle } from '@visavis/testkit'
import { SERVER_FRAMES, type CallId, type MessageId } from '@visavis/wire'
import type { Conversation } from '../../src/conversations/index.ts'
import { expectOk, startGroup } from '../conversations-world.ts'
import type { TestClient } from '../gateway-client.ts'
import { meet, type World } from '../gateway-world.ts'

/** Two people in a call and in a conversation with each other. After every abuse by others, `talk` must work as ever. */
export type Innocents = {
  readonly callId: CallId
  conversation(): Promise<Conversation>
  /** @throws when something that one of them sent did not reach the other, once, or when anything else did */
  talk(): Promise<void>
}

export async function createInnocents(world: World, pair: readonly [TestClient, TestClient]): Promise<Innocents> {
  const [one, other] = pair
  for (const client of pair) await client.hello()
  const { callId } = await meet(world, one, other)
  const conversationId = await world.conversations.openPair(one.person.accountId, other.person.accountId, 'open')
  await expectOk(startGroup(one, conversationId, 1, [other]))
  let said = 0

  async function talk(): Promise<void> {
    for (const client of pair) acknowledge(client)
    await settle(4)
    for (const client of pair) client.frames.length = client.bytes.length = 0
    const ciphertext = Uint8Array.of(++said & 255, said >> 8)
    const messageId = () => world.random.uuid() as MessageId
    await expectOk(one.ask('message.send', { callId, messageId: messageId(), ciphertext }))
    const commitment = new Uint8Array(32).fill(said & 255)
    const place = { conversationId, generation: 1, epoch: 1 }
    await expectOk(one.ask('conversation.send', { ...place, messageId: messageId(), commitment, ciphertext }))
    await expectOk(other.ask('call.signal', { callId, bytes: ciphertext }))
    await world.clock.advance(20)
    const entries = other.of('entry').filter(({ body }) => body.conversationId === conversationId)
    for (const [what, came] of [
      ['message', other.of('message').map(({ body }) => body.ciphertext)],
      ['entry', entries.map(({ body }) => body.bytes)],
      ['signal', one.of('call.signal').map(({ body }) => body.bytes)],
    ] as const)
      if (came.length !== 1 || !Buffer.from(ciphertext).equals(came[0] ?? new Uint8Array()))
        throw new Error(`${came.length} times ${what} in the place of one`)
    for (const { state } of pair)
      if (state.closeCode !== undefined || state.terminated) throw new Error('an innocent session was ended')
  }

  return {
    callId,
    talk,
    conversation: async () => {
      const found = await world.conversationStore.load(conversationId)
      if (!found) throw new Error('their conversation is gone')
      return found
    },
  }
}

/** Says that all that has come is stored, as a client does before it forgets the frames. */
function acknowledge({ frames, post }: TestClient): void {
  const seqs = frames.flatMap((frame) => (SERVER_FRAMES[frame.name].delivery === 'session' ? [frame.id] : []))
  const stored = frames.flatMap((frame) => (frame.name === 'message' || frame.name === 'entry' ? [frame.body.seq] : []))
  post('received', { sessionSeq: Math.max(0, ...seqs), durableSeq: Math.max(0, ...stored) })
}
