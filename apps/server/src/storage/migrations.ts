import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { sql, type Kysely } from 'kysely'
import type { Database } from './database.ts'

/** One step of the schema: `<subject>/NNNN-name`, with the SQL as it stands on disk. */
export type Migration = { readonly name: string; readonly sql: string }

/** Any number that nobody else uses for `pg_advisory_xact_lock` in the same database. */
const LOCK = 0x7669_7361

/** The schema and the code do not belong together; starting would damage data. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

/**
 * Reads `<root>/<subject>/migrations/NNNN-name.sql` of every subject: accounts first, because others refer to it, the
 * rest by name; within a subject by number.
 */
export function readMigrations(root: string): Migration[] {
  const subjects = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(root, entry.name, 'migrations')))
    .map((entry) => entry.name)
    .toSorted((a, b) => Number(b === 'accounts') - Number(a === 'accounts') || (a < b ? -1 : 1))
  return subjects.flatMap((subject) => readSubject(path.join(root, subject, 'migrations'), subject))
}

function readSubject(folder: string, subject: string): Migration[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .toSorted()
  return files.map((file, index) => {
    const number = /^(\d{4})-[a-z0-9-]+\.sql$/.exec(file)?.[1]
    if (Number(number) !== index + 1) throw new MigrationError(`${subject}/${file} does not follow in number`)
    return { name: `${subject}/${file.slice(0, -'.sql'.length)}`, sql: readFileSync(path.join(folder, file), 'utf8') }
  })
}

/**
 * Brings the schema up to date in one transaction, under a lock that lets one node at a time do it. Throws
 * `MigrationError` when history differs from what is on disk: an applied migration was edited, or is missing here
 * because a newer version wrote to this database.
 */
export async function migrate(db: Kysely<Database>, migrations: readonly Migration[]): Promise<readonly string[]> {
  return db.transaction().execute(async (txn) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(txn)
    await sql`create table if not exists migrations (
      name text primary key, hash text not null, applied_at timestamptz not null default now())`.execute(txn)
    const applied = await sql<{ name: string; hash: string }>`select name, hash from migrations`.execute(txn)
    const known = new Map(migrations.map((migration) => [migration.name, hashOf(migration)]))
    for (const row of applied.rows) {
      const hash = known.get(row.name)
      if (hash === undefined) throw new MigrationError(`the database has ${row.name}, which this version does not know`)
      if (hash !== row.hash) throw new MigrationError(`${row.name} was edited after it was applied`)
    }
    const done = new Set(applied.rows.map((row) => row.name))
    const fresh = migrations.filter((migration) => !done.has(migration.name))
    for (const migration of fresh) {
      await sql.raw(migration.sql).execute(txn)
      await sql`insert into migrations (name, hash) values (${migration.name}, ${hashOf(migration)})`.execute(txn)
    }
    return fresh.map((migration) => migration.name)
  })
}

function hashOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex')
}
