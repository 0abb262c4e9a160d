import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { createFakeLog } from '@visavis/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import {
  FolderInUseError,
  isDuplicate,
  isStorageFailure,
  migrate,
  MigrationError,
  openPostgres,
  openStorage,
  readMigrations,
} from '../src/storage/index.ts'
import { lockFolder } from '../src/storage/lock.ts'
import { postgresPrograms, startCluster } from './support/postgres.ts'
import { eachStorage } from './support/storages.ts'

const folders: string[] = []
function freshFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'visavis-storage-'))
  folders.push(folder)
  return folder
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const WRITER = path.join(import.meta.dirname, 'support/crash-writer.ts')
const ROWS_BEFORE_KILL = 40

/** Starts a writer, kills it (SIGKILL) in the middle of its work, and returns the last number it had acknowledged. */
function killWriter(dataDir: string, url?: string): Promise<number> {
  const writer = spawn(process.execPath, [WRITER, dataDir, ...(url ? [url] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    let text = ''
    writer.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.split('\n').length > ROWS_BEFORE_KILL) writer.kill('SIGKILL')
    })
    writer.once('error', reject)
    writer.once('close', () => resolve(Number(text.split('\n').at(-2))))
  })
}

async function rowsKept(dataDir: string, url?: string): Promise<{ count: number; max: number }> {
  const storage = await openStorage({ dataDir, url, log: createFakeLog() })
  const { rows } = await sql<{
    count: number
    max: number
  }>`select count(*) as count, max(n) as max from crash_rows where length(body) = 1000`.execute(storage.db)
  await storage.close()
  return rows[0] ?? { count: 0, max: 0 }
}

describe('[O1] acknowledged rows survive kill -9', () => {
  it('in the embedded storage, and its lock is taken over', async () => {
    const folder = freshFolder()
    const acknowledged = await killWriter(folder)
    expect(acknowledged).toBeGreaterThanOrEqual(ROWS_BEFORE_KILL)
    expect(existsSync(path.join(folder, 'lock'))).toBe(true)
    const kept = await rowsKept(folder)
    expect(kept.max).toBeGreaterThanOrEqual(acknowledged)
    expect(kept.count).toBe(kept.max)
    expect(existsSync(path.join(folder, 'lock'))).toBe(false)
  }, 60_000)

  const programs = postgresPrograms()
  // Needs the programs of PostgreSQL, which are not on every machine.
  it.skipIf(!programs)(
    'in PostgreSQL; and a database that goes away is reported quickly and found again',
    async () => {
      const cluster = await startCluster(programs ?? '')
      const url = cluster.url('postgres')
      try {
        const acknowledged = await killWriter(freshFolder(), url)
        const storage = openPostgres(url, createFakeLog())
        expect(await storage.healthy()).toBe(true)
        await cluster.kill()
        const error = await sql`select 1`.execute(storage.db).then(
          () => undefined,
          (thrown: unknown) => thrown,
        )
        expect(isStorageFailure(error)).toBe(true)
        expect(await storage.healthy()).toBe(false)
        await cluster.restart()
        expect(await storage.healthy()).toBe(true)
        await storage.close()
        expect((await rowsKept(freshFolder(), url)).count).toBeGreaterThanOrEqual(acknowledged)
      } finally {
        await cluster.stop()
      }
    },
    60_000,
  )
})

describe('the lock of a data folder', () => {
  it('keeps a second owner out while the first lives, and is given back', () => {
    const folder = freshFolder()
    const lock = lockFolder(folder)
    expect(() => lockFolder(folder)).toThrow(FolderInUseError)
    lock.release()
    lockFolder(folder).release()
    expect(existsSync(path.join(folder, 'lock'))).toBe(false)
  })

  it('is taken over from a dead process, from a number used again, and from nonsense', () => {
    for (const stale of [
      '{"pid":999999999,"started":"x"}',
      `{"pid":${process.pid},"started":"another-boot/1"}`,
      'nonsense',
      '',
    ]) {
      const folder = freshFolder()
      writeFileSync(path.join(folder, 'lock'), stale)
      lockFolder(folder).release()
      expect(existsSync(path.join(folder, 'lock'))).toBe(false)
    }
  })
})

describe('reading migrations', () => {
  it('takes accounts first, then the other subjects by name, each in order', () => {
    const root = freshFolder()
    for (const subject of ['blocks', 'accounts', 'mailbox']) {
      mkdirSync(path.join(root, subject, 'migrations'), { recursive: true })
      writeFileSync(path.join(root, subject, 'migrations/0001-a.sql'), 'select 1')
    }
    writeFileSync(path.join(root, 'accounts/migrations/0002-b.sql'), 'select 2')
    expect(readMigrations(root).map((migration) => migration.name)).toEqual([
      'accounts/0001-a',
      'accounts/0002-b',
      'blocks/0001-a',
      'mailbox/0001-a',
    ])
    writeFileSync(path.join(root, 'blocks/migrations/0003-c.sql'), 'select 3')
    expect(() => readMigrations(root)).toThrow(MigrationError)
  })
})

eachStorage((_kind, open) => {
  it('applies a migration once, in one step, and refuses an edited or unknown past', async () => {
    const storage = await open()
    const known = readMigrations(path.join(import.meta.dirname, '../src'))
    const fresh = { name: 'zebra/0001-x', sql: 'create table zebra (id int); insert into zebra values (1);' }
    expect(await migrate(storage.db, known)).toEqual([])
    expect(await migrate(storage.db, [...known, fresh])).toEqual(['zebra/0001-x'])
    expect(await migrate(storage.db, [...known, fresh])).toEqual([])
    await expect(migrate(storage.db, [...known, { ...fresh, sql: 'select 1' }])).rejects.toThrow(MigrationError)
    await expect(migrate(storage.db, known)).rejects.toThrow(MigrationError)
    const broken = { name: 'zebra/0002-y', sql: 'insert into zebra values (2); select * from nowhere;' }
    await expect(migrate(storage.db, [...known, fresh, broken])).rejects.toThrow()
    const { rows } = await sql<{ n: number }>`select count(*) as n from zebra`.execute(storage.db)
    expect(rows[0]?.n).toBe(1)
    await storage.close()
  })

  it('keeps a query of one caller out of the transaction of another', async () => {
    const storage = await open()
    await sql`create table notes (n bigint)`.execute(storage.db)
    const rolledBack = storage.db.transaction().execute(async (txn) => {
      await sql`insert into notes values (1)`.execute(txn)
      throw new Error('no')
    })
    const outside = sql`insert into notes values (2)`.execute(storage.db)
    await Promise.allSettled([rolledBack, outside])
    const { rows } = await sql<{ n: number }>`select n from notes`.execute(storage.db)
    expect(rows).toEqual([{ n: 2 }])
    await storage.close()
  })

  it('gives int8 as a number, bytes as bytes, and names a broken unique constraint', async () => {
    const storage = await open()
    await sql`create table things (n bigint constraint things_once unique, b bytea)`.execute(storage.db)
    const insert = () =>
      sql`insert into things values (${1_767_225_600_000}, ${Buffer.from([0, 255])})`.execute(storage.db)
    await insert()
    const { rows } = await sql<{ n: number; b: Uint8Array }>`select n, b from things`.execute(storage.db)
    expect(rows[0]?.n).toBe(1_767_225_600_000)
    expect([...(rows[0]?.b ?? [])]).toEqual([0, 255])
    const error = await insert().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect([
      isDuplicate(error),
      isDuplicate(error, 'things_once'),
      isDuplicate(error, 'other'),
      isStorageFailure(error),
    ]).toEqual([true, true, false, false])
    await storage.close()
  })
})
