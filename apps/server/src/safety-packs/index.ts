export { safetyPackRoutes } from './routes.ts'
export { createSafetyPacks, type SafetyPacks } from './service.ts'
