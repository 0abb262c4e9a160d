import type { AccountId, MessageId } from '@visavis/wire'
import type { Message } from '../messenger/types.ts'

/** Noon of a Friday, in the zone of the device. */
export const NOON = new Date(2026, 10, 20, 12).getTime()

/** A message of another person, for tests. */
export function messageOf(position: number, change: Partial<Message> = {}): Message {
  return {
    messageId: `m${position}` as MessageId,
    position,
    kind: 'text',
    senderAccount: 'them' as AccountId,
    senderHandle: 'quiet-heron',
    fromMe: false,
    atMs: NOON + position * 1_000,
    text: `text ${position}`,
    isEdited: false,
    reactions: [],
    isAfterGap: false,
    canReport: true,
    reach: { links: 'open', files: 'open' },
    ...change,
  }
}
