import type { AccountId } from '@visavis/wire'
import { sql, type Kysely } from 'kysely'

export type KeyLogTables = {
  key_log_nodes: { level: number; place: number; hash: Uint8Array }
  key_log_head: { only_row: boolean; size: number; root: Uint8Array }
  key_log_accounts: {
    account_id: string
    log_id: Uint8Array
    version: number
    device_set: Uint8Array
    leaf_index: number
    previous_index: number | null
  }
}

/** A full subtree of the tree; see `@visavis/e2ee`. */
export type Node = { readonly level: number; readonly place: number }
export type Head = { readonly size: number; readonly root: Uint8Array }
export type Entry = {
  readonly logId: Uint8Array
  readonly version: number
  readonly deviceSet: Uint8Array
  readonly index: number
  readonly previous: number | undefined
}

/** The tree and the latest entries of accounts, within a transaction or outside. All reject when the storage is away. */
export function createKeyLogStore(db: Kysely<KeyLogTables>) {
  return {
    head: () => readHead(db.selectFrom('key_log_head').select(['size', 'root'])),
    /** Whoever asks for it in another transaction waits until this one ends: leaves follow each other. */
    headToAppend: () => readHead(db.selectFrom('key_log_head').select(['size', 'root']).forUpdate()),

    /** Of one moment: the entry is in the tree. */
    async headAndEntry(accountId: AccountId): Promise<{ head: Head; entry: Entry | undefined }> {
      const row = await db
        .selectFrom('key_log_head')
        .leftJoin('key_log_accounts', (join) => join.on('account_id', '=', accountId))
        .select(['size', 'root', 'log_id', 'version', 'device_set', 'leaf_index', 'previous_index'])
        .executeTakeFirstOrThrow()
      const { device_set, leaf_index, log_id, version } = row
      const isThere = log_id !== null && version !== null && device_set !== null && leaf_index !== null
      const entry = isThere ? fromRow({ ...row, log_id, version, device_set, leaf_index }) : undefined
      return { head: { size: row.size, root: new Uint8Array(row.root) }, entry }
    },

    async entryOf(accountId: AccountId): Promise<Entry | undefined> {
      const own = db.selectFrom('key_log_accounts').selectAll().where('account_id', '=', accountId)
      const row = await own.executeTakeFirst()
      return row && fromRow(row)
    },

    /** In the order asked for; those that are not there are left out. One statement. */
    async nodes(wanted: readonly Node[]): Promise<readonly Uint8Array[]> {
      const { rows } = await sql<{ hash: Uint8Array }>`
        select hash from unnest(
          ${wanted.map(({ level }) => level)}::smallint[], ${wanted.map(({ place }) => place)}::bigint[]
        ) with ordinality as wanted (level, place, number)
        join key_log_nodes using (level, place)
        order by number`.execute(db)
      return rows.map(({ hash }) => new Uint8Array(hash))
    },

    /** Only in the transaction that has asked `headToAppend`. */
    async append(wish: {
      readonly accountId: AccountId
      readonly entry: Entry
      readonly nodes: readonly (Node & { readonly hash: Uint8Array })[]
      readonly head: Head
    }): Promise<void> {
      const { accountId, entry } = wish
      const nodes = wish.nodes.map(({ level, place, hash }) => ({ level, place, hash: Buffer.from(hash) }))
      await db.insertInto('key_log_nodes').values(nodes).execute()
      const head = { size: wish.head.size, root: Buffer.from(wish.head.root) }
      await db.updateTable('key_log_head').set(head).execute()
      const latest = {
        version: entry.version,
        device_set: Buffer.from(entry.deviceSet),
        leaf_index: entry.index,
        previous_index: entry.previous ?? null,
      }
      await db
        .insertInto('key_log_accounts')
        .values({ account_id: accountId, log_id: Buffer.from(entry.logId), ...latest })
        .onConflict((conflict) => conflict.column('account_id').doUpdateSet(latest))
        .execute()
    },
  }
}

async function readHead(query: { executeTakeFirstOrThrow(): Promise<Head> }): Promise<Head> {
  const { size, root } = await query.executeTakeFirstOrThrow()
  return { size, root: new Uint8Array(root) }
}

function fromRow(row: Omit<KeyLogTables['key_log_accounts'], 'account_id'>): Entry {
  return {
    logId: new Uint8Array(row.log_id),
    version: row.version,
    deviceSet: new Uint8Array(row.device_set),
    index: row.leaf_index,
    previous: row.previous_index ?? undefined,
  }
}
