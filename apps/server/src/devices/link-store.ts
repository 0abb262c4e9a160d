import type { AccountId, LinkId } from '@visavis/wire'
import type { Kysely } from 'kysely'
import type { DeviceTables } from './store.ts'

export type DeviceLink = {
  readonly linkId: LinkId
  readonly accountId: AccountId
  /** The session that opened it and alone may read it. */
  readonly sessionId: string
  readonly expiresAtMs: number
}

/** Where links between a new and an old device wait. All reject when the storage is away. */
export type LinkStore = {
  /** Opens a link; an earlier one of the same session is over. */
  open(link: DeviceLink): Promise<void>
  /** Answers a link of this account, once. False: there is none, it was answered, or its time is over. */
  answer(accountId: AccountId, linkId: LinkId, sealed: Uint8Array, nowMs: number): Promise<boolean>
  /** What it was answered with, given once; null before that. Undefined: no such link of this session, or over. */
  read(sessionId: string, linkId: LinkId, nowMs: number): Promise<Uint8Array | null | undefined>
  forgetExpired(nowMs: number): Promise<void>
}

export function createLinkStore(db: Kysely<DeviceTables>): LinkStore {
  return {
    async open({ linkId, accountId, sessionId, expiresAtMs }) {
      await db.deleteFrom('device_links').where('session_id', '=', sessionId).execute()
      await db
        .insertInto('device_links')
        .values({ link_id: linkId, account_id: accountId, session_id: sessionId, expires_at_ms: expiresAtMs })
        .execute()
    },

    async answer(accountId, linkId, sealed, nowMs) {
      const answered = await db
        .updateTable('device_links')
        .set({ sealed: Buffer.from(sealed) })
        .where('link_id', '=', linkId)
        .where('account_id', '=', accountId)
        .where('expires_at_ms', '>', nowMs)
        .where('sealed', 'is', null)
        .executeTakeFirst()
      return answered.numUpdatedRows > 0n
    },

    async read(sessionId, linkId, nowMs) {
      const own = db.selectFrom('device_links').select('sealed').where('link_id', '=', linkId)
      const row = await own.where('session_id', '=', sessionId).where('expires_at_ms', '>', nowMs).executeTakeFirst()
      if (!row?.sealed) return row && null
      const taken = db.deleteFrom('device_links').where('link_id', '=', linkId).where('session_id', '=', sessionId)
      const { numDeletedRows } = await taken.executeTakeFirst()
      return numDeletedRows > 0n ? new Uint8Array(row.sealed) : undefined
    },

    async forgetExpired(nowMs) {
      await db.deleteFrom('device_links').where('expires_at_ms', '<=', nowMs).execute()
    },
  }
}
