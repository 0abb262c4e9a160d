export * from './reports.ts'
export * from './trust.ts'
