import type { AccountId, ConversationId, FileId } from '@visavis/wire'
import { sql, type Kysely, type Transaction } from 'kysely'

export type FileTables = {
  files: {
    file_id: string
    conversation_id: string
    uploader_id: string
    size_bytes: number
    parts: number
    is_complete: boolean
    created_at_ms: number
    expires_at_ms: number
  }
  file_parts: { file_id: string; part: number }
}

/** What the server knows of a file: everything but its bytes, and nothing of what they mean. */
export type StoredFile = {
  readonly fileId: FileId
  readonly conversationId: ConversationId
  readonly uploader: AccountId
  readonly sizeBytes: number
  readonly parts: number
  readonly isComplete: boolean
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/** Where the records of files are kept. */
export type FileStore = {
  /** False, and nothing is kept, when the uploader's unexpired files would have more than `bytesMax` together. */
  add(file: StoredFile, bytesMax: number): Promise<boolean>
  find(fileId: FileId): Promise<StoredFile | undefined>
  /** The numbers of the parts that were recorded. */
  partsOf(fileId: FileId): Promise<ReadonlySet<number>>
  /** The part's bytes are durable. Undefined: there is no such file any more. */
  record(fileId: FileId, part: number): Promise<{ readonly isComplete: boolean } | undefined>
  remove(fileId: FileId): Promise<void>
  /** Removes what has expired and what was never completed, at most `limit`; returns what it removed. */
  sweep(wish: { nowMs: number; incompleteBeforeMs: number; limit: number }): Promise<readonly FileId[]>
}

/** Any number that nobody else uses as the first of two for `pg_advisory_xact_lock`. */
const QUOTA_LOCK = 0x6669

type Row = FileTables['files']

function toFile(row: Row): StoredFile {
  return {
    fileId: row.file_id as FileId,
    conversationId: row.conversation_id as ConversationId,
    uploader: row.uploader_id as AccountId,
    sizeBytes: row.size_bytes,
    parts: row.parts,
    isComplete: row.is_complete,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
  }
}

export function createFileStore(db: Kysely<FileTables>): FileStore {
  return {
    add: (file, bytesMax) => db.transaction().execute((txn) => addWithin(txn, file, bytesMax)),

    async find(fileId) {
      const row = await db.selectFrom('files').selectAll().where('file_id', '=', fileId).executeTakeFirst()
      return row && toFile(row)
    },

    async partsOf(fileId) {
      const rows = await db.selectFrom('file_parts').select('part').where('file_id', '=', fileId).execute()
      return new Set(rows.map(({ part }) => part))
    },

    record: (fileId, part) => db.transaction().execute((txn) => recordPart(txn, fileId, part)),

    async remove(fileId) {
      await db.deleteFrom('files').where('file_id', '=', fileId).execute()
    },

    async sweep({ nowMs, incompleteBeforeMs, limit }) {
      const due = db
        .selectFrom('files')
        .select('file_id')
        .where((is) =>
          is.or([
            is('expires_at_ms', '<=', nowMs),
            is.and([is('is_complete', '=', false), is('created_at_ms', '<=', incompleteBeforeMs)]),
          ]),
        )
        .limit(limit)
      const gone = await db.deleteFrom('files').where('file_id', 'in', due).returning('file_id').execute()
      return gone.map((row) => row.file_id as FileId)
    },
  }
}

async function addWithin(txn: Transaction<FileTables>, file: StoredFile, bytesMax: number): Promise<boolean> {
  // Two files of one account at the same time must not both find room for themselves.
  await sql`select pg_advisory_xact_lock(${QUOTA_LOCK}, hashtext(${file.uploader}))`.execute(txn)
  const used = await txn
    .selectFrom('files')
    .select((of) => of.fn.coalesce(of.fn.sum<string>('size_bytes'), sql<string>`0`).as('bytes'))
    .where('uploader_id', '=', file.uploader)
    .where('expires_at_ms', '>', file.createdAtMs)
    .executeTakeFirstOrThrow()
  // A sum of bigint is numeric, which comes as text.
  if (Number(used.bytes) + file.sizeBytes > bytesMax) return false
  await txn
    .insertInto('files')
    .values({
      file_id: file.fileId,
      conversation_id: file.conversationId,
      uploader_id: file.uploader,
      size_bytes: file.sizeBytes,
      parts: file.parts,
      is_complete: file.isComplete,
      created_at_ms: file.createdAtMs,
      expires_at_ms: file.expiresAtMs,
    })
    .execute()
  return true
}

async function recordPart(txn: Transaction<FileTables>, fileId: FileId, part: number) {
  // Held until the end, so that of two last parts one sees the other.
  const file = await txn.selectFrom('files').selectAll().where('file_id', '=', fileId).forUpdate().executeTakeFirst()
  if (!file) return undefined
  await txn
    .insertInto('file_parts')
    .values({ file_id: fileId, part })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const { count } = await txn
    .selectFrom('file_parts')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('file_id', '=', fileId)
    .executeTakeFirstOrThrow()
  const isComplete = count === file.parts
  if (isComplete) await txn.updateTable('files').set({ is_complete: true }).where('file_id', '=', fileId).execute()
  return { isComplete }
}
