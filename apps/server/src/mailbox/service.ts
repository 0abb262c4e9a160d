import { DAY, HOUR, SECOND, type Clock, type Log } from '@visavis/ports'
import {
  fail,
  MAILBOX_DAYS,
  ok,
  type AccountId,
  type CallId,
  type ClientFrameBody,
  type DeviceId,
  type Result,
  type ServerFrameBody,
} from '@visavis/wire'
import type { DeliverDurable } from '../gateway/index.ts'
import { createEraser } from './eraser.ts'
import { createGroupCommit } from './group-commit.ts'
import { createInboxes } from './inboxes.ts'
import type { Posting } from './postings.ts'
import type { EraseRange, MailboxStore } from './store.ts'
import { keyOf, type Arrived, type ArrivedEntry, type MessageKey, type StoredMessage } from './stored.ts'
import { createWriter, type ChannelWatch, type Job, type Press, type Settled } from './writer.ts'

/** Twelve megabytes at most. Larger batches cost less per message: a statement alone costs as much as dozens of its rows. */
const BATCH_MAX = 512
/** Messages waiting to be written. More means storage is away or drowning: refuse, so that memory stays bounded. */
const WAITING_MAX = 8_192
const RETRY_MS = SECOND
/**
 * Writes and erasures begin this far apart when there is always something to do; the first after a pause does not wait.
 * People wait for a write, and for a receipt in a call; nobody waits for other erasures.
 */
const SPACING = { writeMs: 2, tellMs: 40, eraseMs: 200 }
/** How long a delivered message's id is remembered; a client sends again within minutes or not at all. */
const REMEMBERED_MS = DAY

/** Who gets what `device` writes in this call; fails when the device is not in it. */
export type Recipient = (device: DeviceId, callId: CallId) => Result<DeviceId>

/** What the conversations are told of the mailbox. All of it is told in order, and none may throw. */
export type MailboxWatch = ChannelWatch & {
  /**
   * These messages have reached these devices. Told as soon as the device says so, while the bytes are still to be
   * destroyed, and some once more when they are: of those that arrived under a former process that is all there is.
   */
  arrived(entries: readonly ArrivedEntry[]): void
}

export type MailboxDeps = {
  readonly clock: Clock
  readonly log: Log
  readonly store: MailboxStore
  readonly recipientOf: Recipient
  readonly deliverDurable: DeliverDurable
  readonly deliverReceipt: (device: DeviceId, body: ServerFrameBody<'receipt'>) => void
  /** A message of this sender waits for a device that has no open socket. */
  readonly waits: (device: DeviceId, sender: AccountId) => void
  readonly defer: (work: () => void) => void
  /** Tests on a clock that stands still set these to zero. */
  readonly spacing?: typeof SPACING
}

/**
 * One durable stream per device, of messages of calls and of entries of conversations: durable before they are
 * acknowledged, delivered in order until the recipient has stored them, then destroyed. Holds ciphertext only.
 */
export type Mailbox = {
  /** Errors: CALL_UNKNOWN, SERVER_STORAGE (nothing is acknowledged; the same message id may be sent again). */
  send(device: DeviceId, body: ClientFrameBody<'message.send'>): Promise<Result<{ sentAtMs: number }>>
  /** Stores a message of a conversation, among whatever else is being written. Errors: those of the posting, SERVER_STORAGE. */
  readonly post: <T>(posting: Posting<Result<T>>) => Promise<Result<T>>
  /** Work that has its own place in the order: what came before is stored, what comes after waits. Errors as `post`. */
  readonly alone: <T>(key: MessageKey, work: (press: Press) => Promise<Result<T>>) => Promise<Result<T>>
  /** The first rows of messages that were stored before. Rejects when storage is away. */
  readonly known: MailboxStore['known']
  /** Joins the conversations, once, before the first message of one. Apart because they need the mailbox first. */
  watch(watch: MailboxWatch): void
  /** Destroys what waits for devices that are no more. Rejects when storage is away. */
  readonly forget: (devices: readonly DeviceId[]) => Promise<void>
  received(device: DeviceId, durableSeq: number): void
  deviceBack(device: DeviceId, durableSeq: number): void
  deviceAway(device: DeviceId): void
  deviceDrained(device: DeviceId): void
  /** Begins to delete what is too old; returns what ends that. */
  start(): () => void
}

const NOBODY: MailboxWatch = { advanced: () => undefined, stale: () => undefined, arrived: () => undefined }

export function createMailbox(deps: MailboxDeps): Mailbox {
  const { clock, log, store, defer, spacing = SPACING } = deps
  let watcher = NOBODY
  let arrivals: ArrivedEntry[] = []
  const watch: ChannelWatch = {
    advanced: (claim) => watcher.advanced(claim),
    stale: (conversation) => watcher.stale(conversation),
  }
  const deliver = (message: StoredMessage) => deliverStored(deps.deliverDurable, message)
  const inboxes = createInboxes({ page: store.page, deliver, waits: deps.waits, readFailed })
  const queue = createQueue({ ...deps, write: createWriter({ clock, log, store, inboxes, watch }), spacing })
  const eraserDeps = { clock, log, defer }
  const tellingEraser = createEraser({ ...eraserDeps, erase: eraseAndTell, spacingMs: spacing.tellMs })
  const eraser = createEraser({ ...eraserDeps, erase: store.eraseTold, spacingMs: spacing.eraseMs })

  function readFailed(device: DeviceId, error: unknown): void {
    log.warn('mailbox.read-failed', { device, err: error })
    clock.after(RETRY_MS, () => inboxes.resume(device))
  }

  /** The receipt of a message of a call is told by the erasure of its bytes, for that happens once, whatever crashes. */
  async function eraseAndTell(ranges: readonly EraseRange[]): Promise<void> {
    tell(await store.erase(ranges))
  }

  /**
   * A message of a call is sent again, perhaps because its receipt went down with the sender's session: told again, unless it
   * still waits. Storage that is away now has the sender ask once more.
   */
  function receiptAgain(first: StoredMessage): void {
    if (first.kind !== 'call') return
    const { kind, senderDevice, messageId, callId, recipientDevice, seq } = first
    const waiting = store.page(recipientDevice, seq - 1, 1)
    waiting.then(
      ([next]) => next?.seq === seq || tell([{ kind, senderDevice, messageId, callId }]),
      (error: unknown) => log.warn('mailbox.read-failed', { device: recipientDevice, err: error }),
    )
  }

  function tell(arrived: readonly Arrived[]): void {
    const deliveredAtMs = clock.nowMs()
    const entries: ArrivedEntry[] = []
    for (const message of arrived) {
      if (message.kind === 'message') entries.push(message)
      else {
        const { senderDevice, callId, messageId } = message
        deps.deliverReceipt(senderDevice, { callId, messageId, deliveredAtMs })
      }
    }
    if (entries.length > 0) watcher.arrived(entries)
  }

  function received(device: DeviceId, durableSeq: number): void {
    const acknowledged = inboxes.acknowledged(device, durableSeq)
    if (!acknowledged) return
    const { range, entries, hasCallMessages } = acknowledged
    if (hasCallMessages) tellingEraser.add({ device, ...range })
    else eraser.add({ device, ...range })
    // What arrives in one turn is told in one: of several messages between the same two, only the last counts.
    if (arrivals.length === 0 && entries.length > 0) defer(tellArrivals)
    arrivals.push(...entries)
  }

  function tellArrivals(): void {
    const batch = arrivals
    arrivals = []
    watcher.arrived(batch)
  }

  function prune(): void {
    const nowMs = clock.nowMs()
    const times = { sentBeforeMs: nowMs - MAILBOX_DAYS * DAY, erasedBeforeMs: nowMs - REMEMBERED_MS }
    store.prune(times).catch((error: unknown) => log.warn('mailbox.prune-failed', { err: error }))
  }

  return {
    send(device, body) {
      const recipient = deps.recipientOf(device, body.callId)
      if (!recipient.ok) return Promise.resolve(recipient)
      return queue.post(callPosting(device, recipient.value, body, { sentAtMs: clock.nowMs(), known: receiptAgain }))
    },
    post: queue.post,
    alone: queue.alone,
    watch: (next) => void (watcher = next),
    known: store.known,
    forget: store.drop,
    received,
    deviceBack(device, durableSeq) {
      inboxes.open(device, durableSeq)
      // What it had got on former connections, perhaps of another process: storage knows what that was.
      const acknowledged = inboxes.acknowledged(device, durableSeq)
      if (acknowledged) tellingEraser.add({ device, ...acknowledged.range })
    },
    deviceAway: inboxes.close,
    deviceDrained: inboxes.resume,
    start: () => {
      prune()
      return clock.every(HOUR, prune)
    },
  }
}

function deliverStored(deliverDurable: DeliverDurable, message: StoredMessage): boolean {
  const { recipientDevice, seq, messageId, sentAtMs, ciphertext } = message
  if (message.kind === 'call') {
    const { callId } = message
    return deliverDurable(recipientDevice, 'message', { seq, callId, messageId, sentAtMs, ciphertext })
  }
  const { conversationId, generation, epoch, kind, senderAccount, senderDevice, position, stamping } = message
  return deliverDurable(recipientDevice, 'entry', {
    seq,
    conversationId,
    generation,
    epoch,
    kind,
    messageId,
    senderAccount,
    senderDevice,
    position,
    sentAtMs,
    ...(stamping && { commitment: stamping.commitment, stampKeyId: stamping.keyId, stamp: stamping.stamp }),
    bytes: ciphertext,
  })
}

function callPosting(
  senderDevice: DeviceId,
  recipientDevice: DeviceId,
  { callId, messageId, ciphertext }: ClientFrameBody<'message.send'>,
  { sentAtMs, known }: { readonly sentAtMs: number; known(first: StoredMessage): void },
): Posting<Result<{ sentAtMs: number }>> {
  const kind = 'call'
  const draft = { kind, recipientDevice, senderDevice, messageId, part: 0, sentAtMs, callId, ciphertext } as const
  return {
    senderDevice,
    messageId,
    ready: () => undefined,
    prepare: () => ({ kind: 'rows', drafts: [draft], answer: ok({ sentAtMs }) }),
    known(first) {
      known(first)
      return ok({ sentAtMs: first.sentAtMs })
    },
  }
}

/** Everything that is to be written, one batch after the other; what is on its way already is not taken twice. */
function createQueue(deps: {
  clock: Clock
  defer: (work: () => void) => void
  spacing: typeof SPACING
  write: (jobs: readonly Job[]) => Promise<readonly Settled[]>
}) {
  const { clock, defer, spacing, write } = deps
  const jobs = createGroupCommit<Job, Settled>({
    write,
    batchMax: BATCH_MAX,
    defer,
    spacing: { ms: spacing.writeMs, clock },
  })
  const onTheWay = new Map<string, Promise<Result<unknown>>>()

  function add<T>(messageKey: MessageKey, job: Job): Promise<Result<T>> {
    const key = keyOf(messageKey)
    const same = onTheWay.get(key)
    if (same) return same as Promise<Result<T>>
    if (onTheWay.size >= WAITING_MAX) return Promise.resolve(fail('SERVER_STORAGE', RETRY_MS))
    const result = jobs.add(job).then((settled): Result<T> => {
      onTheWay.delete(key)
      return settled.ok ? (settled.value as Result<T>) : fail('SERVER_STORAGE', RETRY_MS)
    })
    onTheWay.set(key, result)
    return result
  }

  return {
    post: <T>(posting: Posting<Result<T>>) => add<T>(posting, { kind: 'post', posting }),
    alone: <T>(key: MessageKey, work: (press: Press) => Promise<Result<T>>) => add<T>(key, { kind: 'alone', work }),
  }
}
