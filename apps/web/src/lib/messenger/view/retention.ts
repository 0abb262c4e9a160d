import { DAY } from '@visavis/ports'
import { MAILBOX_DAYS, type ConversationId, type MessageId } from '@visavis/wire'
import type { Change, Vault } from '../../vault/types.ts'
import type { MessageRecord, NoticeRecord } from '../core-types.ts'
import type { Effects } from './effects.ts'
import { effectsChange, recordChange, type RowStore } from './rows.ts'

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
    const gone = await sweepConversation(vault, conversationId, (record) => atMsOf(record) < bornMs)
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
export async function sweepExpired(vault: Vault, store: RowStore, nowMs: number): Promise<Swept> {
  const conversations = new Set<ConversationId>()
  const files: MessageId[] = []
  const due = await vault.list({ shelf: 'drafts', prefix: [EXPIRY], to: nowMs, limit: SWEEP_RECORDS })
  for (const { key } of due) {
    const conversationId = key[2] as ConversationId
    const position = key[3] as number
    const [record, effects] = [
      await store.record(conversationId, position),
      await store.effects(conversationId, position),
    ]
    const changes: Change[] = [{ shelf: 'drafts', key, value: undefined }]
    if (record) {
      changes.push(recordChange(conversationId, { ...record, content: undefined }))
      const edit = effects.edit && { position: effects.edit.position, text: '' }
      changes.push(effectsChange(conversationId, position, { isGone: true, ...(edit && { edit }) }))
      if (record.content?.kind === 'file') files.push(record.messageId)
    }
    await vault.write(changes)
    conversations.add(conversationId)
  }
  if (due.length < SWEEP_RECORDS) return { conversations, files }
  const rest = await sweepExpired(vault, store, nowMs)
  return { conversations: new Set([...conversations, ...rest.conversations]), files: [...files, ...rest.files] }
}

/** When the next one is due; undefined when none is. */
export async function nextExpiryMs(vault: Vault): Promise<number | undefined> {
  const [first] = await vault.list({ shelf: 'drafts', prefix: [EXPIRY], limit: 1 })
  return first?.key[1] as number | undefined
}

type StoredLine = MessageRecord | NoticeRecord
const atMsOf = (line: StoredLine) => ('notice' in line ? line.atMs : line.sentAtMs)

/** Records stand in the order of their age, so this stops at the first that stays. */
async function sweepConversation(
  vault: Vault,
  conversationId: ConversationId,
  isGone: (line: StoredLine) => boolean,
): Promise<{ readonly count: number; readonly files: readonly MessageId[] }> {
  const files: MessageId[] = []
  let count = 0
  let from = 0
  let limit = PEEK_RECORDS
  for (;;) {
    const listed = await vault.list({ shelf: 'messages', prefix: [conversationId], from, limit })
    const changes: Change[] = []
    let stays = false
    for (const { key, value } of listed) {
      // Effects have no age of their own: they stand behind their message, and go with it.
      const isLine = typeof key[2] !== 'string'
      const line = value as unknown as StoredLine
      stays = isLine && !isGone(line)
      if (stays) break
      if (isLine || key[1] !== 0) changes.push({ shelf: 'messages', key, value: undefined })
      if (isLine && 'content' in line && line.content?.kind === 'file') files.push(line.messageId)
    }
    if (changes.length > 0) await vault.write(changes)
    count += changes.length
    if (stays || listed.length < limit) return { count, files }
    from = listed.at(-1)?.key[1] as number
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
