import { alice, bob, carol, dave } from '@visavis/testkit'
import { afterEach, describe } from 'vitest'
import { createBlockStore } from '../src/blocks/index.ts'
import { createReportStore } from '../src/reports/index.ts'
import type { Storage } from '../src/storage/index.ts'
import { createMemoryBlockStore, createMemoryReportStore } from './support/memory-stores.ts'
import { eachStorage } from './support/storages.ts'
import { blockStoreContract, reportStoreContract } from './support/store-contracts.ts'

describe('in memory', () => {
  blockStoreContract(async () => createMemoryBlockStore())
  reportStoreContract(async () => createMemoryReportStore())
})

eachStorage((_, open) => {
  const opened: Storage[] = []
  afterEach(async () => {
    for (const storage of opened.splice(0)) await storage.close()
  })
  async function withPeople(): Promise<Storage['db']> {
    const storage = await open()
    opened.push(storage)
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
    return storage.db
  }
  blockStoreContract(async () => createBlockStore(await withPeople()))
  reportStoreContract(async () => createReportStore(await withPeople()))
})
