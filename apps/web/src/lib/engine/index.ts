export { createEngine } from './engine.ts'
export { openWebSocket } from './web-socket.ts'
export type { EngineDeps, HttpCalls, MediaPathFactory, MessengerPort, OnlineEvents, SocketFactory } from './ports.ts'
export type * from './types.ts'
