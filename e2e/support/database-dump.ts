import path from 'node:path'
import pg from 'pg'
import { openEmbedded } from '../../apps/server/src/storage/embedded.ts'
import { readdirSync, readFileSync } from 'node:fs'

type Dump = { readonly tables: readonly string[]; readonly bytes: Buffer }

/** Every value of every table of a stopped server's embedded database: text as UTF-8, bytes as they are. */
export async function dumpTables(dataDir: string): Promise<Dump> {
  const { pool, close } = await openEmbedded(path.join(dataDir, 'database'))
  try {
    return await dumpPool(pool)
  } finally {
    await close()
  }
}

/** The same of a PostgreSQL at this address. */
export async function dumpPostgres(url: string): Promise<Dump> {
  const pool = new pg.Pool({ connectionString: url })
  try {
    return await dumpPool(pool)
  } finally {
    await pool.end()
  }
}

/** What a query finds in a stopped server's embedded database. */
export async function queryTables<Row extends object>(dataDir: string, query: string): Promise<readonly Row[]> {
  const { pool, close } = await openEmbedded(path.join(dataDir, 'database'))
  try {
    return (await pool.query<Row>(query)).rows
  } finally {
    await close()
  }
}

async function dumpPool(pool: pg.Pool): Promise<Dump> {
  const found = await pool.query<{ name: string }>(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  const parts: Buffer[] = []
  for (const { name } of found.rows) {
    const { rows } = await pool.query<Record<string, unknown>>(`select * from ${name}`)
    for (const row of rows) for (const value of Object.values(row)) parts.push(bytesOf(value), Buffer.from('\n'))
  }
  return { tables: found.rows.map(({ name }) => name), bytes: Buffer.concat(parts) }
}

function bytesOf(value: unknown): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value)
  return Buffer.from(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
}

/** All files of a folder, names and contents. */
export function readFolder(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Buffer.concat(
    files.flatMap((file) => [Buffer.from(file.name), readFileSync(path.join(file.parentPath, file.name))]),
  )
}
