export { createCallEvidence, type CallEvidence } from './call-evidence.ts'
export { messageReportRoutes } from './message-routes.ts'
export { createMessageReports, type MessageReports, type MessageReportsDeps } from './message-reports.ts'
export { createReportKeys, type ReportKeys } from './report-keys.ts'
export { reportRoutes } from './routes.ts'
export { createReports, type ReportableCall, type ReportForStaff, type Reports } from './service.ts'
export type { ReportTables } from './rows.ts'
export { createReportStore, OWN_REPORTS_MAX, QUEUE_PAGE_MAX, type ReportStore } from './store.ts'
export type {
  CallReport,
  FrameEvidence,
  FrameFinding,
  MessageEvidence,
  MessagesReport,
  Report,
  Upheld,
} from './types.ts'
export { createWordsSeal, type WordsSeal } from './words-seal.ts'
