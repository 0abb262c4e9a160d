import type { AccountId, ConversationId } from '@visavis/wire'
import type { ConversationRecord, MessageRecord } from '../core-types.ts'
import { isShown, isUnreadable, NO_EFFECTS, type Effects } from './effects.ts'
import type { RowStore } from './rows.ts'

/** Beyond this nobody counts; "999+" is what a screen may say. */
export const UNREAD_MAX = 999

/** What a list of conversations says of each: its last line and how many are unread. */
export type Brief = {
  readonly last: { readonly record: MessageRecord; readonly effects: Effects } | undefined
  readonly unread: number
}
const NOTHING: Brief = { last: undefined, unread: 0 }

export type Briefs = {
  readonly get: (conversationId: ConversationId) => Brief
  readonly load: (record: ConversationRecord) => Promise<void>
  /** A new record; reads nothing. */
  readonly take: (conversationId: ConversationId, record: MessageRecord, readPosition: number) => void
  /** A message was changed after it came. */
  readonly changed: (record: ConversationRecord, position: number) => Promise<void>
  /** Counts again, after the person has read. */
  readonly recount: (record: ConversationRecord) => Promise<void>
  forget(conversationId: ConversationId): void
}

export function createBriefs(deps: { readonly store: RowStore; readonly me: AccountId }): Briefs {
  const { store, me } = deps
  const briefs = new Map<ConversationId, Brief>()
  const get = (conversationId: ConversationId) => briefs.get(conversationId) ?? NOTHING

  async function load(record: ConversationRecord): Promise<void> {
    const { conversationId } = record.server
    briefs.set(conversationId, { last: await lastLine(store, conversationId), unread: await unread(record) })
  }

  async function unread(record: ConversationRecord): Promise<number> {
    if (record.readPosition >= record.lastPosition) return 0
    const rows = walkUp(store, record.server.conversationId, record.readPosition + 1)
    let count = 0
    for await (const row of rows) {
      if (row.record && row.effects.isGone !== true && isUnreadable(row.record, me)) count += 1
      if (count === UNREAD_MAX) break
    }
    return count
  }

  function take(conversationId: ConversationId, record: MessageRecord, readPosition: number): void {
    const brief = get(conversationId)
    const isLater = isLast(record) && record.position > (brief.last?.record.position ?? 0)
    const isNew = isUnreadable(record, me) && record.position > readPosition
    briefs.set(conversationId, {
      last: isLater ? { record, effects: NO_EFFECTS } : brief.last,
      unread: Math.min(UNREAD_MAX, brief.unread + (isNew ? 1 : 0)),
    })
  }

  async function recount(record: ConversationRecord): Promise<void> {
    const { conversationId } = record.server
    const count = await unread(record)
    briefs.set(conversationId, { ...get(conversationId), unread: count })
  }

  async function changed(record: ConversationRecord, position: number): Promise<void> {
    if (get(record.server.conversationId).last?.record.position === position || position > record.readPosition) {
      await load(record)
    }
  }

  return { get, load, take, changed, recount, forget: (conversationId) => void briefs.delete(conversationId) }
}

/** Position of the first message that is unread; undefined when all was read. */
export async function firstUnread(
  store: RowStore,
  record: ConversationRecord,
  me: AccountId,
): Promise<number | undefined> {
  if (record.readPosition >= record.lastPosition) return undefined
  for await (const row of walkUp(store, record.server.conversationId, record.readPosition + 1)) {
    if (row.record && row.effects.isGone !== true && isUnreadable(row.record, me)) return row.position
  }
  return undefined
}

/** What counts as the last line: what somebody wrote, not what was said of the conversation. */
function isLast(record: MessageRecord): boolean {
  return isShown(record) && record.content?.kind !== 'title' && record.content?.kind !== 'timer'
}

async function lastLine(store: RowStore, conversationId: ConversationId): Promise<Brief['last']> {
  let next = Number.MAX_SAFE_INTEGER
  for (;;) {
    const page = await store.page(conversationId, next, 'down')
    const row = page.rows.findLast(({ record, effects }) => record && isLast(record) && effects.isGone !== true)
    if (row?.record) return { record: row.record, effects: row.effects }
    next = (page.rows[0]?.position ?? 0) - 1
    if (page.isLast || next < 1) return undefined
  }
}

async function* walkUp(store: RowStore, conversationId: ConversationId, from: number) {
  let next = from
  for (;;) {
    const page = await store.page(conversationId, next, 'up')
    yield* page.rows
    next = (page.rows.at(-1)?.position ?? next) + 1
    if (page.isLast) return
  }
}
