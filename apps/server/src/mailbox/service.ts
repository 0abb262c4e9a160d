import { DAY, HOUR, SECOND, type Clock, type Log } from '@visavis/ports'
import {
  fail,
  MAILBOX_DAYS,
  ok,
  type CallId,
  type ClientFrameBody,
  type DeviceId,
  type Result,
  type ServerFrameBody,
} from '@visavis/wire'
import { createGroupCommit } from './group-commit.ts'
import { createInboxes, type Inboxes } from './inboxes.ts'
import { createSequence } from './sequence.ts'
import type { EraseRange, InsertOutcome, MailboxStore, StoredMessage } from './store.ts'

/** Twelve megabytes at most. Larger batches cost less per message: a statement alone costs as much as dozens of its rows. */
const BATCH_MAX = 512
/** Messages waiting to be written. More means storage is away or drowning: refuse, so that memory stays bounded. */
const WAITING_MAX = 8_192
const RETRY_MS = SECOND
/** Writes and erasures begin this far apart when there is always something to do; the first after a pause does not wait. */
const SPACING = { writeMs: 8, eraseMs: 40 }
/** How long a delivered message's id is remembered; a client sends again within minutes or not at all. */
const REMEMBERED_MS = DAY

/** Who gets what `device` writes in this call; fails when the device is not in it. */
export type Recipient = (device: DeviceId, callId: CallId) => Result<DeviceId>

export type MailboxDeps = {
  readonly clock: Clock
  readonly log: Log
  readonly store: MailboxStore
  readonly recipientOf: Recipient
  readonly deliverDurable: (device: DeviceId, body: ServerFrameBody<'message'>) => boolean
  readonly deliverReceipt: (device: DeviceId, body: ServerFrameBody<'receipt'>) => void
  readonly defer: (work: () => void) => void
  /** Tests on a clock that stands still set these to zero. */
  readonly spacing?: typeof SPACING
}

/**
 * Messages between the two devices of a call: durable before they are acknowledged, delivered in order until the
 * recipient has stored them, receipted once, then destroyed. Holds ciphertext only.
 */
export type Mailbox = {
  /** Errors: CALL_UNKNOWN, SERVER_STORAGE (nothing is acknowledged; the same message id may be sent again). */
  send(device: DeviceId, body: ClientFrameBody<'message.send'>): Promise<Result<{ sentAtMs: number }>>
  received(device: DeviceId, durableSeq: number): void
  deviceBack(device: DeviceId, durableSeq: number): void
  deviceAway(device: DeviceId): void
  deviceDrained(device: DeviceId): void
  /** Begins to delete what is too old; returns what ends that. */
  start(): () => void
}

export function createMailbox(deps: MailboxDeps): Mailbox {
  const { clock, log, store } = deps
  const inboxes = createInboxes({ page: store.page, deliver: deps.deliverDurable, readFailed })
  const write = createWriter(deps, inboxes)
  const { defer, spacing = SPACING } = deps
  const writes = createGroupCommit<StoredMessage, InsertOutcome>({
    write,
    batchMax: BATCH_MAX,
    defer,
    spacing: { ms: spacing.writeMs, clock },
  })
  const eraser = createEraser({ clock, log, store, defer, erased, spacingMs: spacing.eraseMs })
  const onTheWay = new Map<string, Promise<Result<{ sentAtMs: number }>>>()

  function send(device: DeviceId, body: ClientFrameBody<'message.send'>): Promise<Result<{ sentAtMs: number }>> {
    const recipient = deps.recipientOf(device, body.callId)
    if (!recipient.ok) return Promise.resolve(recipient)
    const key = `${device} ${body.messageId}`
    const same = onTheWay.get(key)
    if (same) return same
    if (onTheWay.size >= WAITING_MAX) return Promise.resolve(fail('SERVER_STORAGE', RETRY_MS))
    const { callId, messageId, ciphertext } = body
    // The number is given when the batch is made up, so numbers and writes have one order.
    const message = {
      recipientDevice: recipient.value,
      seq: 0,
      senderDevice: device,
      messageId,
      callId,
      sentAtMs: clock.nowMs(),
      ciphertext,
    }
    const result = writes.add(message).then(
      ({ sentAtMs }): Result<{ sentAtMs: number }> => {
        onTheWay.delete(key)
        return ok({ sentAtMs })
      },
      () => {
        onTheWay.delete(key)
        return fail('SERVER_STORAGE', RETRY_MS)
      },
    )
    onTheWay.set(key, result)
    return result
  }

  function readFailed(device: DeviceId, error: unknown): void {
    log.warn('mailbox.read-failed', { device, err: error })
    clock.after(RETRY_MS, () => inboxes.resume(device))
  }

  function erased(message: { senderDevice: DeviceId } & Omit<ServerFrameBody<'receipt'>, 'deliveredAtMs'>): void {
    const { senderDevice, callId, messageId } = message
    deps.deliverReceipt(senderDevice, { callId, messageId, deliveredAtMs: clock.nowMs() })
  }

  function received(device: DeviceId, durableSeq: number): void {
    const range = inboxes.acknowledged(device, durableSeq)
    if (range) eraser.add({ device, ...range })
  }

  function deviceBack(device: DeviceId, durableSeq: number): void {
    inboxes.open(device, durableSeq)
    received(device, durableSeq)
  }

  function prune(): void {
    const nowMs = clock.nowMs()
    const times = { sentBeforeMs: nowMs - MAILBOX_DAYS * DAY, erasedBeforeMs: nowMs - REMEMBERED_MS }
    store.prune(times).catch((error: unknown) => log.warn('mailbox.prune-failed', { err: error }))
  }

  return {
    send,
    received,
    deviceBack,
    deviceAway: inboxes.close,
    deviceDrained: inboxes.resume,
    start: () => {
      prune()
      return clock.every(HOUR, prune)
    },
  }
}

/** Writes batches: numbers them, stores them, and hands on what was stored, in that order and no other. */
function createWriter({ clock, log, store }: MailboxDeps, inboxes: Inboxes) {
  const sequence = createSequence({ clock, nextEpoch: store.nextEpoch })

  async function write(batch: readonly StoredMessage[]): Promise<readonly InsertOutcome[]> {
    try {
      const rows = await number(batch)
      const outcomes = await store.insert(rows)
      rows.forEach((row, index) => {
        if (outcomes[index]?.kind === 'stored') inboxes.stored(row)
        // Known from before, perhaps from a write that was thought to have failed: it may never have been offered.
        else recover(row.recipientDevice)
      })
      return outcomes
    } catch (error) {
      // It may be written all the same. Nothing later may overtake it, so its recipients are read from storage next.
      for (const row of batch) inboxes.doubt(row.recipientDevice)
      clock.after(RETRY_MS, () => batch.forEach((row) => inboxes.resume(row.recipientDevice)))
      log.warn('mailbox.write-failed', { count: batch.length, err: error })
      throw error
    }
  }

  async function number(batch: readonly StoredMessage[]): Promise<readonly StoredMessage[]> {
    for (;;) {
      const rows = batch.map((row) => ({ ...row, seq: sequence.next(row.recipientDevice) ?? -1 }))
      if (rows.every((row) => row.seq >= 0)) return rows
      await sequence.ready()
    }
  }

  function recover(device: DeviceId): void {
    inboxes.doubt(device)
    inboxes.resume(device)
  }

  return write
}

/** Erases in batches, one at a time; ranges of one device that wait are joined, and a failed batch waits with them. */
function createEraser(deps: {
  clock: Clock
  log: Log
  store: MailboxStore
  defer: (work: () => void) => void
  erased: (message: Awaited<ReturnType<MailboxStore['erase']>>[number]) => void
  spacingMs: number
}) {
  const { clock, spacingMs } = deps
  let waiting = new Map<DeviceId, EraseRange>()
  let busy = false
  let startedAtMs = Number.NEGATIVE_INFINITY

  function add(range: EraseRange): void {
    const known = waiting.get(range.device)
    waiting.set(range.device, known ? join(known, range) : range)
    if (busy) return
    busy = true
    schedule()
  }

  function schedule(): void {
    const waitMs = startedAtMs + spacingMs - clock.monotonicMs()
    if (waitMs > 0) clock.after(waitMs, () => void run())
    else deps.defer(() => void run())
  }

  async function run(): Promise<void> {
    const batch = waiting
    waiting = new Map()
    startedAtMs = clock.monotonicMs()
    try {
      for (const message of await deps.store.erase([...batch.values()])) deps.erased(message)
    } catch (error) {
      deps.log.warn('mailbox.erase-failed', { count: batch.size, err: error })
      for (const range of batch.values()) {
        const known = waiting.get(range.device)
        waiting.set(range.device, known ? join(known, range) : range)
      }
      clock.after(RETRY_MS, () => void run())
      return
    }
    if (waiting.size > 0) schedule()
    else busy = false
  }

  return { add }
}

function join(a: EraseRange, b: EraseRange): EraseRange {
  return {
    device: a.device,
    afterSeq: Math.min(a.afterSeq, b.afterSeq),
    uptoSeq: Math.max(a.uptoSeq, b.uptoSeq),
  }
}
