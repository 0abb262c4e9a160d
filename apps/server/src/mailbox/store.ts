import assert from 'node:assert/strict'
import type { CallId, ConversationId, DeviceId, MessageId } from '@visavis/wire'
import { sql, type ColumnType, type Kysely } from 'kysely'
import { isDuplicate, PREPARED } from '../storage/index.ts'
import { decodeHead, encodeHead } from './entry-head.ts'
import { channelOf, KINDS, type Arrived, type MessageKey, type StoredMessage } from './stored.ts'

/** Takes positions `before + 1` to `last` of a conversation, provided that nothing about it changed since `version`. */
export type Claim = {
  readonly channel: ConversationId
  readonly before: number
  readonly last: number
  readonly version: number
}

/**
 * `stored`: all of it. `known`: nothing, because of these, which were stored before (their first rows, without bytes).
 * `moved`: all but what belongs to these conversations, about which something has changed.
 */
export type InsertOutcome =
  | { readonly kind: 'stored' }
  | { readonly kind: 'known'; readonly known: readonly StoredMessage[] }
  | { readonly kind: 'moved'; readonly channels: ReadonlySet<ConversationId> }

/** Everything of a device after `afterSeq` up to and including `uptoSeq`. */
export type EraseRange = { readonly device: DeviceId; readonly afterSeq: number; readonly uptoSeq: number }

/** All methods reject when the storage is away; an `insert` that rejected may still have been written. */
export type MailboxStore = {
  /** A number higher than any given before, also to former processes. */
  readonly nextEpoch: () => Promise<number>
  /** Durable when it resolves; per conversation all or nothing. A message is known by its sender and message id. */
  insert(rows: readonly StoredMessage[], claims: readonly Claim[]): Promise<InsertOutcome>
  /** The first rows of messages stored before, without their bytes. */
  known(keys: readonly MessageKey[]): Promise<readonly StoredMessage[]>
  /** What a device has not got yet, in order. */
  readonly page: (device: DeviceId, afterSeq: number, limit: number) => Promise<readonly StoredMessage[]>
  /** Destroys the bytes of what has arrived. Returns each message once per recipient: only the call that erased it. */
  erase(ranges: readonly EraseRange[]): Promise<readonly Arrived[]>
  /** The same where nobody is to be told. */
  eraseTold(ranges: readonly EraseRange[]): Promise<void>
  /** Destroys the bytes of all that waits for these devices, and tells nobody. */
  drop(devices: readonly DeviceId[]): Promise<void>
  /** Deletes rows sent before `sentBeforeMs`, and the empty ones sent before `erasedBeforeMs`. */
  prune(times: { readonly sentBeforeMs: number; readonly erasedBeforeMs: number }): Promise<void>
}

export type MailboxTables = {
  mailbox: {
    recipient_device: string
    seq: number
    sender_device: string
    message_id: string
    channel_id: string
    sent_at_ms: number
    ciphertext: ColumnType<Uint8Array<ArrayBuffer> | null>
    kind: number
    part: number
    position: number
    head: Uint8Array<ArrayBuffer> | null
  }
  mailbox_channels: { channel_id: string; position: number; version: number }
}

/** The mailbox in PostgreSQL or its embedded twin. */
export function createMailboxStore(db: Kysely<MailboxTables>): MailboxStore {
  return {
    nextEpoch: () => nextEpoch(db),
    insert: (rows, claims) => insert(db, rows, claims),
    known: (keys) => firstRows(db, keys),
    page: (device, afterSeq, limit) => page(db, device, afterSeq, limit),
    erase: (ranges) => erase(db, ranges),
    eraseTold: async (ranges) => void (await erasing(ranges).execute(db)),
    async drop(devices) {
      if (devices.length === 0) return
      const waiting = db.updateTable('mailbox').set({ ciphertext: null })
      await waiting
        .where('recipient_device', 'in', [...devices])
        .where('ciphertext', 'is not', null)
        .execute()
    },
    prune: (times) => prune(db, times),
  }
}

type Db = Kysely<MailboxTables>

async function nextEpoch(db: Db): Promise<number> {
  const { rows } = await sql<{ epoch: number }>`select nextval('mailbox_epoch') as epoch`.execute(db)
  return Number(rows[0]?.epoch)
}

const MARK = sql.raw(PREPARED)

async function insert(db: Db, rows: readonly StoredMessage[], claims: readonly Claim[]): Promise<InsertOutcome> {
  try {
    const left = claims.length > 0 ? await insertClaimed(db, rows, claims) : []
    if (claims.length === 0) await insertRows(db, rows)
    return left.length === 0 ? { kind: 'stored' } : { kind: 'moved', channels: new Set(left) }
  } catch (error) {
    if (!isDuplicate(error, 'mailbox_message')) throw error
    return { kind: 'known', known: await firstRows(db, rows) }
  }
}

/**
 * One statement for a whole batch, and one byte string for all bytes, cut up by the database: arrays of bytea would
 * travel as hexadecimal text, twice as long. Recipients of one message share its bytes there.
 */
function given(rows: readonly StoredMessage[]) {
  const pieces: Uint8Array[] = []
  const starts = new Map<Uint8Array, number>()
  let at = 1
  const put = (piece: Uint8Array): number => {
    const known = starts.get(piece)
    if (known !== undefined) return known
    const start = at
    starts.set(piece, start)
    pieces.push(piece)
    at += piece.byteLength
    return start
  }
  const heads = rows.map(encodeHead)
  const headStarts = heads.map(put)
  const starting = rows.map((row) => put(row.ciphertext))
  const bodies = Buffer.concat(pieces)
  const list = (valueOf: (row: StoredMessage, index: number) => string | number) => arrayOf(rows, valueOf)
  return sql`select r, s, d, m, c, t, k, p, n, nullif(substring(b from ho for hl), ''), nullif(substring(b from o for l), '')
      from (select ${bodies}::bytea as b) as body, unnest(
        ${list((row) => row.recipientDevice)}::text[], ${list((row) => row.seq)}::bigint[],
        ${list((row) => row.senderDevice)}::text[], ${list((row) => row.messageId)}::uuid[],
        ${list(channelOf)}::uuid[], ${list((row) => row.sentAtMs)}::bigint[],
        ${list((row) => KINDS.indexOf(row.kind))}::smallint[], ${list((row) => row.part)}::smallint[],
        ${list((row) => (row.kind === 'call' ? 0 : row.position))}::bigint[],
        ${list((_, index) => headStarts[index] ?? 0)}::int[], ${list((_, index) => heads[index]?.byteLength ?? 0)}::int[],
        ${list((_, index) => starting[index] ?? 0)}::int[], ${list((row) => row.ciphertext.byteLength)}::int[]
      ) as given (r, s, d, m, c, t, k, p, n, ho, hl, o, l)`
}

const INTO =
  sql.raw(`insert into mailbox (recipient_device, seq, sender_device, message_id, channel_id, sent_at_ms, kind,
        part, position, head, ciphertext)`)

/** Inserts within whatever transaction `db` is. Throws a broken `mailbox_message` when one of them is known. */
export async function insertRows(db: Db, rows: readonly StoredMessage[]): Promise<void> {
  if (rows.length > 0) await sql`${MARK} ${INTO} ${given(rows)}`.execute(db)
}

/** Returns the conversations whose claim failed and whose rows were therefore not written. */
async function insertClaimed(
  db: Db,
  rows: readonly StoredMessage[],
  claims: readonly Claim[],
): Promise<readonly ConversationId[]> {
  const list = (valueOf: (claim: Claim) => string | number) => arrayOf(claims, valueOf)
  const { rows: outcome } = await sql<{ moved: readonly string[] | null; count: number }>`${MARK}
      with claimed as (update mailbox_channels set position = z
        from unnest(
          ${list((claim) => claim.channel)}::uuid[], ${list((claim) => claim.before)}::bigint[],
          ${list((claim) => claim.last)}::bigint[], ${list((claim) => claim.version)}::bigint[]
        ) as claim (ch, a, z, v)
        where channel_id = ch and mailbox_channels.position = a and version = v
        returning channel_id),
      stored as (${INTO} ${given(rows)} where k = 0 or c in (select channel_id from claimed))
      select count(*) as count,
        case when count(*) < ${claims.length}::int then array_agg(channel_id::text) end as moved
      from claimed`.execute(db)
  const [found] = outcome
  assert(found)
  if (found.count === claims.length) return []
  const moved = new Set(found.moved)
  return claims.flatMap(({ channel }) => (moved.has(channel) ? [] : [channel]))
}

async function firstRows(db: Db, keys: readonly MessageKey[]): Promise<readonly StoredMessage[]> {
  const { rows } = await sql<MailboxTables['mailbox']>`
      select mailbox.* from unnest(
        ${arrayOf(keys, (key) => key.senderDevice)}::text[], ${arrayOf(keys, (key) => key.messageId)}::uuid[]
      ) as given (d, m)
      join mailbox on mailbox.sender_device = d and mailbox.message_id = m and mailbox.part = 0`.execute(db)
  return rows.map((row) => toStored({ ...row, ciphertext: null }))
}

async function page(db: Db, device: DeviceId, afterSeq: number, limit: number): Promise<readonly StoredMessage[]> {
  const { rows } = await sql<SelectedRow>`${MARK}
      select * from mailbox where recipient_device = ${device} and seq > ${afterSeq} and ciphertext is not null
      order by seq limit ${limit}`.execute(db)
  return rows.map(toStored)
}

type SelectedRow = Omit<MailboxTables['mailbox'], 'ciphertext'> & { ciphertext: Uint8Array<ArrayBuffer> | null }

function toStored(row: SelectedRow): StoredMessage {
  const shared = {
    recipientDevice: row.recipient_device as DeviceId,
    seq: row.seq,
    senderDevice: row.sender_device as DeviceId,
    messageId: row.message_id as MessageId,
    part: row.part,
    sentAtMs: row.sent_at_ms,
    ciphertext: new Uint8Array(row.ciphertext ?? []), // A plain copy, not the driver's Buffer and its pool.
  }
  const kind = KINDS[row.kind]
  assert(kind, 'a row of the mailbox has a kind this version does not know')
  if (kind === 'call') return { ...shared, kind, callId: row.channel_id as CallId }
  assert(row.head, 'an entry has no head')
  const conversationId = row.channel_id as ConversationId
  return { ...shared, kind, conversationId, position: row.position, ...decodeHead(row.head) }
}

/**
 * One index scan per range, and the rows by their place after that: as a plain join this was a scan of the whole table
 * (nothing tells the planner how short the ranges are), so that erasing cost more the more was remembered. The order inside
 * keeps the planner from joining all the same.
 */
function erasing(ranges: readonly EraseRange[]) {
  return sql`${MARK}
      update mailbox set ciphertext = null
      where ciphertext is not null and ctid = any(array(
        select found.ctid from unnest(
          ${arrayOf(ranges, (range) => range.device)}::text[], ${arrayOf(ranges, (range) => range.afterSeq)}::bigint[],
          ${arrayOf(ranges, (range) => range.uptoSeq)}::bigint[]
        ) as given (d, lo, hi), lateral (
          select ctid from mailbox where recipient_device = d and seq > lo and seq <= hi and ciphertext is not null
          order by seq
        ) as found))`
}

async function erase(db: Db, ranges: readonly EraseRange[]): Promise<readonly Arrived[]> {
  type Row = Pick<
    MailboxTables['mailbox'],
    'sender_device' | 'message_id' | 'channel_id' | 'kind' | 'position' | 'recipient_device'
  >
  const { rows } = await sql<Row>`${erasing(ranges)}
      returning recipient_device, sender_device, message_id, channel_id, kind, position`.execute(db)
  return rows.flatMap((row): Arrived[] => {
    const kind = KINDS[row.kind]
    if (kind === 'message') {
      const conversationId = row.channel_id as ConversationId
      return [{ kind, recipientDevice: row.recipient_device as DeviceId, conversationId, position: row.position }]
    }
    if (kind !== 'call') return []
    const key = { senderDevice: row.sender_device as DeviceId, messageId: row.message_id as MessageId }
    return [{ kind, ...key, callId: row.channel_id as CallId }]
  })
}

async function prune(db: Db, times: { sentBeforeMs: number; erasedBeforeMs: number }): Promise<void> {
  await sql`delete from mailbox where sent_at_ms < ${times.sentBeforeMs}
      or (sent_at_ms < ${times.erasedBeforeMs} and ciphertext is null)`.execute(db)
}

const PLAIN = /^[\w-]+$/

/** An array as PostgreSQL writes it. Quicker than the driver's, because ids and numbers need no quotes. */
function arrayOf<T>(rows: readonly T[], valueOf: (row: T, index: number) => string | number): string {
  const values = rows.map((row, index) => {
    const value = valueOf(row, index)
    assert(typeof value === 'number' || PLAIN.test(value), 'an id has a character that ids do not have')
    return value
  })
  return `{${values.join(',')}}`
}
