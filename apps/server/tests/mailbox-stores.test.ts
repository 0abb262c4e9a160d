import type { CallId, DeviceId, MessageId } from '@visavis/wire'
import { sql, type Kysely } from 'kysely'
import { describe, expect, it } from 'vitest'
import { createCallStore } from '../src/calls/index.ts'
import { createMailboxStore, type CallMessage, type MailboxTables } from '../src/mailbox/index.ts'
import { createMemoryCallStore } from './calls-memory.ts'
import { callStoreContract, mailboxStoreContract } from './mailbox-contract.ts'
import { createMemoryMailboxStore } from './mailbox-memory.ts'
import { closedAfterEach, eachStorage } from './support/storages.ts'

describe('in memory', () => {
  mailboxStoreContract(async () => createMemoryMailboxStore())
  callStoreContract(async () => createMemoryCallStore())
})

eachStorage((_kind, open) => {
  const { fresh } = closedAfterEach(open)
  mailboxStoreContract(async () => createMailboxStore((await fresh()).db))
  callStoreContract(async () => createCallStore((await fresh()).db))

  it('[K4] erases without reading the whole table, however much is remembered', async () => {
    const { db } = await fresh()
    await createMailboxStore(db).insert(manyMessages(), [])
    await sql`analyze mailbox`.execute(db)
    const ranges = Array.from({ length: DEVICES }, (_, n) => ({ device: deviceOf(n), afterSeq: 0, uptoSeq: DEVICES }))
    const scans = await db.transaction().execute(async (txn) => {
      await createMailboxStore(txn as unknown as Kysely<MailboxTables>).eraseTold(ranges)
      // What this transaction has done so far.
      return sql<{ scans: number; updates: number }>`select seq_scan as scans, n_tup_upd as updates
        from pg_stat_xact_user_tables where relname = 'mailbox'`.execute(txn)
    })
    expect(scans.rows).toEqual([{ scans: 0, updates: DEVICES }])
  })
})

const [DEVICES, MESSAGES] = [100, 4_000]
const uuid = (kind: string, n: number) => `${kind}0000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const deviceOf = (n: number) => uuid('d', n % DEVICES) as DeviceId

/** Short ones, in turn to each of the devices. */
function manyMessages(): readonly CallMessage[] {
  return Array.from({ length: MESSAGES }, (_, n) => ({
    kind: 'call',
    part: 0,
    recipientDevice: deviceOf(n),
    seq: n + 1,
    senderDevice: deviceOf(n + 1),
    messageId: uuid('e', n) as MessageId,
    callId: uuid('c', 1) as CallId,
    sentAtMs: n,
    ciphertext: new Uint8Array(40).fill(n & 255),
  }))
}
