import type { MessageContent } from '@visavis/e2ee'
import { DAY } from '@visavis/ports'
import { MAILBOX_DAYS, type AccountId, type ConversationId, type MessageId } from '@visavis/wire'
import type { ConversationRecord, MessageRecord, NoticeRecord, OutboxRecord } from '../core-types.ts'
import { ALL_OPEN, type Steps } from '../../trust-steps/steps.ts'
import type { Reach } from '../../trust-steps/types.ts'
import type { DeliveryState, Message, MessageKind, Notice, Transfer } from '../types.ts'
import { factsOf, isShown, type Effects, type FileFacts } from './effects.ts'
import type { LostMessage, Row } from './rows.ts'
import type { SafetyMarks } from '../safety/safety-watch.ts'

/** How a stored record looks to a person. Pure: everything from outside the record comes with `Surroundings`. */
export type Surroundings = {
  readonly me: AccountId
  readonly nowMs: number
  readonly conversation: ConversationRecord
  /** What an account is called; empty when it never was in sight. */
  readonly handleOf: (accountId: AccountId) => string
  readonly transferOf: (messageId: MessageId) => Transfer
  /** The line that a reply quotes; undefined when it is not here. */
  readonly quoteOf: (position: number) => Quote | undefined
  readonly steps: Steps
  /** What was found in a message. */
  readonly marksOf: (conversationId: ConversationId, record: MessageRecord, effects: Effects) => SafetyMarks
}

export type Quote = { readonly senderAccount: AccountId; readonly text: string }
const QUOTE_CHARS_MAX = 140

/** All lines of one position: the message, if it is one to show, and the notices after it. */
export function messagesOfRow(row: Row, around: Surroundings): Message[] {
  const lines: Message[] = []
  const { record } = row
  if (row.lost && row.effects.isGone !== true) lines.push(lostLine(row.position, row.lost, around))
  if (record && isShown(record) && row.effects.isGone !== true) lines.push(messageOf(record, row.effects, around))
  for (const { n, record: notice } of row.notices) lines.push(noticeLine(row.position, n, notice, around))
  return lines
}

/** What a line says, as shown in a list of conversations, a quote or a search: words only, empty for what has none. */
export function wordsOf(
  record: MessageRecord,
  effects: Effects,
): { readonly kind: MessageKind; readonly text: string } {
  const { content } = record
  if (effects.isUnsent === true) return { kind: 'unsent', text: '' }
  if (effects.opened) return { kind: effects.opened.role, text: '' }
  if (content === undefined) return { kind: record.code === undefined ? 'unsent' : 'refused', text: '' }
  if (content.kind === 'text') return { kind: 'text', text: effects.edit?.text ?? content.text }
  if (content.kind === 'file') return { kind: content.file.role, text: effects.edit?.text ?? content.caption }
  return { kind: 'notice', text: '' }
}

export function quoteOf(record: MessageRecord, effects: Effects): Quote {
  return { senderAccount: record.senderAccount, text: wordsOf(record, effects).text.slice(0, QUOTE_CHARS_MAX) }
}

/**
 * How far an own message has come: `delivered` and `read` when that is so for everybody else in the conversation. Who
 * sends no read receipts stays at `delivered`.
 */
export function deliveryOf(position: number, conversation: ConversationRecord, me: AccountId): DeliveryState {
  const others = conversation.server.members.filter(({ accountId }) => accountId !== me)
  if (others.length === 0) return 'sent'
  const isRead = (accountId: AccountId) => (conversation.readBy[accountId] ?? 0) >= position
  if (others.every(({ accountId }) => isRead(accountId))) return 'read'
  const isDelivered = (other: (typeof others)[number]) =>
    isRead(other.accountId) ||
    Math.max(conversation.deliveredTo[other.accountId] ?? 0, other.deliveredPosition) >= position
  return others.every(isDelivered) ? 'delivered' : 'sent'
}

/** A line for what waits to be sent; undefined for what is not a message of its own. */
export function pendingMessage(record: OutboxRecord, around: Surroundings): Message | undefined {
  const { content } = record
  if (content.kind !== 'text' && content.kind !== 'file') return undefined
  // A held message waits for its file: when that does not get up, the message has failed until it is tried again.
  const transfer = record.state === 'held' ? around.transferOf(record.messageId) : undefined
  // Sharing was taken back while it was on its way up.
  const isLocked = record.state === 'held' && content.kind === 'file' && isSendingLocked(around)
  const code = transfer?.kind === 'failed' ? transfer.code : isLocked ? 'FILE_LOCKED' : record.code
  const hasFailed = transfer?.kind === 'failed' || isLocked || record.state === 'failed'
  return {
    messageId: record.messageId,
    kind: content.kind === 'text' ? 'text' : content.file.role,
    senderAccount: around.me,
    senderHandle: around.handleOf(around.me),
    fromMe: true,
    atMs: record.createdAtMs,
    text: content.kind === 'text' ? content.text : content.caption,
    isEdited: false,
    ...replyOf(content, around),
    reactions: [],
    ...(content.kind === 'file' && {
      file: fileOf(factsOf(content.file), content.file, record.messageId, false, around),
    }),
    state: hasFailed ? 'failed' : 'sending',
    ...(code !== undefined && { code }),
    isAfterGap: false,
    reach: ALL_OPEN,
    canReport: false,
  }
}

function messageOf(record: MessageRecord, effects: Effects, around: Surroundings): Message {
  const { content } = record
  const { kind, text } = wordsOf(record, effects)
  const fromMe = record.senderAccount === around.me
  const notice = noticeOf(content, around.handleOf(record.senderAccount))
  const isHere = kind !== 'unsent' && kind !== 'refused'
  const isYoung = around.nowMs - record.sentAtMs < MAILBOX_DAYS * DAY
  return {
    messageId: record.messageId,
    position: record.position,
    kind,
    senderAccount: record.senderAccount,
    senderHandle: around.handleOf(record.senderAccount),
    fromMe,
    atMs: record.sentAtMs,
    text,
    ...(notice && { notice }),
    isEdited: isHere && effects.edit !== undefined,
    ...(isHere && replyOf(content, around)),
    reactions: reactionsOf(effects, around),
    ...fileLine(record, effects, around),
    reach: reachOf(record, around),
    ...(fromMe && { state: deliveryOf(record.position, around.conversation, around.me) }),
    ...(kind === 'refused' && record.code !== undefined && { code: record.code }),
    isAfterGap: record.isAfterGap,
    ...around.marksOf(around.conversation.server.conversationId, record, effects),
    canReport: !fromMe && record.evidence !== undefined && isYoung,
  }
}

/** Of a file that is here or came before all this nothing is taken away. */
export function reachOf(
  record: MessageRecord,
  around: Pick<Surroundings, 'conversation' | 'steps' | 'transferOf'> & { readonly me: string },
): Reach {
  const { conversation, me, steps, transferOf } = around
  if (record.senderAccount === me) return ALL_OPEN
  const { links, files } = steps.of(conversation, record.senderAccount)
  const isFile = record.content?.kind === 'file'
  const isFree = record.position <= (conversation.filesFreeUpTo ?? 0)
  const stays = isFile && (isFree || transferOf(record.messageId).kind === 'here')
  return { links, files: stays ? 'open' : files }
}

function isSendingLocked({ conversation, steps }: Surroundings): boolean {
  return steps.isSendingLocked(conversation.server.conversationId)
}

function noticeOf(content: MessageContent | undefined, handle: string): Notice | undefined {
  if (content?.kind === 'title') return { kind: 'title', handle, title: content.text }
  if (content?.kind === 'timer') return { kind: 'timer', handle, seconds: content.seconds }
  return undefined
}

function replyOf(content: MessageContent | undefined, around: Surroundings): Pick<Message, 'replyTo'> {
  if ((content?.kind !== 'text' && content?.kind !== 'file') || content.replyTo === undefined) return {}
  const quote = around.quoteOf(content.replyTo)
  const handle = quote ? around.handleOf(quote.senderAccount) : ''
  return { replyTo: { position: content.replyTo, handle, text: quote?.text ?? '' } }
}

function reactionsOf(effects: Effects, around: Surroundings): Message['reactions'] {
  const byEmoji = new Map<string, { handles: string[]; mine: boolean }>()
  for (const [accountId, { emoji }] of Object.entries(effects.reactions ?? {})) {
    if (emoji === '') continue
    const entry = byEmoji.get(emoji) ?? { handles: [], mine: false }
    entry.handles.push(around.handleOf(accountId as AccountId))
    entry.mine ||= accountId === around.me
    byEmoji.set(emoji, entry)
  }
  return [...byEmoji].map(([emoji, entry]) => ({ emoji, ...entry }))
}

function fileLine(record: MessageRecord, effects: Effects, around: Surroundings): Pick<Message, 'file'> {
  if (effects.isUnsent === true) return {}
  if (effects.opened) return { file: fileOf(effects.opened, {}, record.messageId, true, around) }
  if (record.content?.kind !== 'file') return {}
  return { file: fileOf(factsOf(record.content.file), record.content.file, record.messageId, false, around) }
}

/** A view-once file shows nothing of itself before it is opened, not even its preview. */
function fileOf(
  facts: FileFacts,
  sight: { readonly preview?: Uint8Array; readonly width?: number; readonly height?: number },
  messageId: MessageId,
  isOpened: boolean,
  around: Surroundings,
): NonNullable<Message['file']> {
  const { preview, width, height } = sight
  return {
    ...facts,
    ...(preview !== undefined && !facts.isViewOnce && { preview }),
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    transfer: around.transferOf(messageId),
    isOpened,
  }
}

/** A message whose record cannot be read keeps its place, and says so. */
function lostLine(position: number, { senderAccount, sentAtMs }: LostMessage, around: Surroundings): Message {
  const sender = senderAccount ?? ('' as AccountId)
  return {
    messageId: `lost-${position}` as MessageId,
    position,
    kind: 'refused',
    senderAccount: sender,
    senderHandle: around.handleOf(sender),
    fromMe: sender === around.me,
    atMs: sentAtMs ?? around.conversation.server.createdAtMs,
    text: '',
    code: 'E2EE_OPEN_FAILED',
    isEdited: false,
    reactions: [],
    isAfterGap: false,
    reach: ALL_OPEN,
    canReport: false,
  }
}

function noticeLine(position: number, n: number, { notice, atMs }: NoticeRecord, around: Surroundings): Message {
  const handle = notice.accountId === undefined ? '' : around.handleOf(notice.accountId)
  const { kind } = notice
  const isPlain = kind === 'started' || kind === 'secured-again' || kind === 'over'
  return {
    // Lines need a name of their own on screen; notices have none in the protocol.
    messageId: `notice-${position}-${n}` as MessageId,
    position,
    kind: 'notice',
    senderAccount: notice.accountId ?? around.me,
    senderHandle: handle,
    fromMe: false,
    atMs,
    text: '',
    notice: isPlain ? { kind } : { kind, handle },
    isEdited: false,
    reactions: [],
    isAfterGap: false,
    reach: ALL_OPEN,
    canReport: false,
  }
}
