import { sql, type Kysely } from 'kysely'
import type { Database } from '../src/storage/index.ts'

/** Every row of every table, one line each, as PostgreSQL writes it: text as it is, bytes in hexadecimal. */
export async function everyRow(db: Kysely<Database>): Promise<string> {
  const tables = await sql<{
    name: string
  }>`select table_name as name from information_schema.tables where table_schema = 'public'`.execute(db)
  const lines: string[] = []
  for (const { name } of tables.rows) {
    const { rows } = await sql<{ line: string }>`select t::text as line from ${sql.table(name)} t`.execute(db)
    lines.push(...rows.map(({ line }) => line))
  }
  return lines.join('\n')
}

/** What of a signed cookie would be a key in somebody else's hands: all of it, and the token that was signed. */
export function bareOf(cookie: string): readonly string[] {
  const value = decodeURIComponent(cookie)
  return [cookie, value, value.slice(0, value.lastIndexOf('.'))]
}

/** Which of these cookies can be found in the rows, in clear, in hexadecimal or in base64. */
export function cookiesIn(rows: string, cookies: Iterable<string>): readonly string[] {
  const readings = (text: string) => [
    text,
    ...(['hex', 'base64url'] as const).map((as) => Buffer.from(text).toString(as)),
  ]
  return [...cookies].filter((cookie) =>
    bareOf(cookie).some((bare) => readings(bare).some((reading) => rows.includes(reading))),
  )
}
