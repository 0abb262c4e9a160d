import type { AccountId, DeviceId } from '@visavis/wire'
import type { Generated, Kysely } from 'kysely'
import type { KeyLog, KeyLogTables } from '../key-log/index.ts'
import { isDuplicate } from '../storage/index.ts'

export type DeviceTables = {
  account_keys: { account_id: string; account_key: Uint8Array }
  devices: {
    device_id: string
    account_id: string
    device_key: Uint8Array
    signature: Uint8Array
    name: Uint8Array
    created_at_ms: number
    last_seen_ms: number
  }
  revoked_devices: { device_id: string; revoked_at_ms: number }
  key_packages: {
    device_id: string
    suite: 'pair' | 'group'
    is_last: boolean
    place: Generated<number>
    added_at_ms: number
    package: Uint8Array
  }
  device_links: {
    link_id: string
    account_id: string
    session_id: string
    expires_at_ms: number
    sealed: Uint8Array | null
  }
}

export type Device = {
  readonly deviceId: DeviceId
  readonly accountId: AccountId
  readonly deviceKey: Uint8Array
  readonly signature: Uint8Array
  /** Sealed; see the service. */
  readonly name: Uint8Array
  readonly createdAtMs: number
  /** A midnight. */
  readonly lastSeenMs: number
}

/** An account as others may know it: its key and the devices it vouches for, oldest first. */
export type AccountDevices = { readonly accountKey: Uint8Array; readonly devices: readonly Device[] }

export type AddOutcome =
  | { readonly kind: 'added'; readonly removed: readonly DeviceId[] }
  /** It was there already, the same. */
  | { readonly kind: 'known' }
  /** The account has another key. */
  | { readonly kind: 'other-key' }
  | { readonly kind: 'too-many' }
  /** The id is, or was, another device's. */
  | { readonly kind: 'taken' }

/** Where devices and the public keys of accounts are kept. All reject when the storage is away. */
export type DeviceStore = {
  /**
   * Adds a device under the account's key. With `startAfresh` the key becomes the account's, and every other device of
   * the account is revoked. Of two that come at once for one account the second sees what the first has done.
   */
  add(wish: {
    readonly device: Device
    readonly accountKey: Uint8Array
    readonly startAfresh: boolean
    readonly devicesMax: number
  }): Promise<AddOutcome>
  find(deviceId: DeviceId): Promise<Device | undefined>
  /** Accounts without a key are left out. */
  ofAccounts(accounts: readonly AccountId[]): Promise<ReadonlyMap<AccountId, AccountDevices>>
  /** False: the account has no such device. */
  rename(accountId: AccountId, deviceId: DeviceId, name: Uint8Array): Promise<boolean>
  /** Forgets the device and its key packages; nobody can take its id for a while. False: the account has none such. */
  revoke(accountId: AccountId, deviceId: DeviceId, revokedAtMs: number): Promise<boolean>
  seen(deviceId: DeviceId, lastSeenMs: number): Promise<void>
  /** Frees the ids of devices revoked before this time. */
  forgetRevoked(beforeMs: number): Promise<void>
}

type Row = DeviceTables['devices']

function fromRow(row: Row): Device {
  return {
    deviceId: row.device_id as DeviceId,
    accountId: row.account_id as AccountId,
    deviceKey: new Uint8Array(row.device_key),
    signature: new Uint8Array(row.signature),
    name: new Uint8Array(row.name),
    createdAtMs: row.created_at_ms,
    lastSeenMs: row.last_seen_ms,
  }
}

function toRow(device: Device): Row {
  return {
    device_id: device.deviceId,
    account_id: device.accountId,
    device_key: Buffer.from(device.deviceKey),
    signature: Buffer.from(device.signature),
    name: Buffer.from(device.name),
    created_at_ms: device.createdAtMs,
    last_seen_ms: device.lastSeenMs,
  }
}

/**
 * Every change of an account's devices or key goes into `keyLog` in the same transaction, under the lock of the account's
 * row: the log has them all, in order. Without a log it is for reading.
 */
export function createDeviceStore(
  db: Kysely<DeviceTables>,
  keyLog: Pick<KeyLog, 'append'> = { append: () => Promise.resolve() },
): DeviceStore {
  async function logged(txn: Kysely<DeviceTables>, accountId: AccountId): Promise<void> {
    const own = (await ofAccounts(txn, [accountId])).get(accountId)
    const within = txn.$extendTables<KeyLogTables>().$pickTables<keyof KeyLogTables>()
    if (own) await keyLog.append(within, accountId, own)
  }

  return {
    async add(wish) {
      try {
        return await db.transaction().execute(async (txn) => {
          const outcome = await add(txn, wish)
          if (outcome.kind === 'added') await logged(txn, wish.device.accountId)
          return outcome
        })
      } catch (error) {
        if (isDuplicate(error, 'devices_pkey')) return { kind: 'taken' }
        throw error
      }
    },

    async find(deviceId) {
      const row = await db.selectFrom('devices').selectAll().where('device_id', '=', deviceId).executeTakeFirst()
      return row && fromRow(row)
    },

    ofAccounts: (accounts) => ofAccounts(db, accounts),

    async rename(accountId, deviceId, name) {
      const renamed = await db
        .updateTable('devices')
        .set({ name: Buffer.from(name) })
        .where('device_id', '=', deviceId)
        .where('account_id', '=', accountId)
        .executeTakeFirst()
      return renamed.numUpdatedRows > 0n
    },

    revoke: (accountId, deviceId, revokedAtMs) =>
      db.transaction().execute(async (txn) => {
        // As in `add`: changes of one account's devices follow each other.
        await keyOf(txn, accountId).executeTakeFirst()
        const mine = txn.deleteFrom('devices').where('device_id', '=', deviceId).where('account_id', '=', accountId)
        const removed = await mine.returning('device_id').execute()
        await keepRevoked(txn, removed, revokedAtMs)
        if (removed.length > 0) await logged(txn, accountId)
        return removed.length > 0
      }),

    async seen(deviceId, lastSeenMs) {
      await db
        .updateTable('devices')
        .set({ last_seen_ms: lastSeenMs })
        .where('device_id', '=', deviceId)
        .where('last_seen_ms', '<', lastSeenMs)
        .execute()
    },

    async forgetRevoked(beforeMs) {
      await db.deleteFrom('revoked_devices').where('revoked_at_ms', '<', beforeMs).execute()
    },
  }
}

async function ofAccounts(
  db: Kysely<DeviceTables>,
  accounts: readonly AccountId[],
): Promise<ReadonlyMap<AccountId, AccountDevices>> {
  const found = new Map<AccountId, { accountKey: Uint8Array; devices: Device[] }>()
  if (accounts.length === 0) return found
  const keys = db
    .selectFrom('account_keys')
    .selectAll()
    .where('account_id', 'in', [...accounts])
  const devices = db
    .selectFrom('devices')
    .selectAll()
    .where('account_id', 'in', [...accounts])
  for (const row of await keys.execute()) {
    found.set(row.account_id as AccountId, { accountKey: new Uint8Array(row.account_key), devices: [] })
  }
  for (const row of await devices.orderBy('created_at_ms').orderBy('device_id').execute()) {
    found.get(row.account_id as AccountId)?.devices.push(fromRow(row))
  }
  return found
}

/** Locked until the transaction ends. */
function keyOf(txn: Kysely<DeviceTables>, accountId: AccountId) {
  return txn.selectFrom('account_keys').select('account_key').where('account_id', '=', accountId).forUpdate()
}

async function add(txn: Kysely<DeviceTables>, wish: Parameters<DeviceStore['add']>[0]): Promise<AddOutcome> {
  const { device } = wish
  const accountKey = Buffer.from(wish.accountKey)
  const named = txn.selectFrom('devices').selectAll().where('device_id', '=', device.deviceId)
  const standing = await named.executeTakeFirst()
  const revoked = txn.selectFrom('revoked_devices').select('device_id').where('device_id', '=', device.deviceId)
  const isSame = standing?.account_id === device.accountId && Buffer.from(device.deviceKey).equals(standing.device_key)
  if ((standing && !isSame) || (await revoked.executeTakeFirst())) return { kind: 'taken' }

  // The first device brings the key; the row is locked, so that all changes of one account's devices follow each other.
  await txn
    .insertInto('account_keys')
    .values({ account_id: device.accountId, account_key: accountKey })
    .onConflict((conflict) => conflict.column('account_id').doNothing())
    .execute()
  const kept = await keyOf(txn, device.accountId).executeTakeFirstOrThrow()
  const isSameKey = accountKey.equals(kept.account_key)
  if (isSame && isSameKey) return { kind: 'known' }
  if (isSame) return { kind: 'taken' }
  if (!isSameKey && !wish.startAfresh) return { kind: 'other-key' }
  const mine = txn.selectFrom('devices').select('device_id').where('account_id', '=', device.accountId)
  const others = await mine.execute()
  if (!wish.startAfresh && others.length >= wish.devicesMax) return { kind: 'too-many' }

  if (wish.startAfresh && others.length > 0) {
    const ids = others.map((row) => row.device_id)
    await txn.deleteFrom('devices').where('device_id', 'in', ids).execute()
    await keepRevoked(txn, others, device.createdAtMs)
  }
  if (!isSameKey) {
    const own = txn.updateTable('account_keys').where('account_id', '=', device.accountId)
    await own.set({ account_key: accountKey }).execute()
  }
  // Somebody else may take the id at the same moment; the primary key decides, and nothing of this is kept.
  await txn.insertInto('devices').values(toRow(device)).execute()
  return { kind: 'added', removed: wish.startAfresh ? others.map((row) => row.device_id as DeviceId) : [] }
}

async function keepRevoked(
  txn: Kysely<DeviceTables>,
  devices: readonly { readonly device_id: string }[],
  revokedAtMs: number,
): Promise<void> {
  if (devices.length === 0) return
  const rows = devices.map(({ device_id }) => ({ device_id, revoked_at_ms: revokedAtMs }))
  await txn
    .insertInto('revoked_devices')
    .values(rows)
    .onConflict((conflict) => conflict.column('device_id').doNothing())
    .execute()
}
