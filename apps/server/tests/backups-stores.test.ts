import { alice, bob } from '@visavis/testkit'
import { afterEach, describe } from 'vitest'
import { createBackupStore } from '../src/backups/index.ts'
import type { Storage } from '../src/storage/index.ts'
import { backupStoreContract } from './support/backup-contract.ts'
import { createMemoryBackupStore } from './support/memory-backups.ts'
import { eachStorage } from './support/storages.ts'

describe('backups in memory', () => backupStoreContract(async () => createMemoryBackupStore()))
eachStorage((_, open) => {
  const opened: Storage[] = []
  afterEach(async () => {
    for (const storage of opened.splice(0)) await storage.close()
  })
  backupStoreContract(async () => {
    const storage = await open()
    opened.push(storage)
    const at = new Date(0)
    const accounts = [alice, bob].map(({ accountId, handle }) => ({
      id: accountId,
      name: '',
      email: `${accountId}@none.invalid`,
      email_verified: false,
      username: handle,
      created_at: at,
      updated_at: at,
    }))
    await storage.db.insertInto('accounts').values(accounts).execute()
    return createBackupStore(storage.db)
  })
})
