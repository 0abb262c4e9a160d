import type { ReportFault } from '@visavis/wire'
import { m } from '#paraglide/messages.js'
import type { ConversationSummary, DeliveryState, Message, Notice } from '../messenger/types.ts'
import { dayName, dayText, spanText } from './days.ts'

/** Words for what the messenger says in kinds. */
const DELIVERY: Readonly<Record<DeliveryState, () => string>> = {
  sending: m.message_state_sending,
  sent: m.message_state_sent,
  delivered: m.message_state_delivered,
  read: m.message_state_read,
  failed: m.message_state_failed,
}
export const deliveryWords = (state: DeliveryState) => DELIVERY[state]()

const FAULTS: Readonly<Record<ReportFault, () => string>> = {
  unreadable: m.chat_fault_unreadable,
  stamp: m.chat_fault_stamp,
  commitment: m.chat_fault_commitment,
  body: m.chat_fault_body,
  'other-conversation': m.chat_fault_other_conversation,
  order: m.chat_fault_order,
  gap: m.chat_fault_gap,
  'own-only': m.chat_fault_own_only,
  'too-old': m.chat_fault_too_old,
}
export const faultWords = (fault: ReportFault) => FAULTS[fault]()

export function dayWords(dayMs: number, nowMs: number, locale?: string): string {
  const name = dayName(dayMs, nowMs)
  if (name === 'today') return m.chat_today()
  return name === 'yesterday' ? m.chat_yesterday() : dayText(dayMs, name, locale)
}

export function noticeWords(notice: Notice): string {
  switch (notice.kind) {
    case 'started':
      return m.chat_notice_started()
    case 'secured-again':
      return m.chat_notice_secured_again()
    case 'over':
      return m.chat_notice_over()
    case 'joined':
      return m.chat_notice_joined({ name: notice.handle })
    case 'left':
      return m.chat_notice_left({ name: notice.handle })
    case 'key-changed':
      return m.chat_notice_key_changed({ name: notice.handle })
    case 'device-added':
      return m.chat_notice_device_added({ name: notice.handle })
    case 'timer':
      return notice.seconds === 0
        ? m.chat_notice_timer_off({ name: notice.handle })
        : m.chat_notice_timer({ name: notice.handle, time: spanText(notice.seconds) })
    case 'title':
    default:
      return m.chat_notice_title({ name: notice.handle, title: notice.title })
  }
}

type Shown = Pick<Message, 'kind' | 'text'>

/** A message in one line: for the list, a quote, an announcement. */
export function gistOf({ kind, text }: Shown): string {
  const named = (name: string) => (text === '' ? name : m.message_gist({ name, text }))
  switch (kind) {
    case 'photo':
      return named(m.message_photo())
    case 'voice':
      return named(m.message_voice())
    case 'document':
      return named(m.message_document())
    case 'unsent':
      return m.message_unsent()
    case 'refused':
      return m.message_refused_short()
    case 'text':
    case 'notice':
    default:
      return text
  }
}

/** What stands below a title in the list. A request's words are not shown before they are asked for [K7]. */
export function lastLineOf(summary: ConversationSummary): string {
  const { last } = summary
  if (summary.state === 'request') return m.chats_request_line()
  if (!last) return summary.state === 'requested' ? m.chats_requested_line() : m.chats_nothing_yet()
  return last.fromMe ? m.chats_you_wrote({ text: gistOf(last) }) : gistOf(last)
}
