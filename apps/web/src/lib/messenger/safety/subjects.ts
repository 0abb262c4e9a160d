import type { MessageContent } from '@visavis/e2ee'
import type { MessageRecord } from '../core-types.ts'
import { actingOf, type Effects } from '../view/effects.ts'

/**
 * What of a message is looked at: its words, the caption of a file, and the name of a document, which is shown as well. Names
 * of photos and voice notes are given by cameras and shown nowhere: their digits are no telephone numbers.
 */
export function textOf(content: MessageContent | undefined, edited?: string): string {
  if (content?.kind === 'text') return edited ?? content.text
  if (content?.kind !== 'file') return ''
  const caption = edited ?? content.caption
  const name = content.file.role === 'document' ? content.file.name : ''
  return [caption, name].filter((part) => part.trim() !== '').join('\n')
}

/** Whether there is anything in it to look at; nothing once it is out of sight. */
export function hasText(record: MessageRecord, effects: Effects): boolean {
  const isHere = effects.isGone !== true && effects.isUnsent !== true && effects.opened === undefined
  return isHere && textOf(record.content, effects.edit?.text).trim() !== ''
}

/** What an edit makes of the message it is about; undefined where it has no business there (see `applyActing`). */
export function editedText(edit: MessageRecord, target: MessageRecord | undefined): string | undefined {
  const acting = actingOf(edit)
  if (acting?.kind !== 'edit' || target === undefined || target.content === undefined) return undefined
  if (edit.position <= target.position || edit.senderAccount !== target.senderAccount) return undefined
  return textOf(target.content, acting.text)
}
