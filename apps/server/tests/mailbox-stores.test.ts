import { afterEach, describe } from 'vitest'
import { createCallStore } from '../src/calls/index.ts'
import { createMailboxStore } from '../src/mailbox/index.ts'
import type { Storage } from '../src/storage/index.ts'
import { createMemoryCallStore } from './calls-memory.ts'
import { callStoreContract, mailboxStoreContract } from './mailbox-contract.ts'
import { createMemoryMailboxStore } from './mailbox-memory.ts'
import { eachStorage } from './support/storages.ts'

describe('in memory', () => {
  mailboxStoreContract(async () => createMemoryMailboxStore())
  callStoreContract(async () => createMemoryCallStore())
})

eachStorage((_, open) => {
  const opened: Storage[] = []
  afterEach(async () => {
    for (const storage of opened.splice(0)) await storage.close()
  })
  async function fresh(): Promise<Storage> {
    const storage = await open()
    opened.push(storage)
    return storage
  }
  mailboxStoreContract(async () => createMailboxStore((await fresh()).db))
  callStoreContract(async () => createCallStore((await fresh()).db))
})
