import type { AccountId, DeviceId } from '@visavis/wire'
import type { MailboxStore } from './store.ts'
import type { ArrivedEntry, StoredMessage } from './stored.ts'

/** Stored messages handed to a device and not yet acknowledged; beyond this the rest waits in storage. */
export const UNACKNOWLEDGED_MAX = 256
const PAGE = 64

/** Not the message itself: its bytes would stay in memory until they are acknowledged. */
type Sent = {
  readonly seq: number
  readonly kind: StoredMessage['kind']
  readonly entry: ArrivedEntry | undefined
  readonly wakingSender: AccountId | undefined
}

/** A range that storage may destroy, and what was sent of it on this connection: messages of conversations, and of calls. */
type Acknowledged = {
  readonly range: { readonly afterSeq: number; readonly uptoSeq: number }
  readonly entries: readonly ArrivedEntry[]
  readonly hasCallMessages: boolean
}

/**
 * `live`: new messages go straight to the socket, all older ones are there. `behind`: storage has messages the socket
 * has not got; nothing may overtake them. `reading`: a page is being read; `again` when more was stored meanwhile.
 */
type Inbox = {
  lastSentSeq: number
  ackedSeq: number
  unacknowledged: Sent[]
  state: 'live' | 'behind' | 'reading'
  again: boolean
}

export type Inboxes = {
  /** The device is back and has everything up to `durableSeq`. */
  readonly open: (device: DeviceId, durableSeq: number) => void
  readonly close: (device: DeviceId) => void
  /** A message of the device was stored. */
  readonly stored: (message: StoredMessage) => void
  /** Something may have been stored that was never offered here (a write whose outcome is unknown). */
  readonly doubt: (device: DeviceId) => void
  /** Goes on where a full socket, a full window or a failed read stopped. */
  readonly resume: (device: DeviceId) => void
  /** The device has stored everything up to `seq`. Returns what that makes superfluous, if anything. */
  readonly acknowledged: (device: DeviceId, seq: number) => Acknowledged | undefined
  /** Whether the device, which is here, has said that it has this. */
  readonly has: (device: DeviceId, seq: number) => boolean
}

/** What is on its way to the devices that are here. Order per device is that of `seq`, whatever fails in between. */
export function createInboxes(deps: {
  page: MailboxStore['page']
  /** False: the device does not take it now. */
  deliver: (message: StoredMessage) => boolean
  /** A message of a conversation is stored for a device that is not here, and there is something to read in it. */
  waits: (device: DeviceId, sender: AccountId) => void
  /** Storage did not answer; `resume` is expected some time later. */
  readFailed: (device: DeviceId, error: unknown) => void
}): Inboxes {
  const inboxes = new Map<DeviceId, Inbox>()

  function push(inbox: Inbox, message: StoredMessage): boolean {
    if (message.seq <= inbox.lastSentSeq) return true
    if (inbox.unacknowledged.length >= UNACKNOWLEDGED_MAX) return false
    if (!deps.deliver(message)) return false
    inbox.lastSentSeq = message.seq
    const { seq, kind } = message
    inbox.unacknowledged.push({ seq, kind, entry: entryOf(message), wakingSender: wakingSenderOf(message) })
    return true
  }

  async function read(device: DeviceId, inbox: Inbox): Promise<void> {
    inbox.state = 'reading'
    inbox.again = false
    try {
      const messages = await deps.page(device, inbox.lastSentSeq, PAGE)
      if (inboxes.get(device) !== inbox) return
      inbox.state = 'behind'
      for (const message of messages) if (!push(inbox, message)) return
      if (messages.length === PAGE || inbox.again) await read(device, inbox)
      else inbox.state = 'live'
    } catch (error) {
      inbox.state = 'behind'
      if (inboxes.get(device) === inbox) deps.readFailed(device, error)
    }
  }

  function resume(device: DeviceId): void {
    const inbox = inboxes.get(device)
    if (inbox?.state === 'behind' && inbox.unacknowledged.length < UNACKNOWLEDGED_MAX) void read(device, inbox)
  }

  function stored(message: StoredMessage): void {
    if (message.ciphertext.byteLength === 0) return // Stored to be remembered, not to be delivered.
    const inbox = inboxes.get(message.recipientDevice)
    if (!inbox) {
      const sender = wakingSenderOf(message)
      if (sender) deps.waits(message.recipientDevice, sender)
      return
    }
    if (inbox.state === 'reading') inbox.again = true
    else if (inbox.state === 'behind') resume(message.recipientDevice)
    else if (!push(inbox, message)) inbox.state = 'behind'
  }

  function doubt(device: DeviceId): void {
    const inbox = inboxes.get(device)
    if (!inbox) return
    if (inbox.state === 'reading') inbox.again = true
    else inbox.state = 'behind'
  }

  function open(device: DeviceId, durableSeq: number): void {
    inboxes.set(device, {
      lastSentSeq: durableSeq,
      ackedSeq: 0,
      unacknowledged: [],
      state: 'behind',
      again: false,
    })
    resume(device)
  }

  function acknowledged(device: DeviceId, seq: number): Acknowledged | undefined {
    const inbox = inboxes.get(device)
    const uptoSeq = inbox ? Math.min(seq, inbox.lastSentSeq) : 0 // What was never sent cannot have arrived.
    if (!inbox || uptoSeq <= inbox.ackedSeq) return undefined
    const range = { afterSeq: inbox.ackedSeq, uptoSeq }
    inbox.ackedSeq = uptoSeq
    const firstOpen = inbox.unacknowledged.findIndex((sent) => sent.seq > uptoSeq)
    const done = firstOpen === -1 ? inbox.unacknowledged.length : firstOpen
    const sent = inbox.unacknowledged.slice(0, done)
    inbox.unacknowledged = inbox.unacknowledged.slice(done)
    resume(device)
    const entries = sent.flatMap(({ entry }) => entry ?? [])
    return { range, entries, hasCallMessages: sent.some(({ kind }) => kind === 'call') }
  }

  /** What was sent and never arrived waits from here on. */
  function close(device: DeviceId): void {
    const inbox = inboxes.get(device)
    inboxes.delete(device)
    for (const { wakingSender } of inbox?.unacknowledged ?? []) if (wakingSender) deps.waits(device, wakingSender)
  }

  const has = (device: DeviceId, seq: number) => (inboxes.get(device)?.ackedSeq ?? 0) >= seq

  return { open, close, stored, doubt, resume, acknowledged, has }
}

/** Whose message it is, if it is one that a person wants to know of. */
function wakingSenderOf(message: StoredMessage): AccountId | undefined {
  return message.kind === 'message' && !message.isQuiet ? message.senderAccount : undefined
}

function entryOf(message: StoredMessage): ArrivedEntry | undefined {
  if (message.kind !== 'message') return undefined
  const { kind, recipientDevice, conversationId, position } = message
  return { kind, recipientDevice, conversationId, position }
}
