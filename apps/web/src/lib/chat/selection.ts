import { REPORT_MESSAGES_MAX, REPORT_WORDS_CHARS_MAX, type Code, type ReportCategory } from '@visavis/wire'
import type { MessageReport } from '../messenger/report-types.ts'
import type { Message } from '../messenger/types.ts'

/** Messages chosen for a report, in the order of the conversation. Kept whole: the list may scroll on meanwhile. */
export type Selection = { readonly chosen: readonly Message[] }

export type ReportStep =
  /** Ticking messages in the list. */
  | { readonly kind: 'choosing'; readonly selection: Selection }
  /** The category, words, and all that would be sent. */
  | { readonly kind: 'telling'; readonly selection: Selection; readonly code?: Code }
  | { readonly kind: 'sending'; readonly selection: Selection }
  | { readonly kind: 'sent'; readonly report: MessageReport }

export function canChoose(message: Message): boolean {
  return message.canReport && message.position !== undefined
}

/** Ticks or unticks; beyond REPORT_MESSAGES_MAX nothing more is ticked. */
export function toggled(selection: Selection, message: Message): Selection {
  if (!canChoose(message)) return selection
  const { chosen } = selection
  if (isChosen(selection, message)) {
    return { chosen: chosen.filter(({ position }) => position !== message.position) }
  }
  if (chosen.length >= REPORT_MESSAGES_MAX) return selection
  return { chosen: [...chosen, message].toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0)) }
}

export function isChosen(selection: Selection, message: Message): boolean {
  return message.position !== undefined && selection.chosen.some(({ position }) => position === message.position)
}

/** Exactly what goes to the moderators besides the proof of the server's stamps. */
export function reportOf(
  selection: Selection,
  category: ReportCategory,
  words: string,
): { readonly positions: readonly number[]; readonly category: ReportCategory; readonly words?: string } {
  const kept = words.trim().slice(0, REPORT_WORDS_CHARS_MAX)
  return {
    positions: selection.chosen.flatMap(({ position }) => (position === undefined ? [] : [position])),
    category,
    ...(kept === '' ? {} : { words: kept }),
  }
}
