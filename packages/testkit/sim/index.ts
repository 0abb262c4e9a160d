export type { CallsModel } from './calls-model.ts'
export type { ClientSocket } from './model-socket.ts'
export { createServerModel, type ServerModel } from './server-model.ts'
