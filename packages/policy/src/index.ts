export * from './reports.ts'
export * from './trust-steps.ts'
export * from './trust.ts'
