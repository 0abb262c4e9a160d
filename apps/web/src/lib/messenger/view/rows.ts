import type { AccountId, ConversationId } from '@visavis/wire'
import * as z from 'zod/mini'
import { flag, maybe, oneOf, recordKind, text, time, whole } from '../../vault/record-kind.ts'
import type { Change, Vault, VaultKey, VaultValue } from '../../vault/types.ts'
import type { MessageRecord, NoticeRecord } from '../core-types.ts'
import { messageRecord, noticeRecord } from '../stored-records.ts'
import { NO_EFFECTS, type Effects } from './effects.ts'

/**
 * Shelf `messages` as the view reads it. One position of a conversation may have a message (key [conversation,
 * position]), notices after it ([.., n]) and effects on it ([.., 'effects']). Position 0 has no message: there stand the
 * notices from before the first, and how far effects were worked out ([.., 0, 'projected']).
 */
export type Row = {
  readonly position: number
  readonly record: MessageRecord | undefined
  readonly effects: Effects
  readonly notices: readonly { readonly n: number; readonly record: NoticeRecord }[]
  /** There is a message, and its record cannot be read: what can still be said of it. `record` is undefined then. */
  readonly lost?: LostMessage
}

export type LostMessage = { readonly senderAccount: AccountId | undefined; readonly sentAtMs: number | undefined }

const effectsRecord = recordKind<Effects>({
  name: 'effects',
  shape: {
    edit: maybe(z.looseObject({ position: whole, text })),
    reactions: maybe(z.record(text, z.looseObject({ position: whole, emoji: text }))),
    isUnsent: maybe(flag),
    opened: maybe(
      z.looseObject({
        role: oneOf(['photo', 'voice', 'document']),
        sizeBytes: whole,
        mime: text,
        name: text,
        isViewOnce: flag,
        durationMs: maybe(whole),
      }),
    ),
    isGone: maybe(flag),
    expiresAtMs: maybe(time),
  },
})

const EFFECTS = 'effects'
const PROJECTED = 'projected'
/** Records asked for at a time: enough for a screen, little enough to answer at once. */
const PAGE_RECORDS = 90

export type RowStore = ReturnType<typeof createRowStore>

export function createRowStore(vault: Vault) {
  return {
    /** Rows of positions `from` to `to`, both inclusive, in order; bounded by the caller's choice of positions. */
    between: (conversationId: ConversationId, from: number, to: number): Promise<Row[]> =>
      rowsBetween(vault, conversationId, from, to),
    /** About a screenful of rows from `position` downwards (`down`) or upwards, in order of position; fewer at the end. */
    page: (conversationId: ConversationId, position: number, direction: 'up' | 'down') =>
      pageFrom(vault, conversationId, position, direction),
    record: async (conversationId: ConversationId, position: number) =>
      messageRecord.read(await vault.get('messages', [conversationId, position])),
    effects: async (conversationId: ConversationId, position: number) =>
      effectsRecord.read(await vault.get('messages', [conversationId, position, EFFECTS])) ?? NO_EFFECTS,
    projected: async (conversationId: ConversationId) => {
      const position = await vault.get('messages', [conversationId, 0, PROJECTED])
      return typeof position === 'number' && Number.isSafeInteger(position) ? position : 0
    },
  }
}

export function effectsChange(conversationId: ConversationId, position: number, effects: Effects): Change {
  return { shelf: 'messages', key: [conversationId, position, EFFECTS], value: effectsRecord.write(effects) }
}

export function projectedChange(conversationId: ConversationId, position: number): Change {
  return { shelf: 'messages', key: [conversationId, 0, PROJECTED], value: position }
}

export function recordChange(conversationId: ConversationId, record: MessageRecord): Change {
  return { shelf: 'messages', key: [conversationId, record.position], value: messageRecord.write(record) }
}

export function noticeChange(
  conversationId: ConversationId,
  position: number,
  n: number,
  record: NoticeRecord,
): Change {
  return { shelf: 'messages', key: [conversationId, position, n], value: noticeRecord.write(record) }
}

async function rowsBetween(vault: Vault, conversationId: ConversationId, from: number, to: number): Promise<Row[]> {
  const listed = await vault.list({ shelf: 'messages', prefix: [conversationId], from, to })
  return gather(listed)
}

async function pageFrom(
  vault: Vault,
  conversationId: ConversationId,
  position: number,
  direction: 'up' | 'down',
): Promise<{ readonly rows: Row[]; readonly isLast: boolean }> {
  const bound = direction === 'down' ? { to: position } : { from: position }
  const range = { shelf: 'messages', prefix: [conversationId], limit: PAGE_RECORDS, direction, ...bound } as const
  const listed = await vault.list(range)
  const rows = gather(direction === 'down' ? listed.toReversed() : listed)
  // A vault leaves out damaged records, so that a short answer is not the last; an empty one is.
  if (listed.length === 0) return { rows, isLast: true }
  // The outermost position may be cut in the middle of its notices; it is read whole by the next page.
  if (rows.length > 1 && listed.length === PAGE_RECORDS) rows.splice(direction === 'down' ? 0 : -1, 1)
  return { rows, isLast: false }
}

function gather(listed: readonly { readonly key: VaultKey; readonly value: VaultValue }[]): Row[] {
  const rows: { -readonly [Name in keyof Row]: Row[Name] }[] = []
  for (const { key, value } of listed) {
    const [, position, part] = key
    if (typeof position !== 'number' || part === PROJECTED) continue
    let row = rows.at(-1)
    if (row?.position !== position) {
      row = { position, record: undefined, effects: NO_EFFECTS, notices: [] }
      rows.push(row)
    }
    if (part === undefined) Object.assign(row, messageIn(value))
    else if (part === EFFECTS) row.effects = effectsRecord.read(value) ?? NO_EFFECTS
    else if (typeof part === 'number') {
      const record = noticeRecord.read(value)
      if (record) row.notices = [...row.notices, { n: part, record }]
    }
  }
  return rows
}

function messageIn(value: VaultValue): Pick<Row, 'record' | 'lost'> {
  const record = messageRecord.read(value)
  return record ? { record } : { record: undefined, lost: lostMessage(value) }
}

/** What a record that cannot be read may still say of its message: who wrote it and when. */
export function lostMessage(value: VaultValue): LostMessage {
  const { senderAccount, sentAtMs } = { ...(value as Partial<MessageRecord> | null) }
  return {
    senderAccount: typeof senderAccount === 'string' ? senderAccount : undefined,
    sentAtMs: typeof sentAtMs === 'number' ? sentAtMs : undefined,
  }
}
