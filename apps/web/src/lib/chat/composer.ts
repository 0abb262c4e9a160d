import { TEXT_BYTES_MAX } from '@visavis/wire'
import type { ConversationView, Message } from '../messenger/types.ts'

export type Attachment = {
  readonly id: number
  readonly blob: Blob
  readonly name: string
  readonly role: 'photo' | 'document'
  readonly isViewOnce: boolean
}

/** What is being written. `draft` is what an edit put aside. */
export type Composer = {
  readonly text: string
  readonly replyTo?: { readonly position: number; readonly handle: string; readonly text: string }
  readonly editing?: { readonly position: number; readonly original: string; readonly draft: string }
  readonly attachments: readonly Attachment[]
}

export type ComposerAction =
  | { readonly kind: 'write'; readonly text: string }
  | { readonly kind: 'reply'; readonly message: Message }
  | { readonly kind: 'edit'; readonly message: Message }
  /** Escape, or the cross: the latest thing begun ends, nothing that was typed is lost. */
  | { readonly kind: 'cancel' }
  | { readonly kind: 'attach'; readonly attachments: readonly Attachment[] }
  | { readonly kind: 'detach'; readonly id: number }
  | { readonly kind: 'view-once'; readonly id: number; readonly on: boolean }
  | { readonly kind: 'sent' }

export const ATTACHMENTS_MAX = 10

export function composerOf(draft: string): Composer {
  return { text: draft, attachments: [] }
}

export function compose(now: Composer, action: ComposerAction): Composer {
  switch (action.kind) {
    case 'write':
      return { ...now, text: action.text }
    case 'reply':
      return replying(now, action.message)
    case 'edit':
      return editing(now, action.message)
    case 'cancel':
      return cancelled(now)
    case 'attach':
      return { ...now, attachments: [...now.attachments, ...action.attachments].slice(0, ATTACHMENTS_MAX) }
    case 'detach':
      return { ...now, attachments: now.attachments.filter(({ id }) => id !== action.id) }
    case 'view-once':
      return {
        ...now,
        attachments: now.attachments.map((each) =>
          each.id === action.id && each.role === 'photo' ? { ...each, isViewOnce: action.on } : each,
        ),
      }
    case 'sent':
    default:
      return composerOf(now.editing?.draft ?? '')
  }
}

function replying(now: Composer, message: Message): Composer {
  if (message.position === undefined) return now
  const { editing: aside, ...rest } = now
  return {
    ...rest,
    text: aside ? aside.draft : now.text,
    replyTo: { position: message.position, handle: message.senderHandle, text: message.text },
  }
}

function editing(now: Composer, message: Message): Composer {
  if (!canEdit(message)) return now
  return {
    text: message.text,
    attachments: now.attachments,
    editing: {
      position: message.position ?? 0,
      original: message.text,
      draft: now.editing ? now.editing.draft : now.text,
    },
  }
}

function cancelled(now: Composer): Composer {
  const { editing: edit, replyTo, ...rest } = now
  if (edit) return { ...rest, text: edit.draft }
  return replyTo ? rest : now
}

/** What was taken out to be sent and may not go yet, in the field again. What was typed since comes after it. */
export function givenBack(held: Composer, now: Composer): Composer {
  if (held.editing) return { ...held, editing: { ...held.editing, draft: now.editing ? now.editing.draft : now.text } }
  if (now.editing) return { ...now, editing: { ...now.editing, draft: joined(held.text, now.editing.draft) } }
  const attachments = [...held.attachments, ...now.attachments].slice(0, ATTACHMENTS_MAX)
  return { ...now, ...held, text: joined(held.text, now.text), attachments }
}

/** Words that were written one after the other. */
export function joined(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n')
}

export function canEdit(message: Message): boolean {
  return message.fromMe && message.kind === 'text' && message.position !== undefined
}

/** The message that the up arrow in an empty field leads to: one's own last text. */
export function lastEditable(view: Pick<ConversationView, 'messages'> | undefined): Message | undefined {
  const isOnItsWay = ({ kind, state }: Message) => kind === 'text' && state === 'sending'
  const last = view?.messages.findLast((message) => canEdit(message) || isOnItsWay(message))
  // What is still on its way cannot be edited yet, and nobody means the one before it.
  return last && canEdit(last) ? last : undefined
}

/** UTF-8 bytes that the text may still grow by; negative when it is too long. */
export function bytesLeft(text: string): number {
  return TEXT_BYTES_MAX - new TextEncoder().encode(text).length
}

export function canSend(now: Composer): boolean {
  const text = now.text.trim()
  if (bytesLeft(text) < 0) return false
  if (now.editing) return text !== '' && text !== now.editing.original
  return text !== '' || now.attachments.length > 0
}

export type FieldKey = 'send' | 'cancel' | 'edit-last' | 'none'
export type FieldPress = {
  readonly key: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  /** An input method is choosing characters: its Enter and arrows are its own. */
  readonly isComposing: boolean
}

/** What a key does in the text field. On touch Enter makes a line: there a button sends, and thumbs have no Shift. */
export function fieldKey(press: FieldPress, field: { readonly isTouch: boolean; readonly isEmpty: boolean }): FieldKey {
  if (press.isComposing) return 'none'
  if (press.key === 'Enter') {
    if (press.ctrlKey || press.metaKey) return 'send'
    return press.shiftKey || press.altKey || field.isTouch ? 'none' : 'send'
  }
  if (press.key === 'Escape') return 'cancel'
  const isPlain = !press.shiftKey && !press.ctrlKey && !press.metaKey && !press.altKey
  return press.key === 'ArrowUp' && isPlain && field.isEmpty ? 'edit-last' : 'none'
}
