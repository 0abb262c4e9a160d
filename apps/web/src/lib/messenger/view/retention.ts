import { DAY } from '@visavis/ports'
import { MAILBOX_DAYS, type ConversationId, type MessageId } from '@visavis/wire'
import type { Change, Vault, VaultKey, VaultValue } from '../../vault/types.ts'
import type { MessageRecord } from '../core-types.ts'
import type { Effects } from './effects.ts'
import { messageRecord, noticeRecord } from '../stored-records.ts'
import { effectsChange, lostMessage, recordChange, type RowStore } from './rows.ts'

/**
 * What is kept on this device, and until when [K5].
 *
 * - 30 days after it was sent a message goes, whatever it was, with all that belongs to it: text, file, evidence.
 * - With a timer it goes out of sight so long after it was read. Its evidence stays for the rest of the 30 days, as the
 *   only thing about it, so that nobody escapes a report by a short timer.
 * - `deleteHistory` is the person's own wish: everything goes at once, evidence too.
 */
const SWEEP_RECORDS = 200
/** Enough to see whether the oldest line of a conversation stays. */
const PEEK_RECORDS = 4
/** Shelf `drafts`, key ['expiry', when, conversation, position]: what will vanish, in the order of its time. */
const EXPIRY = 'expiry'

export type Swept = {
  readonly conversations: ReadonlySet<ConversationId>
  /** Whose files are to be forgotten. */
  readonly files: readonly MessageId[]
}

type Place = { readonly conversationId: ConversationId; readonly position: number }
export type Expired = Swept & { readonly expired: readonly Place[] }

/** What to write when a message with a timer was read; nothing when its time runs already. */
export function expiryChanges(
  conversationId: ConversationId,
  position: number,
  effects: Effects,
  expiresAtMs: number,
): readonly Change[] {
  if (effects.expiresAtMs !== undefined || effects.isGone === true) return []
  return [
    { shelf: 'drafts', key: [EXPIRY, expiresAtMs, conversationId, position], value: true },
    effectsChange(conversationId, position, { ...effects, expiresAtMs }),
  ]
}

/** Lets go what is older than 30 days, in every conversation that has records, also in those nobody lists any more. */
export async function sweepOld(vault: Vault, nowMs: number): Promise<Swept> {
  const bornMs = nowMs - MAILBOX_DAYS * DAY
  const conversations = new Set<ConversationId>()
  const files: MessageId[] = []
  for await (const conversationId of conversationsWithRecords(vault)) {
    const gone = await sweepConversation(vault, conversationId, (atMs) =>
      atMs === undefined ? undefined : atMs < bornMs,
    )
    if (gone.count > 0) conversations.add(conversationId)
    files.push(...gone.files)
  }
  return { conversations, files }
}

/** Everything of the conversation, at once. */
export async function sweepAll(vault: Vault, conversationId: ConversationId): Promise<readonly MessageId[]> {
  return (await sweepConversation(vault, conversationId, () => true)).files
}

/** Takes what had its time out of sight. */
export async function sweepExpired(vault: Vault, store: RowStore, nowMs: number): Promise<Expired> {
  const conversations = new Set<ConversationId>()
  const expired: Place[] = []
  const files: MessageId[] = []
  const due = await vault.list({ shelf: 'drafts', prefix: [EXPIRY], to: nowMs, limit: SWEEP_RECORDS })
  for (const { key } of due) {
    const [, , conversation, position] = key
    if (typeof conversation !== 'string' || typeof position !== 'number') {
      await vault.write([{ shelf: 'drafts', key, value: undefined }])
      continue
    }
    const conversationId = conversation as ConversationId
    const [record, effects] = [
      await store.record(conversationId, position),
      await store.effects(conversationId, position),
    ]
    const changes: Change[] = [{ shelf: 'drafts', key, value: undefined }]
    if (!record) changes.push({ shelf: 'messages', key: [conversationId, position], value: undefined })
    else {
      changes.push(recordChange(conversationId, { ...record, content: undefined }))
      const edit = effects.edit && { position: effects.edit.position, text: '' }
      changes.push(effectsChange(conversationId, position, { isGone: true, ...(edit && { edit }) }))
      if (record.content?.kind === 'file') files.push(record.messageId)
    }
    await vault.write(changes)
    conversations.add(conversationId)
    expired.push({ conversationId, position })
  }
  if (due.length < SWEEP_RECORDS) return { conversations, files, expired }
  const rest = await sweepExpired(vault, store, nowMs)
  return {
    conversations: new Set([...conversations, ...rest.conversations]),
    files: [...files, ...rest.files],
    expired: [...expired, ...rest.expired],
  }
}

/** When the next one is due; undefined when none is. */
export async function nextExpiryMs(vault: Vault): Promise<number | undefined> {
  const [first] = await vault.list({ shelf: 'drafts', prefix: [EXPIRY], limit: 1 })
  const whenMs = first?.key[1]
  return typeof whenMs === 'number' ? whenMs : undefined
}

type StoredLine = { readonly atMs: number | undefined; readonly record?: MessageRecord }

/** A message or a notice; of one that cannot be read perhaps its time. */
function lineIn(part: VaultKey[number] | undefined, value: VaultValue): StoredLine {
  if (part !== undefined) return { atMs: noticeRecord.read(value)?.atMs }
  const record = messageRecord.read(value)
  return record ? { atMs: record.sentAtMs, record } : { atMs: lostMessage(value).sentAtMs }
}

/**
 * Records stand in the order of their age, so this stops at the first that stays. A line without a readable time goes when
 * one after it goes; at the end of all it stays.
 */
async function sweepConversation(
  vault: Vault,
  conversationId: ConversationId,
  isGone: (atMs: number | undefined) => boolean | undefined,
): Promise<{ readonly count: number; readonly files: readonly MessageId[] }> {
  const files: MessageId[] = []
  const waiting: Change[] = []
  let isOld: boolean | undefined
  let count = 0
  let from = 0
  let limit = PEEK_RECORDS
  for (;;) {
    const listed = await vault.list({ shelf: 'messages', prefix: [conversationId], from, limit })
    const changes: Change[] = []
    for (const { key, value } of listed) {
      // Effects have no age of their own: they stand behind their message, and go with it.
      const isLine = typeof key[2] !== 'string'
      const line = isLine ? lineIn(key[2], value) : undefined
      if (line) isOld = isGone(line.atMs)
      if (isOld === false) break
      if (isLine || key[1] !== 0) waiting.push({ shelf: 'messages', key, value: undefined })
      if (line?.record?.content?.kind === 'file') files.push(line.record.messageId)
      if (isOld === true) changes.push(...waiting.splice(0))
    }
    if (changes.length > 0) await vault.write(changes)
    count += changes.length
    const next = listed.at(-1)?.key[1]
    const isStuck = changes.length === 0 && next === from
    if (isOld === false || isStuck || listed.length < limit || typeof next !== 'number') return { count, files }
    from = next
    limit = SWEEP_RECORDS
  }
}

/** Ids of conversations are the first part of the keys: each is found by looking for what comes after the one before. */
async function* conversationsWithRecords(vault: Vault): AsyncGenerator<ConversationId> {
  let after = ''
  for (;;) {
    const [first] = await vault.list({ shelf: 'messages', prefix: [], from: after, limit: 1 })
    const conversationId = first?.key[0]
    if (typeof conversationId !== 'string') return
    yield conversationId as ConversationId
    after = `${conversationId}~`
  }
}
