export type { ConnectionLimits } from './connection.ts'
export { createGateway, type Gateway, type GatewayDeps, type GatewayStats, type GatewayWiring } from './gateway.ts'
export type { Deliver, DeliverDurable, DeliverOnce } from './seats.ts'
export { createSocketEdge, type SocketEdge, type SocketEdgeDeps } from './socket-edge.ts'
export { createTokenBucket, type TokenBucket } from './token-bucket.ts'
export type {
  Arrival,
  DeviceListener,
  FrameContext,
  FrameHandler,
  FrameHandlers,
  Link,
  LinkEvents,
  Person,
} from './types.ts'
