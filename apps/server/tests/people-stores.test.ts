import { alice, bob, carol, dave } from '@visavis/testkit'
import { afterEach, describe } from 'vitest'
import { createContactStore } from '../src/contacts/index.ts'
import { createDeviceStore, createKeyPackageStore, createLinkStore } from '../src/devices/index.ts'
import type { Storage } from '../src/storage/index.ts'
import { createMemoryContactStore, createMemoryDeviceStores } from './support/memory-people.ts'
import {
  contactStoreContract,
  deviceStoreContract,
  keyPackageStoreContract,
  linkStoreContract,
  type DeviceStores,
} from './support/people-contracts.ts'
import { eachStorage } from './support/storages.ts'

function deviceContracts(create: () => Promise<DeviceStores>): void {
  deviceStoreContract(create)
  keyPackageStoreContract(create)
  linkStoreContract(create)
}

describe('in memory', () => {
  deviceContracts(async () => createMemoryDeviceStores())
  contactStoreContract(async () => createMemoryContactStore())
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
  deviceContracts(async () => {
    const db = await withPeople()
    return { devices: createDeviceStore(db), keyPackages: createKeyPackageStore(db), links: createLinkStore(db) }
  })
  contactStoreContract(async () => createContactStore(await withPeople()))
})
