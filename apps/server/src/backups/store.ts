import type { AccountId } from '@visavis/wire'
import { sql, type Kysely } from 'kysely'

export type BackupTables = {
  backups: {
    account_id: string
    upload_id: string
    version: number
    segments: number
    slot: Uint8Array
    manifest: Uint8Array
    updated_at_ms: number
    expires_at_ms: number
  }
  backup_segments: {
    account_id: string
    upload_id: string
    segment: number
    bytes: Uint8Array
    stored_at_ms: number
  }
}

export type StoredBackup = {
  readonly uploadId: string
  readonly version: number
  readonly segments: number
  readonly slot: Uint8Array
  readonly manifest: Uint8Array
  readonly updatedAtMs: number
  readonly expiresAtMs: number
}
export type SegmentPlace = { readonly uploadId: string; readonly segment: number }

/** Where backups are kept. All reject when the storage is away. */
export type BackupStore = {
  find(accountId: AccountId): Promise<StoredBackup | undefined>
  /** Of the committed backup only. */
  readSegment(accountId: AccountId, place: SegmentPlace): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** Ends every other upload that was not committed. False, and nothing is kept, when this upload is committed. */
  putSegment(accountId: AccountId, place: SegmentPlace, bytes: Uint8Array, nowMs: number): Promise<boolean>
  /**
   * Puts the upload in the place of the backup before, at once. False, and nothing changes, unless it has exactly the
   * segments from 0 to `segments` - 1 and a version above the present one.
   */
  commit(accountId: AccountId, backup: StoredBackup): Promise<boolean>
  /** The backup, and any upload. */
  remove(accountId: AccountId): Promise<void>
  /** Removes backups whose time is over, and segments of no backup that were stored before `uploadsBeforeMs`. */
  sweep(wish: { readonly nowMs: number; readonly uploadsBeforeMs: number }): Promise<void>
}

/** Any number that nobody else uses as the first of two for `pg_advisory_xact_lock`. */
const ACCOUNT_LOCK = 0x6275

export function createBackupStore(db: Kysely<BackupTables>): BackupStore {
  /** One change of an account's backup at a time: an upload must not lose segments to another while it is committed. */
  const inTurn = <T>(accountId: AccountId, work: (txn: Kysely<BackupTables>) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (txn) => {
      await sql`select pg_advisory_xact_lock(${ACCOUNT_LOCK}, hashtext(${accountId}))`.execute(txn)
      return work(txn)
    })
  const rowOf = (from: Kysely<BackupTables>, accountId: AccountId) =>
    from.selectFrom('backups').selectAll().where('account_id', '=', accountId).executeTakeFirst()

  return {
    async find(accountId) {
      const row = await rowOf(db, accountId)
      return row && toBackup(row)
    },

    async readSegment(accountId, { uploadId, segment }) {
      const row = await db
        .selectFrom('backup_segments as part')
        .innerJoin('backups as whole', (join) =>
          join.onRef('whole.account_id', '=', 'part.account_id').onRef('whole.upload_id', '=', 'part.upload_id'),
        )
        .select('part.bytes')
        .where('part.account_id', '=', accountId)
        .where('part.upload_id', '=', uploadId)
        .where('part.segment', '=', segment)
        .executeTakeFirst()
      return row && new Uint8Array(row.bytes)
    },

    putSegment: (accountId, { uploadId, segment }, given, nowMs) =>
      inTurn(accountId, async (txn) => {
        const present = (await rowOf(txn, accountId))?.upload_id
        if (present === uploadId) return false
        const kept = present === undefined ? [uploadId] : [uploadId, present]
        const others = txn.deleteFrom('backup_segments').where('account_id', '=', accountId)
        await others.where('upload_id', 'not in', kept).execute()
        const stored = { bytes: Buffer.from(given), stored_at_ms: nowMs }
        await txn
          .insertInto('backup_segments')
          .values({ account_id: accountId, upload_id: uploadId, segment, ...stored })
          .onConflict((conflict) => conflict.columns(['account_id', 'upload_id', 'segment']).doUpdateSet(stored))
          .execute()
        return true
      }),

    commit: (accountId, backup) =>
      inTurn(accountId, async (txn) => {
        const present = await rowOf(txn, accountId)
        if (present && present.version >= backup.version) return false
        const parts = await txn
          .selectFrom('backup_segments')
          .select('segment')
          .where('account_id', '=', accountId)
          .where('upload_id', '=', backup.uploadId)
          .orderBy('segment')
          .execute()
        if (parts.length !== backup.segments || parts.some(({ segment }, at) => segment !== at)) return false
        const row = toRow(backup)
        await txn
          .insertInto('backups')
          .values({ account_id: accountId, ...row })
          .onConflict((conflict) => conflict.column('account_id').doUpdateSet(row))
          .execute()
        const others = txn.deleteFrom('backup_segments').where('account_id', '=', accountId)
        await others.where('upload_id', '!=', backup.uploadId).execute()
        return true
      }),

    remove: (accountId) =>
      inTurn(accountId, async (txn) => {
        await txn.deleteFrom('backups').where('account_id', '=', accountId).execute()
        await txn.deleteFrom('backup_segments').where('account_id', '=', accountId).execute()
      }),

    async sweep({ nowMs, uploadsBeforeMs }) {
      await db.deleteFrom('backups').where('expires_at_ms', '<=', nowMs).execute()
      await db
        .deleteFrom('backup_segments')
        .where('stored_at_ms', '<=', uploadsBeforeMs)
        .where('upload_id', 'not in', db.selectFrom('backups').select('upload_id'))
        .execute()
    },
  }
}

function toBackup(row: BackupTables['backups']): StoredBackup {
  return {
    uploadId: row.upload_id,
    version: row.version,
    segments: row.segments,
    slot: new Uint8Array(row.slot),
    manifest: new Uint8Array(row.manifest),
    updatedAtMs: row.updated_at_ms,
    expiresAtMs: row.expires_at_ms,
  }
}

function toRow(backup: StoredBackup): Omit<BackupTables['backups'], 'account_id'> {
  return {
    upload_id: backup.uploadId,
    version: backup.version,
    segments: backup.segments,
    slot: Buffer.from(backup.slot),
    manifest: Buffer.from(backup.manifest),
    updated_at_ms: backup.updatedAtMs,
    expires_at_ms: backup.expiresAtMs,
  }
}
