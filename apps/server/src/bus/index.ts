export { createInProcessBus } from './in-process.ts'
