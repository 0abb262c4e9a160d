import type { MessageContent } from '@visavis/e2ee'
import type { AccountId } from '@visavis/wire'
import type { Change } from '../../vault/types.ts'
import type { ConversationRecord, MessageRecord } from '../core-types.ts'
import { messageRecord } from '../stored-records.ts'
import type { CoreContext } from './context.ts'
import { changeRecord, type Conversation } from './conversation.ts'

/** What a message does to the conversation it stands in, own and others' alike; written together with the message. */
export type Effects = {
  readonly changes: readonly Change[]
  /** The message another one lost its content by. */
  readonly unsent: MessageRecord | undefined
  readonly movesMarks: boolean
}

export async function effectsOf(
  context: CoreContext,
  conversation: Conversation,
  message: MessageRecord,
): Promise<Effects> {
  const { content } = message
  const unsent = content?.kind === 'unsend' ? await unsend(context, conversation, message, content.target) : undefined
  const { record } = conversation
  const patch: Partial<ConversationRecord> = {
    lastPosition: Math.max(record.lastPosition, message.position),
    ...(content && patchOf(record, content, message, context.deps.self.accountId)),
  }
  return {
    changes: [
      { shelf: 'messages', key: [conversation.id, message.position], value: messageRecord.write(message) },
      ...(unsent
        ? [{ shelf: 'messages', key: [conversation.id, unsent.position], value: messageRecord.write(unsent) } as const]
        : []),
      changeRecord(conversation, patch),
    ],
    unsent,
    movesMarks: content?.kind === 'read' || content?.kind === 'sharing',
  }
}

/** Whether a title or timer says what is so already: then there is nothing to tell of it. */
export function isRepeated(record: ConversationRecord, content: MessageContent | undefined): boolean {
  if (content?.kind === 'title') return content.text === record.title
  return content?.kind === 'timer' && content.seconds === record.timerSeconds
}

/** What a message of this content changes in the record of its conversation. */
export function patchOf(
  record: ConversationRecord,
  content: MessageContent,
  { senderAccount: sender, position }: MessageRecord,
  self: AccountId,
): Partial<ConversationRecord> {
  // An own message may be stored before an earlier one of another device has come: the later title and timer count.
  if (content.kind === 'title' && position > (record.titleAt ?? 0)) return { title: content.text, titleAt: position }
  if (content.kind === 'timer' && position > (record.timerAt ?? 0))
    return { timerSeconds: content.seconds, timerAt: position }
  if (content.kind === 'sharing') return sharingPatch(record, content, sender, position)
  if (content.kind !== 'read') return {}
  // Nobody has read what was not there yet.
  const upTo = Math.min(content.upTo, position - 1)
  const readBy = { ...record.readBy, [sender]: Math.max(record.readBy[sender] ?? 0, upTo) }
  if (sender !== self) return { readBy }
  return { readBy, readPosition: Math.max(record.readPosition, upTo), readSent: Math.max(record.readSent, upTo) }
}

/** What was said last counts; what was said before and is told again counts as of then, however late it comes. */
function sharingPatch(
  { sharing }: ConversationRecord,
  { on, since }: Extract<MessageContent, { readonly kind: 'sharing' }>,
  sender: AccountId,
  position: number,
): Partial<ConversationRecord> {
  const saidAt = since !== undefined && since < position ? since : position
  if ((sharing?.[sender]?.position ?? 0) >= saidAt) return {}
  return { sharing: { ...sharing, [sender]: { on, position: saidAt } } }
}

/** The target without its content, if its author took it back. Its evidence stays: taking back is no way out of a report. */
async function unsend(
  context: CoreContext,
  conversation: Conversation,
  { senderAccount, position }: MessageRecord,
  target: number,
): Promise<MessageRecord | undefined> {
  if (target >= position) return undefined
  const stored = messageRecord.read(await context.deps.vault.get('messages', [conversation.id, target]))
  if (stored?.senderAccount !== senderAccount || stored.content === undefined) return undefined
  return { ...stored, content: undefined }
}
