import assert from 'node:assert/strict'
import type { CallId, DeviceId, MessageId } from '@visavis/wire'
import { sql, type ColumnType, type Kysely } from 'kysely'
import { PREPARED } from '../storage/index.ts'

/** A message as it is stored: ciphertext and who is to have it, nothing else. */
export type StoredMessage = {
  readonly recipientDevice: DeviceId
  /** Counts up per recipient device for ever; gaps are allowed. */
  readonly seq: number
  readonly senderDevice: DeviceId
  readonly messageId: MessageId
  readonly callId: CallId
  readonly sentAtMs: number
  readonly ciphertext: Uint8Array<ArrayBuffer>
}

/** `repeated`: this sender's message id is known already; nothing was written, `sentAtMs` is that of the first time. */
export type InsertOutcome = { readonly kind: 'stored' | 'repeated'; readonly sentAtMs: number }

/** Everything of a device after `afterSeq` up to and including `uptoSeq`. */
export type EraseRange = { readonly device: DeviceId; readonly afterSeq: number; readonly uptoSeq: number }
export type Erased = Pick<StoredMessage, 'senderDevice' | 'messageId' | 'callId'>

/** All methods reject when the storage is away; an `insert` that rejected may still have been written. */
export type MailboxStore = {
  /** A number higher than any given before, also to former processes. */
  readonly nextEpoch: () => Promise<number>
  /** Durable when it resolves, all or nothing. No two rows of one call may have the same sender and message id. */
  insert(rows: readonly StoredMessage[]): Promise<readonly InsertOutcome[]>
  /** What a device has not got yet, in order. */
  readonly page: (device: DeviceId, afterSeq: number, limit: number) => Promise<readonly StoredMessage[]>
  /** Destroys the ciphertext of what has arrived. Returns each message once: only the call that erased it. */
  erase(ranges: readonly EraseRange[]): Promise<readonly Erased[]>
  /** Deletes rows sent before `sentBeforeMs`, and the empty ones sent before `erasedBeforeMs`. */
  prune(times: { readonly sentBeforeMs: number; readonly erasedBeforeMs: number }): Promise<void>
}

export type MailboxTables = {
  mailbox: {
    recipient_device: string
    seq: number
    sender_device: string
    message_id: string
    call_id: string
    sent_at_ms: number
    ciphertext: ColumnType<Uint8Array<ArrayBuffer> | null>
  }
}

/** The mailbox in PostgreSQL or its embedded twin. */
export function createMailboxStore(db: Kysely<MailboxTables>): MailboxStore {
  return {
    nextEpoch: () => nextEpoch(db),
    insert: (batch) => insert(db, batch),
    page: (device, afterSeq, limit) => page(db, device, afterSeq, limit),
    erase: (ranges) => erase(db, ranges),
    prune: (times) => prune(db, times),
  }
}

type Db = Kysely<MailboxTables>

async function nextEpoch(db: Db): Promise<number> {
  const { rows } = await sql<{ epoch: number }>`select nextval('mailbox_epoch') as epoch`.execute(db)
  return Number(rows[0]?.epoch)
}

type Key = { sender_device: string; message_id: string }
const MARK = sql.raw(PREPARED)

async function insert(db: Db, batch: readonly StoredMessage[]): Promise<readonly InsertOutcome[]> {
  // One statement for the batch, and one byte string for all ciphertexts, cut up by the database: arrays of bytea
  // would travel as hexadecimal text, twice as long.
  let at = 1
  const starts = batch.map((row) => {
    const start = at
    at += row.ciphertext.byteLength
    return start
  })
  const bodies = Buffer.concat(batch.map((row) => row.ciphertext))
  // Nearly always all of them are new, so the keys come back only when they are not.
  const { rows } = await sql<{ count: number; keys: readonly string[] | null }>`${MARK}
      with stored as (insert into mailbox (recipient_device, seq, sender_device, message_id, call_id, sent_at_ms, ciphertext)
      select r, s, d, m, c, t, substring(${bodies}::bytea from o for l)
      from unnest(
        ${arrayOf(batch, (row) => row.recipientDevice)}::text[], ${arrayOf(batch, (row) => row.seq)}::bigint[],
        ${arrayOf(batch, (row) => row.senderDevice)}::text[], ${arrayOf(batch, (row) => row.messageId)}::uuid[],
        ${arrayOf(batch, (row) => row.callId)}::uuid[], ${arrayOf(batch, (row) => row.sentAtMs)}::bigint[],
        ${arrayOf(starts, (start) => start)}::int[], ${arrayOf(batch, (row) => row.ciphertext.byteLength)}::int[]
      ) as given (r, s, d, m, c, t, o, l)
      on conflict (sender_device, message_id) do nothing
      returning sender_device, message_id)
      select count(*) as count,
        case when count(*) < ${batch.length}::int then array_agg(sender_device || ' ' || message_id::text) end as keys
      from stored`.execute(db)
  const [found] = rows
  assert(found)
  if (found.count === batch.length) return batch.map((row) => ({ kind: 'stored', sentAtMs: row.sentAtMs }))
  const stored = new Set(found.keys)
  const known = await firstTimes(
    db,
    batch.filter((row) => !stored.has(keyOf(row))),
  )
  return batch.map((row) => {
    if (stored.has(keyOf(row))) return { kind: 'stored', sentAtMs: row.sentAtMs }
    return { kind: 'repeated', sentAtMs: known.get(keyOf(row)) ?? row.sentAtMs }
  })
}

async function firstTimes(db: Db, repeated: readonly StoredMessage[]): Promise<Map<string, number>> {
  const { rows } = await sql<Key & { sent_at_ms: number }>`
      select mailbox.sender_device, mailbox.message_id, mailbox.sent_at_ms
      from unnest(
        ${arrayOf(repeated, (row) => row.senderDevice)}::text[], ${arrayOf(repeated, (row) => row.messageId)}::uuid[]
      ) as given (d, m)
      join mailbox on mailbox.sender_device = d and mailbox.message_id = m`.execute(db)
  return new Map(rows.map((row) => [`${row.sender_device} ${row.message_id}`, row.sent_at_ms]))
}

async function page(db: Db, device: DeviceId, afterSeq: number, limit: number): Promise<readonly StoredMessage[]> {
  const rows = await db
    .selectFrom('mailbox')
    .selectAll()
    .where('recipient_device', '=', device)
    .where('seq', '>', afterSeq)
    .where('ciphertext', 'is not', null)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    recipientDevice: row.recipient_device as DeviceId,
    seq: row.seq,
    senderDevice: row.sender_device as DeviceId,
    messageId: row.message_id as MessageId,
    callId: row.call_id as CallId,
    sentAtMs: row.sent_at_ms,
    ciphertext: new Uint8Array(row.ciphertext ?? []), // A plain copy, not the driver's Buffer and its pool.
  }))
}

async function erase(db: Db, ranges: readonly EraseRange[]): Promise<readonly Erased[]> {
  const { rows } = await sql<Key & { call_id: string }>`${MARK}
      update mailbox set ciphertext = null
      from unnest(
        ${arrayOf(ranges, (range) => range.device)}::text[], ${arrayOf(ranges, (range) => range.afterSeq)}::bigint[],
        ${arrayOf(ranges, (range) => range.uptoSeq)}::bigint[]
      ) as given (d, lo, hi)
      where mailbox.recipient_device = d and mailbox.seq > lo and mailbox.seq <= hi and mailbox.ciphertext is not null
      returning mailbox.sender_device, mailbox.message_id, mailbox.call_id`.execute(db)
  return rows.map((row) => ({
    senderDevice: row.sender_device as DeviceId,
    messageId: row.message_id as MessageId,
    callId: row.call_id as CallId,
  }))
}

async function prune(db: Db, times: { sentBeforeMs: number; erasedBeforeMs: number }): Promise<void> {
  await sql`delete from mailbox where sent_at_ms < ${times.sentBeforeMs}
      or (sent_at_ms < ${times.erasedBeforeMs} and ciphertext is null)`.execute(db)
}

const PLAIN = /^[\w-]+$/

/** An array as PostgreSQL writes it. Quicker than the driver's, because ids and numbers need no quotes. */
function arrayOf<T>(rows: readonly T[], valueOf: (row: T) => string | number): string {
  const values = rows.map((row) => {
    const value = valueOf(row)
    assert(typeof value === 'number' || PLAIN.test(value), 'an id has a character that ids do not have')
    return value
  })
  return `{${values.join(',')}}`
}

function keyOf(row: StoredMessage): string {
  return `${row.senderDevice} ${row.messageId}`
}
