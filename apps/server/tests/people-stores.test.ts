import { describe } from 'vitest'
import { createContactStore } from '../src/contacts/index.ts'
import { createDeviceStore, createKeyPackageStore, createLinkStore } from '../src/devices/index.ts'
import { createMemoryContactStore, createMemoryDeviceStores } from './support/memory-people.ts'
import {
  contactStoreContract,
  deviceStoreContract,
  keyPackageStoreContract,
  linkStoreContract,
  type DeviceStores,
} from './support/people-contracts.ts'
import { closedAfterEach, eachStorage } from './support/storages.ts'

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
  const { withPeople } = closedAfterEach(open)
  deviceContracts(async () => {
    const db = await withPeople()
    return { devices: createDeviceStore(db), keyPackages: createKeyPackageStore(db), links: createLinkStore(db) }
  })
  contactStoreContract(async () => createContactStore(await withPeople()))
})
