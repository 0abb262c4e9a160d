import type { MessageContent } from '@visavis/e2ee'
import { fail, ok, type ConversationId, type MessageId, type Result } from '@visavis/wire'
import type { Change } from '../../vault/types.ts'
import type { Core, OutboxRecord } from '../core-types.ts'
import { outboxRecord } from '../stored-records.ts'
import type { CoreContext } from './context.ts'
import type { Conversation } from './conversation.ts'

/** The records of the outbox: one copy in memory, changed at once, and one in the vault. */
export type OutboxDoor = Pick<Core, 'send' | 'release' | 'retry' | 'discard' | 'outboxOf'>

/** The wish alone, waiting: nothing of an attempt that the server has refused. */
export function unsealed({ order, messageId, createdAtMs, content }: OutboxRecord): OutboxRecord {
  return { order, messageId, createdAtMs, content, state: 'waiting' }
}

/** Changes a record in memory and says what to write; undefined when it is gone. */
export function changeOutbox(
  conversation: Conversation,
  messageId: MessageId,
  to: (record: OutboxRecord) => OutboxRecord,
): Change | undefined {
  const record = conversation.outbox.find((each) => each.messageId === messageId)
  if (!record) return undefined
  const next = to(record)
  conversation.outbox = conversation.outbox.map((each) => (each === record ? next : each))
  return { shelf: 'outbox', key: [conversation.id, record.order], value: outboxRecord.write(next) }
}

export async function storeOutbox(
  context: CoreContext,
  conversation: Conversation,
  messageId: MessageId,
  to: (record: OutboxRecord) => OutboxRecord,
): Promise<void> {
  const put = changeOutbox(conversation, messageId, to)
  if (!put) return
  await context.write([put])
  context.emit({ kind: 'outbox', conversationId: conversation.id })
}

/** What people do with the outbox. */
export function createOutboxDoor(context: CoreContext, pump: (conversation: Conversation) => void): OutboxDoor {
  const { clock, random } = context.deps

  function find(messageId: MessageId): { conversation: Conversation; record: OutboxRecord } | undefined {
    for (const conversation of context.conversations.values()) {
      const record = conversation.outbox.find((each) => each.messageId === messageId)
      if (record) return { conversation, record }
    }
    return undefined
  }

  async function set(
    messageId: MessageId,
    from: OutboxRecord['state'],
    to: (record: OutboxRecord) => OutboxRecord,
  ): Promise<void> {
    const found = find(messageId)
    if (found?.record.state !== from) return
    await storeOutbox(context, found.conversation, messageId, to)
    pump(found.conversation)
  }

  async function send(
    conversationId: ConversationId,
    content: MessageContent,
    how: Parameters<Core['send']>[2] = {},
  ): Promise<Result<MessageId>> {
    const conversation = context.conversations.get(conversationId)
    if (!conversation || conversation.record.server.state === 'over') return fail('CONVERSATION_UNKNOWN')
    const messageId = how.messageId ?? (random.uuid() as MessageId)
    if (find(messageId)) return ok(messageId)
    const record: OutboxRecord = {
      order: Math.max(conversation.orderTaken, conversation.outbox.at(-1)?.order ?? 0) + 1,
      messageId,
      createdAtMs: Math.trunc(clock.nowMs()),
      content,
      state: how.held ? 'held' : 'waiting',
    }
    conversation.outbox = [...conversation.outbox, record]
    await context.write([
      { shelf: 'outbox', key: [conversationId, record.order], value: outboxRecord.write(record) },
      ...(how.with ?? []),
    ])
    context.emit({ kind: 'outbox', conversationId })
    pump(conversation)
    return ok(messageId)
  }

  return {
    send,
    release: (messageId, content) => set(messageId, 'held', (record) => ({ ...record, content, state: 'waiting' })),
    retry: (messageId) => set(messageId, 'failed', unsealed),
    async discard(messageId) {
      const found = find(messageId)
      if (!found || found.record.sealed) return false
      const { conversation, record } = found
      conversation.outbox = conversation.outbox.filter((each) => each !== record)
      await context.write([{ shelf: 'outbox', key: [conversation.id, record.order], value: undefined }])
      context.emit({ kind: 'outbox', conversationId: conversation.id })
      return true
    },
    outboxOf: (conversationId) => context.conversations.get(conversationId)?.outbox ?? [],
  }
}
