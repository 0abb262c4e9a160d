import { describe } from 'vitest'
import { createBlockStore } from '../src/blocks/index.ts'
import { createReportStore } from '../src/reports/index.ts'
import { createMemoryBlockStore, createMemoryReportStore } from './support/memory-stores.ts'
import { closedAfterEach, eachStorage } from './support/storages.ts'
import { blockStoreContract, reportStoreContract } from './support/store-contracts.ts'

describe('in memory', () => {
  blockStoreContract(async () => createMemoryBlockStore())
  reportStoreContract(async () => createMemoryReportStore())
})

eachStorage((_, open) => {
  const { withPeople } = closedAfterEach(open)
  blockStoreContract(async () => createBlockStore(await withPeople()))
  reportStoreContract(async () => createReportStore(await withPeople()))
})
