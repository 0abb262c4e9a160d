import type { AccountId, CallId, DeviceId, LegId, Mode } from '@visavis/wire'
import type { Kysely } from 'kysely'

/** `lost`: one side did not come back. `block`: ended by a block; the other side is told `left`. */
export type EndReason = 'end' | 'next' | 'lost' | 'block'

export type CallSide = {
  readonly accountId: AccountId
  readonly deviceId: DeviceId
  /** The side's leg of the embedded relay; null in text mode and with TURN. */
  readonly legId: LegId | null
  /** How this side was shown to the other. */
  readonly pseudonym: string
}

export type CallRecord = {
  readonly callId: CallId
  readonly mode: Mode
  readonly a: CallSide
  readonly b: CallSide
  readonly startedAtMs: number
  readonly end: { readonly atMs: number; readonly reason: EndReason } | undefined
}

/** All methods reject when the storage is away. */
export type CallStore = {
  /** Writes calls as they are now, whether known before or not. An end that was stored is never taken back. */
  save(calls: readonly CallRecord[]): Promise<void>
  /** Calls without an end. */
  live(): Promise<readonly CallRecord[]>
  /** Calls that began at or after this time, ended or not. */
  startedSince(startedAtMs: number): Promise<readonly CallRecord[]>
  find(callId: CallId): Promise<CallRecord | undefined>
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
    started_at_ms: number
    ended_at_ms: number | null
    end_reason: EndReason | null
  }
}

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

  async function prune(startedBeforeMs: number): Promise<void> {
    await db.deleteFrom('calls').where('started_at_ms', '<', startedBeforeMs).execute()
  }

  return { save, live, startedSince, find, prune }
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
    },
    b: {
      accountId: row.account_b as AccountId,
      deviceId: row.device_b as DeviceId,
      legId: row.leg_b as LegId | null,
      pseudonym: row.pseudonym_b,
    },
    startedAtMs: row.started_at_ms,
    end:
      row.ended_at_ms === null || row.end_reason === null
        ? undefined
        : { atMs: row.ended_at_ms, reason: row.end_reason },
  }
}
