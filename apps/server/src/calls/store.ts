import { MINUTE } from '@visavis/ports'
import type { AccountId, Boundaries, CallId, DeviceId, LegId, Mode } from '@visavis/wire'
import { sql, type Kysely } from 'kysely'
import { decodeBoundaries, encodeBoundaries } from './boundaries.ts'

/** `lost`: one side did not come back. `block`: ended by a block; the other side is told `left`. */
export type EndReason = 'end' | 'next' | 'lost' | 'block'

export type CallSide = {
  readonly accountId: AccountId
  readonly deviceId: DeviceId
  /** The side's leg of the embedded relay; null in text mode and with TURN. */
  readonly legId: LegId | null
  /** How this side was shown to the other. */
  readonly pseudonym: string
  /** As this side had chosen them and the other saw them; undefined for calls from before they were kept. */
  readonly boundaries: Boundaries | undefined
}

export type CallRecord = {
  readonly callId: CallId
  readonly mode: Mode
  readonly a: CallSide
  readonly b: CallSide
  readonly startedAtMs: number
  readonly end: { readonly atMs: number; readonly reason: EndReason } | undefined
}

/** A call counts as one that went well from this length on, if nothing else speaks against it [M6]. */
export const MINUTE_CALL_MS = MINUTE
/** At most so many calls are looked at: trust asks for far fewer, and the question stays as cheap for the busiest. */
export const MINUTE_CALLS_MAX = 100

export type MinuteCall = { readonly callId: CallId; readonly partner: AccountId }

/** All methods reject when the storage is away. */
export type CallStore = {
  /** Writes calls as they are now, whether known before or not. An end that was stored is never taken back. */
  save(calls: readonly CallRecord[]): Promise<void>
  /** Calls without an end. */
  live(): Promise<readonly CallRecord[]>
  /** Calls that began at or after this time, ended or not. */
  startedSince(startedAtMs: number): Promise<readonly CallRecord[]>
  find(callId: CallId): Promise<CallRecord | undefined>
  /**
   * The latest calls of an account that lasted at least `MINUTE_CALL_MS`, at most `MINUTE_CALLS_MAX`. Ended calls only, and
   * none that ended by a side vanishing: nobody can say how long those two were really together.
   */
  minuteCallsOf(account: AccountId): Promise<readonly MinuteCall[]>
  /** Deletes calls that began before this time. */
  prune(startedBeforeMs: number): Promise<void>
}

export type CallTables = {
  calls: {
    call_id: string
    mode: Mode
    account_a: string
    account_b: string
    device_a: string
    device_b: string
    leg_a: string | null
    leg_b: string | null
    pseudonym_a: string
    pseudonym_b: string
    boundaries_a: string | null
    boundaries_b: string | null
    started_at_ms: number
    ended_at_ms: number | null
    end_reason: EndReason | null
  }
}

// As the indexes calls_minute_a and calls_minute_b have it; a parameter in the place of the number would hide them.
const LASTED_A_MINUTE = sql<boolean>`ended_at_ms - started_at_ms >= 60000 and end_reason <> 'lost'`

/** The calls in PostgreSQL or its embedded twin. */
export function createCallStore(db: Kysely<CallTables>): CallStore {
  async function save(calls: readonly CallRecord[]): Promise<void> {
    if (calls.length === 0) return
    await db
      .insertInto('calls')
      .values(calls.map(toRow))
      .onConflict((conflict) =>
        conflict
          .column('call_id')
          .doUpdateSet((update) => ({
            ended_at_ms: update.ref('excluded.ended_at_ms'),
            end_reason: update.ref('excluded.end_reason'),
          }))
          .where('calls.ended_at_ms', 'is', null),
      )
      .execute()
  }

  async function live(): Promise<readonly CallRecord[]> {
    const rows = await db.selectFrom('calls').selectAll().where('ended_at_ms', 'is', null).execute()
    return rows.map(fromRow)
  }

  async function startedSince(startedAtMs: number): Promise<readonly CallRecord[]> {
    const rows = await db.selectFrom('calls').selectAll().where('started_at_ms', '>=', startedAtMs).execute()
    return rows.map(fromRow)
  }

  async function find(callId: CallId): Promise<CallRecord | undefined> {
    const row = await db.selectFrom('calls').selectAll().where('call_id', '=', callId).executeTakeFirst()
    return row && fromRow(row)
  }

  async function minuteCallsOf(account: AccountId): Promise<readonly MinuteCall[]> {
    // One query per side, because each then reads its own index from the end and stops.
    const bySide = (['account_a', 'account_b'] as const).map((side) =>
      db
        .selectFrom('calls')
        .select(['call_id', 'account_a', 'account_b', 'ended_at_ms'])
        .where(side, '=', account)
        .where(LASTED_A_MINUTE)
        .orderBy('ended_at_ms', 'desc')
        .limit(MINUTE_CALLS_MAX)
        .execute(),
    )
    return (await Promise.all(bySide))
      .flat()
      .toSorted((one, other) => (other.ended_at_ms ?? 0) - (one.ended_at_ms ?? 0))
      .slice(0, MINUTE_CALLS_MAX)
      .map((row) => ({
        callId: row.call_id as CallId,
        partner: (row.account_a === account ? row.account_b : row.account_a) as AccountId,
      }))
  }

  async function prune(startedBeforeMs: number): Promise<void> {
    await db.deleteFrom('calls').where('started_at_ms', '<', startedBeforeMs).execute()
  }

  return { save, live, startedSince, find, minuteCallsOf, prune }
}

function toRow(call: CallRecord): CallTables['calls'] {
  return {
    call_id: call.callId,
    mode: call.mode,
    account_a: call.a.accountId,
    account_b: call.b.accountId,
    device_a: call.a.deviceId,
    device_b: call.b.deviceId,
    leg_a: call.a.legId,
    leg_b: call.b.legId,
    pseudonym_a: call.a.pseudonym,
    pseudonym_b: call.b.pseudonym,
    boundaries_a: call.a.boundaries ? encodeBoundaries(call.a.boundaries) : null,
    boundaries_b: call.b.boundaries ? encodeBoundaries(call.b.boundaries) : null,
    started_at_ms: call.startedAtMs,
    ended_at_ms: call.end?.atMs ?? null,
    end_reason: call.end?.reason ?? null,
  }
}

function fromRow(row: CallTables['calls']): CallRecord {
  return {
    callId: row.call_id as CallId,
    mode: row.mode,
    a: {
      accountId: row.account_a as AccountId,
      deviceId: row.device_a as DeviceId,
      legId: row.leg_a as LegId | null,
      pseudonym: row.pseudonym_a,
      boundaries: row.boundaries_a === null ? undefined : decodeBoundaries(row.boundaries_a),
    },
    b: {
      accountId: row.account_b as AccountId,
      deviceId: row.device_b as DeviceId,
      legId: row.leg_b as LegId | null,
      pseudonym: row.pseudonym_b,
      boundaries: row.boundaries_b === null ? undefined : decodeBoundaries(row.boundaries_b),
    },
    startedAtMs: row.started_at_ms,
    end:
      row.ended_at_ms === null || row.end_reason === null
        ? undefined
        : { atMs: row.ended_at_ms, reason: row.end_reason },
  }
}
