import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { sql } from 'kysely'
import { alice, bob, carol, createFakeLog, dave } from '@visavis/testkit'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { openEmbeddedInMemory } from '../../src/storage/embedded.ts'
import { migrate, openPostgres, readMigrations, storageOver, type Storage } from '../../src/storage/index.ts'
import { postgresPrograms, startCluster, type Cluster } from './postgres.ts'
import { RUN_FOLDER } from './run-folder.ts'
import path from 'node:path'

/** Opens a storage that is empty and migrated; the caller closes it. */
export type OpenStorage = () => Promise<Storage>

const SOURCE = path.join(import.meta.dirname, '../../src')

/**
 * Runs a suite once on the embedded engine and once on PostgreSQL. `open` is quick: the schema is built once per test
 * file, and each storage is a copy of it. Without PostgreSQL's programs its half is skipped, and says so.
 */
export function eachStorage(suite: (kind: Storage['kind'], open: OpenStorage) => void): void {
  describe('on the embedded storage', () => {
    builtBefore(openEmbeddedCopy)
    suite('embedded', openEmbeddedCopy)
  })
  const programs = postgresPrograms()
  if (!programs) {
    describe.skip('on PostgreSQL (skipped: its server programs are not installed; apt-get install postgresql)', () =>
      suite('postgres', openEmbeddedCopy))
    return
  }
  describe('on PostgreSQL', () => {
    const source = createPostgresSource(programs)
    afterAll(source.stop)
    builtBefore(source.open)
    suite('postgres', source.open)
  })
}

/** The schema takes its time on a busy machine; no test of the suite is to pay for it. */
function builtBefore(open: OpenStorage): void {
  beforeAll(async () => (await open()).close(), 180_000)
}

/** Storages that are closed after the test that opened them; for the suites of `eachStorage`. */
export function closedAfterEach(open: OpenStorage) {
  const opened: Storage[] = []
  afterEach(async () => {
    for (const storage of opened.splice(0)) await storage.close()
  })
  async function fresh(): Promise<Storage> {
    const storage = await open()
    opened.push(storage)
    return storage
  }
  /** With the accounts of the test people in it. */
  async function freshWithPeople(): Promise<Storage> {
    const storage = await fresh()
    const at = new Date(0)
    const accounts = [alice, bob, carol, dave].map(({ accountId, handle }) => ({
      id: accountId,
      name: '',
      email: `${accountId}@none.invalid`,
      email_verified: false,
      username: handle,
      created_at: at,
      updated_at: at,
    }))
    await storage.db.insertInto('accounts').values(accounts).execute()
    return storage
  }
  return { fresh, freshWithPeople, withPeople: async () => (await freshWithPeople()).db }
}

let image: Promise<Blob> | undefined

/** A copy of a migrated in-memory engine: the same engine as the durable one, without a folder. */
export async function openEmbeddedCopy(): Promise<Storage> {
  image ??= imageOfRun()
  const { pool, close } = await openEmbeddedInMemory(await image)
  return storageOver(pool, 'embedded', close)
}

/**
 * Making the image takes a core for seconds: the first test file that needs it leaves it to the others of the run. Its name
 * has all migrations in it, so that in a run that goes on while they are written no older one is found.
 */
async function imageOfRun(): Promise<Blob> {
  const folder = process.env[RUN_FOLDER]
  if (folder === undefined) return makeImage()
  const file = path.join(
    folder,
    `${createHash('sha256')
      .update(JSON.stringify(readMigrations(SOURCE)))
      .digest('hex')}.tar`,
  )
  if (!existsSync(file)) {
    const own = `${file}.${randomUUID()}`
    writeFileSync(own, await (await makeImage()).bytes())
    // All of it appears at once; when two were made side by side, either will do.
    renameSync(own, file)
  }
  return new File([readFileSync(file)], 'image.tar')
}

async function makeImage(): Promise<Blob> {
  const { pool, close, engine } = await openEmbeddedInMemory()
  const storage = storageOver(pool, 'embedded', close)
  await migrate(storage.db, readMigrations(SOURCE))
  const dump = await engine.dumpDataDir('none')
  await storage.close()
  return dump
}

/** One cluster per test file, started at the first `open`; each storage is a database made from a migrated template. */
export function createPostgresSource(programs: string): { open: OpenStorage; stop: () => Promise<void> } {
  let starting: Promise<Cluster> | undefined
  let databases = 0
  async function start(): Promise<Cluster> {
    const cluster = await startCluster(programs)
    await withDatabase(cluster.url('postgres'), 'create database template_visavis')
    const template = openPostgres(cluster.url('template_visavis'), createFakeLog())
    await migrate(template.db, readMigrations(SOURCE))
    await template.close()
    return cluster
  }
  return {
    async open() {
      starting ??= start()
      const cluster = await starting
      databases += 1
      const name = `test_${databases}`
      await withDatabase(cluster.url('postgres'), `create database ${name} template template_visavis`)
      return openPostgres(cluster.url(name), createFakeLog())
    },
    async stop() {
      await (await starting)?.stop()
    },
  }
}

async function withDatabase(url: string, statement: string): Promise<void> {
  const admin = openPostgres(url, createFakeLog())
  await sql.raw(statement).execute(admin.db)
  await admin.close()
}
