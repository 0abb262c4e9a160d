import { sql, type Kysely } from 'kysely'
import { MINUTE, type Clock, type Log } from '@visavis/ports'
import type { AccountId, DeviceId } from '@visavis/wire'
import type { Person } from '../http/index.ts'
import type { Database } from '../storage/index.ts'
import type { AuthLibrary } from './auth-library.ts'

export type SessionEnded = {
  readonly accountId: AccountId
  /** As in frames: the registered device the session was bound to, or the session's own id. */
  readonly deviceId: DeviceId
  readonly sessionId: string
  /** Whether `deviceId` is a registered device. */
  readonly isRegistered: boolean
  /**
   * `signed-out`: the person's choice. `expired`: 30 days without a visit; sockets close with AUTH_EXPIRED. `replaced`:
   * its device was revoked, or speaks through another session now.
   */
  readonly reason: 'signed-out' | 'expired' | 'replaced'
}
/** What is told when a session ends is waited for, so that it has happened once the person is answered. */
export type SessionListener = (ended: SessionEnded) => void | Promise<void>

export type Sessions = {
  authenticate: (headers: Headers) => Promise<Person | undefined>
  onEnded: (listener: SessionListener) => () => void
  announce: (ended: SessionEnded) => Promise<void>
  /** Makes the session speak for the device; a former session of the device ends. False: there is no such session. */
  bind: (accountId: AccountId, sessionId: string, deviceId: DeviceId) => Promise<boolean>
  /** Ends the sessions that are bound to these devices. */
  endOfDevices: (devices: readonly DeviceId[]) => Promise<void>
  /** Whether some session has this id: devices may not take one, because unbound sessions go by theirs. */
  exists: (id: string) => Promise<boolean>
  /** Deletes what has expired, and announces each session among it. */
  sweep: () => Promise<void>
  close: () => void
}

const SWEEP_MS = MINUTE

/** Who is behind a cookie, and who has left. A session's id is no secret; its token never comes out. */
export function createSessions(deps: {
  auth: AuthLibrary
  db: Kysely<Database>
  clock: Clock
  log: Log
  /** Whatever else of accounts expires and is forgotten in the same round. */
  sweepMore: () => Promise<void>
}): Sessions {
  const { auth, db, clock, log } = deps
  const listeners = new Set<SessionListener>()
  const announce = async (ended: SessionEnded) => {
    await Promise.all([...listeners].map(async (listener) => listener(ended)))
  }
  async function announceRows(rows: readonly EndedRow[], reason: SessionEnded['reason']): Promise<void> {
    for (const row of rows) await announce(endedOf(row, reason))
  }
  async function sweep(): Promise<void> {
    const now = new Date(clock.nowMs())
    const expired = await db.deleteFrom('sessions').where('expires_at', '<', now).returning(ENDED).execute()
    await announceRows(expired, 'expired')
    await db.deleteFrom('verifications').where('expires_at', '<', now).execute()
    await db.deleteFrom('handle_reservations').where('expires_at', '<', now).execute()
    await deps.sweepMore()
  }
  const stop = clock.every(SWEEP_MS, () => {
    sweep().catch((error: unknown) => log.warn('accounts.sweep-failed', { err: error }))
  })
  return {
    async authenticate(headers) {
      const cookie = headers.get('cookie')
      if (!cookie) return undefined
      // Renewing a session writes a cookie, which only the session route can send; here it is only read.
      const found = await auth.api.getSession({ headers: new Headers({ cookie }), query: { disableRefresh: true } })
      if (!found || found.session.expiresAt.getTime() <= clock.nowMs()) return undefined
      return personOf(found)
    },
    onEnded(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    announce,
    async bind(accountId, sessionId, deviceId) {
      const outcome = await db.transaction().execute((txn) => bindSession(txn, { accountId, sessionId, deviceId }))
      await announceRows(outcome.ended, 'replaced')
      return outcome.isBound
    },
    async endOfDevices(devices) {
      if (devices.length === 0) return
      const ended = await db
        .deleteFrom('sessions')
        .where('device_id', 'in', [...devices])
        .returning(ENDED)
        .execute()
      await announceRows(ended, 'replaced')
    },
    async exists(id) {
      return (await db.selectFrom('sessions').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
    },
    sweep,
    close: stop,
  }
}

type EndedRow = { readonly id: string; readonly account_id: string; readonly device_id: string | null }
const ENDED = ['id', 'account_id', 'device_id'] as const

function endedOf(row: EndedRow, reason: SessionEnded['reason']): SessionEnded {
  return {
    accountId: row.account_id as AccountId,
    deviceId: (row.device_id ?? row.id) as DeviceId,
    sessionId: row.id,
    isRegistered: row.device_id !== null,
    reason,
  }
}

async function bindSession(
  txn: Kysely<Database>,
  wish: { accountId: AccountId; sessionId: string; deviceId: DeviceId },
): Promise<{ isBound: boolean; ended: readonly EndedRow[] }> {
  const { accountId, sessionId, deviceId } = wish
  // One after the other per device: two sessions that bind at once would else wait for each other's rows.
  await sql`select pg_advisory_xact_lock(hashtextextended(${deviceId}, 0))`.execute(txn)
  const mine = await txn
    .selectFrom('sessions')
    .select(ENDED)
    .where('id', '=', sessionId)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  if (!mine) return { isBound: false, ended: [] }
  const former = await txn
    .deleteFrom('sessions')
    .where('device_id', '=', deviceId)
    .where('id', '<>', sessionId)
    .returning(ENDED)
    .execute()
  await txn.updateTable('sessions').set({ device_id: deviceId }).where('id', '=', sessionId).execute()
  // A session that spoke for another device does not any more; sockets it opened as that one are over.
  const moved = mine.device_id !== null && mine.device_id !== deviceId ? [mine] : []
  return { isBound: true, ended: [...former, ...moved] }
}

type Found = NonNullable<Awaited<ReturnType<AuthLibrary['api']['getSession']>>>

/** A person as other subjects know them, from what the library found. */
export function personOf({ session, user }: Found): Person {
  return {
    accountId: user.id as AccountId,
    deviceId: (session.deviceId ?? session.id) as DeviceId,
    sessionId: session.id,
    isRegistered: typeof session.deviceId === 'string',
    handle: user.username ?? '',
    role: user.role === 'moderator' ? 'moderator' : 'person',
    sanctioned: user.sanctioned,
  }
}
