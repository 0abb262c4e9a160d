import { describe } from 'vitest'
import { createBackupStore } from '../src/backups/index.ts'
import { backupStoreContract } from './support/backup-contract.ts'
import { createMemoryBackupStore } from './support/memory-backups.ts'
import { closedAfterEach, eachStorage } from './support/storages.ts'

describe('backups in memory', () => backupStoreContract(async () => createMemoryBackupStore()))
eachStorage((_, open) => {
  const { withPeople } = closedAfterEach(open)
  backupStoreContract(async () => createBackupStore(await withPeople()))
})
