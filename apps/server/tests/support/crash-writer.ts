import { sql } from 'kysely'
import { createFakeLog } from '@visavis/testkit'
import { openStorage } from '../../src/storage/index.ts'

// A process that writes until it is killed: `node crash-writer.ts FOLDER [URL]`. A number is printed once its row is
// committed; the parent holds us to it.
const [, , dataDir = '', url] = process.argv
const storage = await openStorage({ dataDir, url, log: createFakeLog() })
await sql`create table if not exists crash_rows (n bigint primary key, body text not null)`.execute(storage.db)
for (let n = 1; ; n += 1) {
  await sql`insert into crash_rows (n, body) values (${n}, ${'x'.repeat(1_000)})`.execute(storage.db)
  process.stdout.write(`${n}\n`)
}
