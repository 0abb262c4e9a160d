import type { Kysely } from 'kysely'
import { MINUTE, type Clock, type Log } from '@visavis/ports'
import type { AccountId, DeviceId } from '@visavis/wire'
import type { Person } from '../http/index.ts'
import type { Database } from '../storage/index.ts'
import type { AuthLibrary } from './auth-library.ts'

export type SessionEnded = {
  readonly accountId: AccountId
  readonly deviceId: DeviceId
  /** `signed-out`: the person's choice. `expired`: 30 days without a visit; sockets close with AUTH_EXPIRED. */
  readonly reason: 'signed-out' | 'expired'
}

export type Sessions = {
  authenticate: (headers: Headers) => Promise<Person | undefined>
  onEnded: (listener: (ended: SessionEnded) => void) => () => void
  announce: (ended: SessionEnded) => void
  /** Deletes what has expired, and announces each session among it. */
  sweep: () => Promise<void>
  close: () => void
}

const SWEEP_MS = MINUTE

/** Who is behind a cookie, and who has left. The device is the session: its id is no secret, its token never comes out. */
export function createSessions(deps: {
  auth: AuthLibrary
  db: Kysely<Database>
  clock: Clock
  log: Log
  /** Whatever else of accounts expires and is forgotten in the same round. */
  sweepMore: () => Promise<void>
}): Sessions {
  const { auth, db, clock, log } = deps
  const listeners = new Set<(ended: SessionEnded) => void>()
  const announce = (ended: SessionEnded) => {
    for (const listener of listeners) listener(ended)
  }
  async function sweep(): Promise<void> {
    const now = new Date(clock.nowMs())
    const expired = await db
      .deleteFrom('sessions')
      .where('expires_at', '<', now)
      .returning(['id', 'account_id'])
      .execute()
    for (const { id, account_id: accountId } of expired) {
      announce({ accountId: accountId as AccountId, deviceId: id as DeviceId, reason: 'expired' })
    }
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
    sweep,
    close: stop,
  }
}

type Found = NonNullable<Awaited<ReturnType<AuthLibrary['api']['getSession']>>>

/** A person as other subjects know them, from what the library found. */
export function personOf({ session, user }: Found): Person {
  return {
    accountId: user.id as AccountId,
    deviceId: session.id as DeviceId,
    handle: user.username ?? '',
    role: user.role === 'moderator' ? 'moderator' : 'person',
    sanctioned: user.sanctioned,
  }
}
