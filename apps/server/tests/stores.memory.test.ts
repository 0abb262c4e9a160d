import { describe } from 'vitest'
import { createMemoryBlockStore, createMemoryReportStore } from './support/memory-stores.ts'
import { blockStoreContract, reportStoreContract } from './support/store-contracts.ts'

describe('block store contract: memory', () => blockStoreContract(async () => createMemoryBlockStore()))
describe('report store contract: memory', () => reportStoreContract(async () => createMemoryReportStore()))
