import { readFileSync } from 'node:fs'
import path from 'node:path'
import { sql } from 'kysely'
import { DAY } from '@visavis/ports'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Storage } from '../src/storage/index.ts'
import { createBrowser, realClock, signUp, startApp } from './support/app.ts'
import { openEmbeddedCopy } from './support/storages.ts'

// docs/data-inventory.json against the schema as it is after all migrations: a column that nobody can explain fails here.

const text = z.string().min(3)
const readers = z.array(z.enum(['server', 'self', 'partner', 'moderator'])).min(1)
const inventorySchema = z.strictObject({
  about: text,
  notDeletedYet: z.array(text),
  sequences: z.record(z.string(), text),
  tables: z.record(
    z.string(),
    z.strictObject({
      purpose: text,
      retention: text,
      readers,
      columns: z.record(
        z.string(),
        z.strictObject({ purpose: text, retention: text.optional(), readers: readers.optional() }),
      ),
    }),
  ),
})

const file = path.join(import.meta.dirname, '../../../docs/data-inventory.json')
const inventory = inventorySchema.parse(JSON.parse(readFileSync(file, 'utf8')))

describe('[A8] the data inventory', () => {
  let storage: Storage
  beforeAll(async () => {
    storage = await openEmbeddedCopy()
  })
  afterAll(() => storage.close())

  it('[A8] names every table and column there is, and none that is not', async () => {
    const { rows } = await sql<{ place: string }>`
      select table_name || '.' || column_name as place from information_schema.columns
      where table_schema = 'public'`.execute(storage.db)
    const listed = Object.entries(inventory.tables).flatMap(([table, { columns }]) =>
      Object.keys(columns).map((column) => `${table}.${column}`),
    )
    expect(listed.toSorted()).toEqual(rows.map((row) => row.place).toSorted())
    expect(rows.length).toBeGreaterThan(50)
  })

  it('[A8] names every sequence', async () => {
    const { rows } = await sql<{ name: string }>`
      select sequence_name as name from information_schema.sequences where sequence_schema = 'public'`.execute(
      storage.db,
    )
    expect(Object.keys(inventory.sequences).toSorted()).toEqual(rows.map((row) => row.name).toSorted())
  })

  it('[A8] has no place for an internet address: the columns of that kind refuse any', async () => {
    const { rows } = await sql<{ place: string }>`
      select table_name || '.' || column_name as place from information_schema.columns
      where table_schema = 'public' and (data_type in ('inet', 'cidr', 'macaddr')
        or column_name ~ '(^|_)(ip|addr|address|agent|phone|birth|latitude|longitude)(_|$)')`.execute(storage.db)
    expect(rows.map((row) => row.place).toSorted()).toEqual(['sessions.ip_address', 'sessions.user_agent'])
    for (const column of ['ip_address', 'user_agent']) {
      const filled = sql`insert into sessions (id, account_id, token, expires_at, created_at, updated_at, ${sql.ref(column)})
        values (gen_random_uuid(), gen_random_uuid(), repeat('t', 43), now(), now(), now(), '192.0.2.1')`
      const refused = { code: '23514', constraint: `sessions_${column}_check` }
      await expect(filled.execute(storage.db)).rejects.toMatchObject(refused)
    }
  })

  it('[A8] says plainly of which tables nothing is deleted yet', () => {
    const kept = Object.entries(inventory.tables).filter(([, { retention }]) => retention.includes('nothing deletes'))
    expect(kept.map(([table]) => table).toSorted()).toEqual([
      'account_keys',
      'accounts',
      'blocks',
      'contacts',
      'conversation_members',
      'conversations',
      'credentials',
      'key_log_accounts',
      'mailbox_channels',
      'passkeys',
      'report_evidence',
      'reports',
    ])
    for (const [table] of kept) expect(inventory.notDeletedYet.join('\n')).toContain(table)
  })
})

it('[A8] forgets expired sessions and spent proofs by itself', async () => {
  const storage = await openEmbeddedCopy()
  let laterMs = 0
  const rounds: (() => void)[] = []
  const clock = {
    ...realClock(),
    nowMs: () => Date.now() + laterMs,
    every: (_: number, work: () => void) => {
      rounds.push(work)
      return () => undefined
    },
  }
  const app = await startApp(storage, { clock, env: { VISAVIS_RATE_FACTOR: '100' } })
  await signUp(createBrowser(app), 'quiet-otter-77')
  const left = async () => {
    const { rows } = await sql<{ sessions: number; proofs: number }>`
      select (select count(*) from sessions) as sessions, (select count(*) from spent_proofs) as proofs`.execute(
      storage.db,
    )
    return rows[0]
  }
  expect(await left()).toEqual({ sessions: 1, proofs: 1 })
  laterMs = 31 * DAY
  for (const round of rounds) round()
  await expect.poll(left).toEqual({ sessions: 0, proofs: 0 })
  await app.end()
  await storage.close()
})
