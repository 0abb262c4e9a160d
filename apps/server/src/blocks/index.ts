export { blockRoutes } from './routes.ts'
export { createBlocks, type Blocks, type OtherInCall } from './service.ts'
export { createBlockStore, type Block, type BlockStore, type BlockTables } from './store.ts'
