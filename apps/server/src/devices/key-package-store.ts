import type { DeviceId, SuiteKind } from '@visavis/wire'
import { sql, type Kysely } from 'kysely'
import type { DeviceTables } from './store.ts'

export type PackageCount = {
  readonly pair: number
  readonly group: number
  readonly hasLast: { readonly pair: boolean; readonly group: boolean }
}

/** Where key packages wait for whoever adds their device to a group. All reject when the storage is away. */
export type KeyPackageStore = {
  /** Of more than `keptMax` packages the oldest are dropped. A device that is gone has none: nothing is kept then. */
  add(wish: {
    readonly deviceId: DeviceId
    readonly suite: SuiteKind
    readonly packages: readonly Uint8Array[]
    readonly last: Uint8Array | undefined
    readonly keptMax: number
    readonly nowMs: number
  }): Promise<void>
  count(deviceId: DeviceId): Promise<PackageCount>
  /** One package of each device, the oldest, given out to nobody else, ever; the last one when no other is left. */
  claim(devices: readonly DeviceId[], suite: SuiteKind): Promise<ReadonlyMap<DeviceId, Uint8Array>>
  /** Drops what was added before these times, because nobody would take it any more. */
  forget(before: { readonly onceMs: number; readonly lastMs: number }): Promise<void>
}

type Claimed = { device_id: string; package: Uint8Array }

export function createKeyPackageStore(db: Kysely<DeviceTables>): KeyPackageStore {
  return {
    add: (wish) => db.transaction().execute((txn) => add(txn, wish)),

    async count(deviceId) {
      const rows = await db
        .selectFrom('key_packages')
        .select((of) => ['suite', 'is_last', of.fn.countAll<number>().as('count')])
        .where('device_id', '=', deviceId)
        .groupBy(['suite', 'is_last'])
        .execute()
      const counted = (suite: SuiteKind, isLast: boolean) =>
        rows.find((row) => row.suite === suite && row.is_last === isLast)?.count ?? 0
      const hasLast = { pair: counted('pair', true) > 0, group: counted('group', true) > 0 }
      return { pair: counted('pair', false), group: counted('group', false), hasLast }
    },

    async claim(devices, suite) {
      if (devices.length === 0) return new Map()
      // Rows that another claim is taking are passed over, not waited for: no two claims can get the same.
      const { rows } = await sql<Claimed>`
        with picked as (
          select oldest.device_id, oldest.place
          from unnest(${[...new Set(devices)]}::uuid[]) as named (device_id)
          cross join lateral (
            select device_id, place from key_packages
            where device_id = named.device_id and suite = ${suite} and not is_last
            order by place limit 1 for update skip locked
          ) as oldest
        )
        delete from key_packages using picked
        where key_packages.device_id = picked.device_id and suite = ${suite} and not is_last
          and key_packages.place = picked.place
        returning key_packages.device_id, key_packages.package`.execute(db)
      const claimed = new Map(rows.map((row) => [row.device_id as DeviceId, new Uint8Array(row.package)]))
      const empty = devices.filter((device) => !claimed.has(device))
      if (empty.length === 0) return claimed
      const last = db.selectFrom('key_packages').select(['device_id', 'package']).where('device_id', 'in', empty)
      for (const row of await last.where('suite', '=', suite).where('is_last', '=', true).execute()) {
        claimed.set(row.device_id as DeviceId, new Uint8Array(row.package))
      }
      return claimed
    },

    async forget({ onceMs, lastMs }) {
      const older = (beforeMs: number) => db.deleteFrom('key_packages').where('added_at_ms', '<', beforeMs)
      await older(onceMs).where('is_last', '=', false).execute()
      await older(lastMs).where('is_last', '=', true).execute()
    },
  }
}

async function add(txn: Kysely<DeviceTables>, wish: Parameters<KeyPackageStore['add']>[0]): Promise<void> {
  const { deviceId: device_id, suite } = wish
  // Locked, so that two uploads at once cannot exceed the bound, and so that a device being revoked gets nothing more.
  const device = txn.selectFrom('devices').select('device_id').where('device_id', '=', device_id)
  if (!(await device.forUpdate().executeTakeFirst())) return
  const row = (bytes: Uint8Array, is_last: boolean) => {
    return { device_id, suite, is_last, added_at_ms: wish.nowMs, package: Buffer.from(bytes) }
  }
  if (wish.packages.length > 0) {
    const rows = wish.packages.map((bytes) => row(bytes, false))
    await txn.insertInto('key_packages').values(rows).execute()
  }
  const own = txn.deleteFrom('key_packages').where('device_id', '=', device_id).where('suite', '=', suite)
  if (wish.last) {
    await own.where('is_last', '=', true).execute()
    await txn.insertInto('key_packages').values(row(wish.last, true)).execute()
  }
  const newest = txn
    .selectFrom('key_packages')
    .select('place')
    .where('device_id', '=', device_id)
    .where('suite', '=', suite)
    .where('is_last', '=', false)
    .orderBy('place', 'desc')
    .limit(wish.keptMax)
  await own.where('is_last', '=', false).where('place', 'not in', newest).execute()
}
