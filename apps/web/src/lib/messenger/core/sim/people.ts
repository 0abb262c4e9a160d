import type { MessageContent } from '@visavis/e2ee'
import type { AccountId, ConversationId, MessageId } from '@visavis/wire'
import type { MessageRecord } from '../../core-types.ts'
import { createMemoryVault } from '../../../vault/sim/memory-vault.ts'
import type { E2ee } from '../ports.ts'
import { createWorld, type SimDevice, type World } from './world.ts'

/** Two people in calm weather, one device each, whose conversation nobody has begun. */
export type TwoPeople = {
  readonly world: World
  readonly ann: SimDevice
  readonly ben: SimDevice
  readonly annAccount: AccountId
  readonly conversationId: ConversationId
}

export async function twoPeople(seed = 1, e2ee: Partial<E2ee> = {}): Promise<TwoPeople> {
  const world = await createWorld({ seed, e2ee })
  const [annAccount, benAccount] = [await world.addAccount(), await world.addAccount()]
  const conversationId = world.addConversation('group', [annAccount, benAccount])
  const ann = await world.addDevice(annAccount)
  const ben = await world.addDevice(benAccount)
  await world.run(1_000)
  return { world, ann, ben, annAccount, conversationId }
}

export async function say(
  device: SimDevice,
  conversationId: ConversationId,
  content: string | MessageContent,
): Promise<MessageId> {
  const said = typeof content === 'string' ? ({ kind: 'text', text: content } as const) : content
  const answer = await device.core?.send(conversationId, said)
  if (!answer?.ok) throw new Error('not sent')
  return answer.value
}

/** What a device has stored, in order of position. */
export async function messagesAt(device: SimDevice, conversationId: ConversationId): Promise<readonly MessageRecord[]> {
  const stored = await createMemoryVault(device.shelves).list({ shelf: 'messages', prefix: [conversationId] })
  return stored.filter(({ key }) => key.length === 2).map(({ value }) => value as unknown as MessageRecord)
}

export async function textsAt(
  device: SimDevice,
  conversationId: ConversationId,
): Promise<readonly (string | undefined)[]> {
  const messages = await messagesAt(device, conversationId)
  // Some tests put anything at all into the vault.
  return messages.map((message: Partial<MessageRecord> | null) =>
    message?.content?.kind === 'text' ? message.content.text : message?.code,
  )
}

/** Kinds of the lines about the conversation that a device has stored. */
export async function noticesAt(device: SimDevice, conversationId: ConversationId): Promise<readonly string[]> {
  const stored = await createMemoryVault(device.shelves).list({ shelf: 'messages', prefix: [conversationId] })
  return stored
    .filter(({ key }) => key.length === 3)
    .map(({ value }) => (value as { readonly notice: { readonly kind: string } }).notice.kind)
}
