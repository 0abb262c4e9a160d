import type { DeviceListener } from '../gateway/index.ts'
import type { Mailbox } from './service.ts'

export { changeChannel, closeChannel, openChannel, readChannels, type Channel } from './channels.ts'
export { createMailboxFrames } from './frames.ts'
export type { Draft, Positions, Posting, Prepared } from './postings.ts'
export { createMailbox, type Mailbox, type MailboxDeps, type MailboxWatch, type Recipient } from './service.ts'
export {
  createMailboxStore,
  insertRows,
  type Claim,
  type EraseRange,
  type InsertOutcome,
  type MailboxStore,
  type MailboxTables,
} from './store.ts'
export {
  keyOf,
  type Arrived,
  type ArrivedEntry,
  type CallMessage,
  type MessageKey,
  type StoredEntry,
  type StoredMessage,
} from './stored.ts'
export type { Press } from './writer.ts'

/** What the mailbox does when devices come and go. */
export function mailboxListener(mailbox: Mailbox): DeviceListener {
  return {
    deviceBack: (person, arrival) => mailbox.deviceBack(person.deviceId, arrival.durableSeq),
    deviceAway: (person) => mailbox.deviceAway(person.deviceId),
    deviceGone: (person) => mailbox.deviceAway(person.deviceId),
    deviceDrained: (person) => mailbox.deviceDrained(person.deviceId),
  }
}
