import type { ConversationView, Message } from '../messenger/types.ts'
import { dayOf } from './days.ts'

/** One line of the list of messages. Keys are stable, so that a list that grows at either end keeps its place. */
export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly dayMs: number }
  | { readonly kind: 'unread'; readonly key: string }
  | { readonly kind: 'gap'; readonly key: string; readonly handle: string }
  | { readonly kind: 'notice'; readonly key: string; readonly message: Message }
  | {
      readonly kind: 'message'
      readonly key: string
      readonly message: Message
      /** First and last of those one person wrote in one go: the name stands above the first, the time below the last. */
      readonly isFirst: boolean
      readonly isLast: boolean
    }

/** Messages of one person with at most this between them read as one go. */
export const GROUP_GAP_MS = 5 * 60_000

/** Messages of a view as lines, with days, the unread mark and gaps between them. */
export function rowsOf(view: Pick<ConversationView, 'messages' | 'unreadFrom'>): readonly Row[] {
  const rows: Row[] = []
  let day: number | undefined
  let isUnreadSaid = false
  for (const message of view.messages) {
    const messageDay = dayOf(message.atMs)
    if (messageDay !== day) {
      rows.push({ kind: 'day', key: `day-${messageDay}`, dayMs: messageDay })
      day = messageDay
    }
    if (!isUnreadSaid && view.unreadFrom !== undefined && (message.position ?? 0) >= view.unreadFrom) {
      // Whoever wrote since has seen what came before.
      if (!message.fromMe) rows.push({ kind: 'unread', key: 'unread' })
      isUnreadSaid = true
    }
    if (message.isAfterGap) rows.push({ kind: 'gap', key: `gap-${message.messageId}`, handle: message.senderHandle })
    rows.push(rowOf(message, rows.at(-1)))
    closeGroup(rows)
  }
  return rows
}

function rowOf(message: Message, before: Row | undefined): Row {
  const key = message.messageId
  if (message.kind === 'notice') return { kind: 'notice', key, message }
  const isFirst = before?.kind !== 'message' || !isOneGo(before.message, message)
  return { kind: 'message', key, message, isFirst, isLast: true }
}

/** The line before the last is not the end of its group when the last goes on with it. */
function closeGroup(rows: Row[]): void {
  const [before, last] = [rows.at(-2), rows.at(-1)]
  if (before?.kind !== 'message' || last?.kind !== 'message' || last.isFirst) return
  rows[rows.length - 2] = { ...before, isLast: false }
}

function isOneGo(before: Message, after: Message): boolean {
  return before.senderAccount === after.senderAccount && after.atMs - before.atMs <= GROUP_GAP_MS
}

/** True when `after` begins elsewhere than `before` and ends alike: the list is then kept in place from its end. */
export function hasMovedAtStart(before: readonly Row[], after: readonly Row[]): boolean {
  const first = before.find(({ kind }) => kind === 'message' || kind === 'notice')
  const last = before.at(-1)
  if (!first || !last || after.at(-1)?.key !== last.key) return false
  const was = before.indexOf(first)
  const is = after.findIndex(({ key }) => key === first.key)
  return is === -1 ? after.length < before.length : is > was
}

/** Index of the line that shows the message at `position`; -1 when it is not in view. */
export function rowIndexAt(rows: readonly Row[], position: number): number {
  return rows.findIndex((row) => row.kind === 'message' && row.message.position === position)
}

/** Messages of others after `position`: what the button that leads to the newest counts. */
export function countAfter(messages: readonly Message[], position: number): number {
  return messages.filter(
    (message) => !message.fromMe && message.kind !== 'notice' && (message.position ?? 0) > position,
  ).length
}

/** The highest position that somebody else wrote, to be marked as read; undefined when nobody did. */
export function latestIncoming(messages: readonly Message[]): number | undefined {
  return messages.findLast((message) => !message.fromMe && message.position !== undefined)?.position
}
