import type { AccountId, DeviceId } from '@visavis/wire'
import type { Kysely } from 'kysely'
import { isOrphan } from '../storage/index.ts'

export type PushTables = {
  push_subscriptions: { device_id: string; account_id: string; endpoint: Uint8Array }
}

export type PushSubscription = {
  readonly deviceId: DeviceId
  readonly accountId: AccountId
  /** Sealed; see the service. */
  readonly endpoint: Uint8Array
}

/** Where devices can be woken. All reject when the storage is away. */
export type PushStore = {
  /** In the place of what the device said before. False: there is no such device any more. */
  put(subscription: PushSubscription): Promise<boolean>
  /** Of those devices that have said so, in no order. */
  of(devices: readonly DeviceId[]): Promise<readonly PushSubscription[]>
  remove(deviceId: DeviceId): Promise<void>
  /** Removes exactly this one: not what the device may have said since. */
  removeStale(subscription: PushSubscription): Promise<void>
  count(): Promise<number>
}

export function createPushStore(db: Kysely<PushTables>): PushStore {
  return {
    async put({ deviceId, accountId, endpoint }) {
      const row = { account_id: accountId, endpoint: Buffer.from(endpoint) }
      const insert = db.insertInto('push_subscriptions').values({ device_id: deviceId, ...row })
      try {
        await insert.onConflict((conflict) => conflict.column('device_id').doUpdateSet(row)).execute()
        return true
      } catch (error) {
        if (isOrphan(error)) return false
        throw error
      }
    },

    async of(devices) {
      if (devices.length === 0) return []
      const rows = await db
        .selectFrom('push_subscriptions')
        .selectAll()
        .where('device_id', 'in', [...devices])
        .execute()
      return rows.map((row) => ({
        deviceId: row.device_id as DeviceId,
        accountId: row.account_id as AccountId,
        endpoint: new Uint8Array(row.endpoint),
      }))
    },

    async remove(deviceId) {
      await db.deleteFrom('push_subscriptions').where('device_id', '=', deviceId).execute()
    },

    async removeStale({ deviceId, endpoint }) {
      await db
        .deleteFrom('push_subscriptions')
        .where('device_id', '=', deviceId)
        .where('endpoint', '=', Buffer.from(endpoint))
        .execute()
    },

    async count() {
      const { count } = db.fn
      const row = await db
        .selectFrom('push_subscriptions')
        .select(count<number>('device_id').as('count'))
        .executeTakeFirst()
      return row?.count ?? 0
    },
  }
}
