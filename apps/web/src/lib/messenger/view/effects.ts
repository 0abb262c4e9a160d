import type { MessageContent } from '@visavis/e2ee'
import type { AccountId } from '@visavis/wire'
import type { MessageRecord } from '../core-types.ts'

/**
 * What later records did to a message. Records of kind `reaction`, `edit`, `unsend` and `read` are not messages: they
 * act on an earlier one, and what they did is kept beside it, so that a message can be shown without reading the rest
 * of the conversation. Pure.
 *
 * - Only the author of a message edits or unsends it; anybody in the conversation reacts to it.
 * - The later position wins, whatever order records are looked at, so applying one twice changes nothing.
 */
export type Effects = {
  readonly edit?: { readonly position: number; readonly text: string }
  /** By account; an empty emoji was taken back, and is remembered so that an older one does not return. */
  readonly reactions?: Readonly<Record<string, { readonly position: number; readonly emoji: string }>>
  readonly isUnsent?: boolean
  /** A view-once file was looked at: what may still be said of it. */
  readonly opened?: FileFacts
  /** Its time was up [K5], or a person deleted it: out of sight. */
  readonly isGone?: boolean
  /** When it vanishes: set when it is read while the conversation has a timer. */
  readonly expiresAtMs?: number
}

/** Of a file, without what opens it. */
export type FileFacts = {
  readonly role: 'photo' | 'voice' | 'document'
  readonly sizeBytes: number
  readonly mime: string
  readonly name: string
  readonly isViewOnce: boolean
  readonly durationMs?: number
}

export const NO_EFFECTS: Effects = {}

type Acting = Extract<MessageContent, { readonly kind: 'reaction' | 'edit' | 'unsend' }>

/** The content if it acts on another message. */
export function actingOf(record: MessageRecord): Acting | undefined {
  const { content } = record
  if (content?.kind === 'reaction' || content?.kind === 'edit' || content?.kind === 'unsend') return content
  return undefined
}

/** Whether it has a line of its own: what was written or said of the conversation, and what could not be opened. */
export function isShown(record: MessageRecord): boolean {
  const { kind } = record.content ?? {}
  // What somebody says about sharing shows where files are sent, and as no line: nobody is nagged by it.
  return actingOf(record) === undefined && kind !== 'read' && kind !== 'sharing' && record.isRepeat !== true
}

/** Whether a person has something new to read in it. */
export function isUnreadable(record: MessageRecord, me: AccountId): boolean {
  if (record.senderAccount === me || !isShown(record)) return false
  return record.content?.kind !== 'title' && record.content?.kind !== 'timer'
}

/** What `acting` leaves of the target's effects; the same object when it has no business there. */
export function applyActing(
  before: Effects,
  target: { readonly position: number; readonly senderAccount: AccountId },
  acting: MessageRecord,
): Effects {
  const content = actingOf(acting)
  if (content?.target !== target.position || acting.position <= target.position) return before
  const byAuthor = acting.senderAccount === target.senderAccount
  if (before.isUnsent === true || (content.kind !== 'reaction' && !byAuthor)) return before
  if (content.kind === 'reaction') {
    if ((before.reactions?.[acting.senderAccount]?.position ?? 0) >= acting.position) return before
    const reaction = { position: acting.position, emoji: content.emoji }
    return { ...before, reactions: { ...before.reactions, [acting.senderAccount]: reaction } }
  }
  if (content.kind === 'edit') {
    if ((before.edit?.position ?? 0) >= acting.position) return before
    return { ...before, edit: { position: acting.position, text: content.text } }
  }
  // Where the edit stands is still needed: what it said can be reported, though it is no longer shown.
  const { edit, expiresAtMs } = before
  return {
    isUnsent: true,
    ...(edit && { edit: { position: edit.position, text: '' } }),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  }
}

export function factsOf(file: FileFacts): FileFacts {
  const { role, sizeBytes, mime, name, isViewOnce, durationMs } = file
  return { role, sizeBytes, mime, name, isViewOnce, ...(durationMs !== undefined && { durationMs }) }
}
