export {
  clientAddress,
  createEdge,
  judge,
  type EdgeDeps,
  type Person,
  type RouteHandler,
  type RouteHandlers,
  type RouteInput,
} from './edge.ts'
export { allowedOrigins, isSameOrigin } from './origin.ts'
export { createRateLimits, type RateLimits } from './rate-limit.ts'
export { inlineScriptHashes, securityHeaders } from './security-headers.ts'
export { loadStaticFiles, type StaticFiles } from './static-files.ts'
