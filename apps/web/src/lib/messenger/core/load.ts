import type { AccountId } from '@visavis/wire'
import { openAll, type Listed } from '../../vault/record-kind.ts'
import type { Change, Vault, VaultKey } from '../../vault/types.ts'
import type { ConversationRecord, ServerConversation } from '../core-types.ts'
import {
  chainsRecord,
  conversationRecord,
  cursorRecord,
  groupRecord,
  messageRecord,
  outboxRecord,
  pendingRecord,
} from '../stored-records.ts'
import type { CoreContext } from './context.ts'
import { createConversation, newRecord, type Conversation } from './conversation.ts'
import { patchOf } from './effects.ts'

/**
 * What the vault holds, read at the start. What cannot be read costs as little as it can:
 * - a conversation comes back with the server's next list, and what its messages say of it is read from them;
 * - a group state, or a step that was asked for, is as good as lost: a new generation heals it;
 * - the chains start anew, which others see as a gap before the next message;
 * - what waited to be sent is gone, unless a later app wrote it: then it waits for that;
 * - without the cursor everything the server still holds comes again, and what is stored already is dropped.
 */
export async function load(context: CoreContext): Promise<number> {
  const { vault, log } = context.deps
  const listed = await vault.list({ shelf: 'conversations', prefix: [] })
  for (const { key, record } of openAll(conversationRecord, listed, log).records)
    if (key.length === 1 && record.server.conversationId === key[0]) {
      // What came before files had to be agreed on: all there is, where an earlier app has written the record.
      const conversation = createConversation({ ...record, filesFreeUpTo: record.filesFreeUpTo ?? record.lastPosition })
      context.conversations.set(conversation.id, conversation)
    }
  const groups = byConversation(await vault.list({ shelf: 'groups', prefix: [] }))
  const outbox = byConversation(await vault.list({ shelf: 'outbox', prefix: [] }))
  for (const conversation of context.conversations.values()) {
    const { id } = conversation
    await fill(context, conversation, { groups: groups.get(id) ?? [], outbox: outbox.get(id) ?? [] })
  }
  return cursorRecord.read(await vault.get('self', ['cursor']))?.durableSeq ?? 0
}

/** A conversation that has no record here: a new one, or one whose record could not be read. */
export async function found(context: CoreContext, server: ServerConversation): Promise<Conversation> {
  const { vault, self } = context.deps
  const { conversationId } = server
  const record = await readFrom(vault, newRecord(server), self.accountId)
  await context.write([{ shelf: 'conversations', key: [conversationId], value: conversationRecord.write(record) }])
  const conversation = createConversation(record)
  await fill(context, conversation, {
    groups: await vault.list({ shelf: 'groups', prefix: [conversationId] }),
    outbox: await vault.list({ shelf: 'outbox', prefix: [conversationId] }),
  })
  return conversation
}

function byConversation(listed: Listed): ReadonlyMap<string, Listed> {
  const groups = new Map<string, Listed[number][]>()
  for (const each of listed) {
    const id = String(each.key[0])
    const group = groups.get(id)
    if (group) group.push(each)
    else groups.set(id, [each])
  }
  return groups
}

async function fill(
  context: CoreContext,
  conversation: Conversation,
  stored: { readonly groups: Listed; readonly outbox: Listed },
): Promise<void> {
  const { log } = context.deps
  const isChains = ({ key }: Listed[number]) => key[1] === 'chains'
  const isPending = ({ key }: Listed[number]) => key[2] === 'pending'
  const isState = (each: Listed[number]) => !isChains(each) && !isPending(each)
  const chains = openAll(chainsRecord, stored.groups.filter(isChains), log)
  const pending = openAll(pendingRecord, stored.groups.filter(isPending), log)
  const groups = openAll(groupRecord, stored.groups.filter(isState), log)
  const outbox = openAll(outboxRecord, stored.outbox, log)

  conversation.chains = chains.records[0]?.record ?? conversation.chains
  conversation.pending = pending.records[0]?.record
  for (const { key, record } of groups.records)
    if (typeof key[1] === 'number') conversation.groups.set(key[1], { record, group: undefined })
  conversation.outbox = outbox.records.map(({ record }) => record).toSorted((a, b) => a.order - b.order)
  conversation.orderTaken = Math.max(0, ...outbox.newer.map(([, order]) => (typeof order === 'number' ? order : 0)))

  const drop = (shelf: Change['shelf'], keys: readonly VaultKey[]) =>
    keys.map((key): Change => ({ shelf, key, value: undefined }))
  const damaged = [
    ...drop('groups', [...chains.damaged, ...pending.damaged, ...groups.damaged]),
    ...drop('outbox', outbox.damaged),
  ]
  if (damaged.length > 0) await context.write(damaged)
}

const READ_AT_ONCE = 500

/** What the stored messages say of their conversation. Nobody is told that they are unread: most of them are old. */
async function readFrom(vault: Vault, fresh: ConversationRecord, me: AccountId): Promise<ConversationRecord> {
  const { conversationId } = fresh.server
  let record = fresh
  for (let from = 0; ;) {
    const listed = await vault.list({ shelf: 'messages', prefix: [conversationId], from, limit: READ_AT_ONCE })
    for (const { key, value } of listed) {
      const message = key.length === 2 ? messageRecord.read(value) : undefined
      if (message?.content) record = { ...record, ...patchOf(record, message.content, message, me) }
    }
    const last = listed.at(-1)?.key[1]
    if (typeof last !== 'number') return record
    record = { ...record, lastPosition: last, readPosition: last }
    from = last + 1
  }
}
