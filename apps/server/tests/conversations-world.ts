import { alice, bob, carol, settle, type TestPerson } from '@visavis/testkit'
import type { AckResult, ClientFrameBody, Code, ConversationId, DeviceId, MessageId } from '@visavis/wire'
import type { TestClient } from './gateway-client.ts'
import { createWorld, type World, type WorldOptions } from './gateway-world.ts'

/** People with registered devices and open conversations, on top of the world of the gateway. */

const FAST = { limits: { framesPerSecond: 10_000, framesBurst: 10_000 } }

export const messageIdOf = (number: number) =>
  `e0000000-0000-4000-8000-${String(number).padStart(12, '0')}` as MessageId
const secondDeviceOf = ({ deviceId }: TestPerson) => deviceId.replace(/^d0/, 'd2') as DeviceId

/** Another registered device of the same person. */
export function secondDevice(world: World, person: TestPerson): TestClient {
  return world.client(person, { deviceId: secondDeviceOf(person) })
}

/** Alice and Bob with a device each, in an open conversation whose group both are in. */
export async function writingPair(options: WorldOptions = {}) {
  const world = await createWorld({ ...FAST, ...options })
  const [a, b] = [world.client(alice), world.client(bob)]
  for (const client of [a, b]) await client.hello()
  const conversationId = await world.conversations.openPair(alice.accountId, bob.accountId, 'open')
  await expectOk(startGroup(a, conversationId, 1, [b]))
  return { world, a, b, conversationId }
}

/** A group of Alice, who made it, Bob and Carol, with a device each. */
export async function writingGroup(options: WorldOptions = {}) {
  const world = await createWorld({ ...FAST, ...options })
  const [a, b, c] = [world.client(alice), world.client(bob), world.client(carol)]
  for (const client of [a, b, c]) await client.hello()
  const made = await world.conversations.createGroup(a.person, [bob.accountId, carol.accountId])
  if (!made.ok) throw new Error(made.code)
  const { conversationId } = made.value
  await expectOk(startGroup(a, conversationId, 1, [b, c]))
  return { world, a, b, c, conversationId }
}

let steps = 0
const nextStep = () => messageIdOf(900_000 + ++steps)

/** Starts a generation with these devices in it. */
export function startGroup(
  client: TestClient,
  conversationId: ConversationId,
  generation: number,
  others: TestClient[],
) {
  return commit(client, { conversationId, generation, epoch: 0, adds: others.map((other) => other.person.deviceId) })
}

/** A step with bytes that mean nothing, which the server cannot tell. */
export function commit(
  client: TestClient,
  step: Partial<ClientFrameBody<'conversation.commit'>> &
    Pick<ClientFrameBody<'conversation.commit'>, 'conversationId' | 'generation' | 'epoch'>,
) {
  const adds = step.adds ?? []
  return client.ask('conversation.commit', {
    messageId: nextStep(),
    removes: [],
    ...(step.epoch > 0 ? { commit: Uint8Array.of(1, step.epoch) } : {}),
    ...(adds.length > 0 ? { welcome: Uint8Array.of(2, step.epoch) } : {}),
    ...step,
    adds,
  })
}

/** A message of one byte, in the first epoch of the first generation. */
export function messageOf(
  conversationId: ConversationId,
  number: number,
  more: Partial<ClientFrameBody<'conversation.send'>> = {},
): ClientFrameBody<'conversation.send'> {
  return {
    conversationId,
    generation: 1,
    epoch: 1,
    messageId: messageIdOf(number),
    commitment: new Uint8Array(32).fill(number & 255),
    ciphertext: Uint8Array.of(number & 255),
    ...more,
  }
}

export type Sent = AckResult<'conversation.send'>

/** Sends and gives the answer, or the code of the refusal. */
export async function send(
  client: TestClient,
  conversationId: ConversationId,
  number: number,
  more: Partial<ClientFrameBody<'conversation.send'>> = {},
): Promise<Sent | Code> {
  const answer = await client.ask('conversation.send', messageOf(conversationId, number, more))
  return answer.ok ? (answer.result as Sent) : answer.code
}

export async function expectOk(asked: ReturnType<TestClient['ask']>): Promise<unknown> {
  const answer = await asked
  if (!answer.ok) throw new Error(answer.code)
  return answer.result
}

export const entriesOf = (client: TestClient) => client.of('entry').map((frame) => frame.body)
export const messagesOf = (client: TestClient) => entriesOf(client).filter((entry) => entry.kind === 'message')

/** Acknowledges all that has come, and waits for what follows from it. */
export async function acknowledge(client: TestClient): Promise<void> {
  client.post('received', { sessionSeq: 0, durableSeq: client.last('entry')?.seq ?? 0 })
  await settle(20)
}
