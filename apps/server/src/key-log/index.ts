export { keyLogRoutes } from './routes.ts'
export { createKeyLog, type KeyLog, type KeyLogDeps } from './service.ts'
export type { KeyLogTables } from './store.ts'
