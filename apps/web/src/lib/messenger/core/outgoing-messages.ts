import type { Group, SealedMessage } from '@visavis/e2ee'
import type { AckResult, DeviceId, MessageId } from '@visavis/wire'
import type { MessageRecord, OutboxRecord } from '../core-types.ts'
import type { CoreContext } from './context.ts'
import { devicesOf, presentGroup, type Conversation } from './conversation.ts'
import { effectsOf, isRepeated } from './effects.ts'
import { groupOf } from './groups.ts'
import { moveGroup } from './incoming-messages.ts'
import { changeOutbox, storeOutbox } from './outbox-records.ts'
import { putChains, settlePending } from './steps.ts'

/** One own message on its way: sealed with the state it used up, and stored at its place once the server has it. */

/** Seals the message in the present generation, if this device and somebody else are in it. Inside the lane. */
export async function seal(
  context: CoreContext,
  conversation: Conversation,
  messageId: MessageId,
): Promise<NonNullable<OutboxRecord['sealed']> | undefined> {
  if ((await settlePending(context, conversation)) === 'waiting') return undefined
  const present = presentGroup(conversation)
  if (!present || !canReachSomebody(context, conversation)) return undefined
  const { generation, held } = present
  const group = await groupOf(context, conversation, generation)
  const record = conversation.outbox.find((each) => each.messageId === messageId && each.state === 'waiting')
  if (!group || !record) return undefined
  const made = await sealOrUndefined(context, conversation, group, record)
  if (!made) {
    await storeOutbox(context, conversation, messageId, (each) => ({ ...each, state: 'failed', code: 'WIRE_INVALID' }))
    return undefined
  }
  const { ciphertext, commitment, evidence, chain } = made
  const sealed = { generation, epoch: group.epoch(), ciphertext, commitment, evidence, chain }
  const moved = moveGroup(conversation, generation, made, held.record.sentSince + 1)
  const put = changeOutbox(conversation, messageId, (each) => ({ ...each, sealed }))
  if (!moved || !put) {
    // It was taken back meanwhile: its key stays for the next one.
    group.abandonSeal()
    return undefined
  }
  await context.write([moved.change, put])
  moved.done()
  return sealed
}

/** Undefined for content that no message may have (e2ee SPEC EF1). */
async function sealOrUndefined(
  context: CoreContext,
  conversation: Conversation,
  group: Group,
  record: OutboxRecord,
): Promise<SealedMessage | undefined> {
  try {
    return await context.deps.e2ee.sealMessage(group, {
      content: record.content,
      deviceId: context.deps.self.device.deviceId,
      chain: conversation.chains.own,
      seen: conversation.record.lastPosition,
      clientMs: record.createdAtMs,
    })
  } catch (err) {
    if (err instanceof RangeError) return undefined
    throw err
  }
}

/** Whether the group has this device and one of another account, and is the one the server has. */
export function canReachSomebody(context: CoreContext, conversation: Conversation): boolean {
  const present = presentGroup(conversation)
  const { server } = conversation.record
  if (!present || present.generation < server.generation) return false
  const accounts = devicesOf(server)
  return present.held.record.devices.some((deviceId) => {
    const accountId = accounts.get(deviceId)
    return accountId !== undefined && accountId !== context.deps.self.accountId
  })
}

/** The message has its position: it leaves the outbox in the write that puts it where everybody else has it. */
export async function settle(
  context: CoreContext,
  conversation: Conversation,
  messageId: MessageId,
  { position, sentAtMs, stampKeyId, stamp }: AckResult<'conversation.send'>,
): Promise<void> {
  const record = conversation.outbox.find((each) => each.messageId === messageId)
  if (!record?.sealed) return
  const { generation, commitment, evidence, chain } = record.sealed
  const { self } = context.deps
  const message: MessageRecord = {
    messageId,
    position,
    generation,
    senderAccount: self.accountId,
    senderDevice: self.device.deviceId as DeviceId,
    sentAtMs,
    clientMs: record.createdAtMs,
    content: record.content,
    isAfterGap: false,
    ...(isRepeated(conversation.record, record.content) && { isRepeat: true }),
    evidence,
    commitment,
    stampKeyId,
    stamp,
  }
  const effects = await effectsOf(context, conversation, message)
  conversation.outbox = conversation.outbox.filter((each) => each.messageId !== messageId)
  await context.write([
    { shelf: 'outbox', key: [conversation.id, record.order], value: undefined },
    ...effects.changes,
    putChains(conversation, { ...conversation.chains, own: chain }),
  ])
  const conversationId = conversation.id
  context.emit({ kind: 'outbox', conversationId })
  context.emit({ kind: 'message', conversationId, record: message })
  if (effects.unsent) context.emit({ kind: 'message', conversationId, record: effects.unsent })
  if (effects.movesMarks) context.emit({ kind: 'marks', conversationId })
}
