import path from 'node:path'
import type { Log } from '@visavis/ports'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import type { Database } from './database.ts'
import { openEmbedded } from './embedded.ts'
import { lockFolder, type FolderLock } from './lock.ts'
import { migrate, readMigrations } from './migrations.ts'
import { keepPlans } from './prepared.ts'
import { TYPES } from './types.ts'

export type Storage = {
  readonly db: Kysely<Database>
  readonly kind: 'embedded' | 'postgres'
  /** Whether a query is answered now. Never throws. */
  healthy: () => Promise<boolean>
  /** Waits for running queries, closes the database and gives the folder back. */
  close: () => Promise<void>
}

export type StorageOptions = {
  /** `postgres://...`; without it the embedded database in `dataDir/database`. */
  readonly url?: string | undefined
  readonly dataDir: string
  readonly log: Log
}

/** Waiting longer for a database that is gone would only pile up requests; the caller is told SERVER_STORAGE instead. */
const CONNECT_WAIT_MS = 2_000
const QUERY_MS_MAX = 5_000
const POOL_CONNECTIONS_MAX = 16

const SUBJECTS = path.join(import.meta.dirname, '..')

/**
 * Opens the storage and brings its schema up to date. Throws `FolderInUseError` when another process holds the data
 * folder, `MigrationError` when schema and code do not belong together, and the driver's error when PostgreSQL is not
 * reachable: a server that cannot store anything must not start.
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const storage = options.url ? openPostgres(options.url, options.log) : await openFolder(options.dataDir)
  try {
    const applied = await migrate(storage.db, readMigrations(SUBJECTS))
    options.log.info('storage.open', { reason: storage.kind, count: applied.length })
    return storage
  } catch (error) {
    await storage.close()
    throw error
  }
}

/** A storage over a pool that exists already; used by `openStorage` and by test support. */
export function storageOver(pool: pg.Pool, kind: Storage['kind'], end: () => Promise<void>): Storage {
  pool.on('connect', keepPlans)
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  let closing: Promise<void> | undefined
  return {
    db,
    kind,
    async healthy() {
      try {
        await sql`select 1`.execute(db)
        return true
      } catch {
        return false
      }
    },
    close() {
      closing ??= end()
      return closing
    },
  }
}

async function openFolder(dataDir: string): Promise<Storage> {
  const lock: FolderLock = lockFolder(dataDir)
  try {
    const embedded = await openEmbedded(path.join(dataDir, 'database'))
    return storageOver(embedded.pool, 'embedded', async () => {
      try {
        await embedded.close()
      } finally {
        lock.release()
      }
    })
  } catch (error) {
    lock.release()
    throw error
  }
}

/** PostgreSQL through a pool whose every wait is bounded; a lost server is noticed, and found again, by the pool. */
export function openPostgres(url: string, log: Log): Storage {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_WAIT_MS,
    query_timeout: QUERY_MS_MAX,
    statement_timeout: QUERY_MS_MAX,
    idle_in_transaction_session_timeout: 2 * QUERY_MS_MAX,
    types: TYPES,
  })
  // An idle connection that dies must not end the process; the next query gets a new one or fails on its own.
  pool.on('error', () => log.warn('storage.connection-lost'))
  return storageOver(pool, 'postgres', () => pool.end())
}
