import type { DeviceListener } from '../gateway/index.ts'
import type { Mailbox } from './service.ts'

export { createMailboxFrames } from './frames.ts'
export { createMailbox, type Mailbox, type MailboxDeps, type Recipient } from './service.ts'
export {
  createMailboxStore,
  type Erased,
  type EraseRange,
  type InsertOutcome,
  type MailboxStore,
  type MailboxTables,
  type StoredMessage,
} from './store.ts'

/** What the mailbox does when devices come and go. */
export function mailboxListener(mailbox: Mailbox): DeviceListener {
  return {
    deviceBack: (person, arrival) => mailbox.deviceBack(person.deviceId, arrival.durableSeq),
    deviceAway: (person) => mailbox.deviceAway(person.deviceId),
    deviceGone: (person) => mailbox.deviceAway(person.deviceId),
    deviceDrained: (person) => mailbox.deviceDrained(person.deviceId),
  }
}
