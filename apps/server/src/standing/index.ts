export { createStanding, type Standing, type StandingDeps, type StandingOf } from './service.ts'
