export { messageReportRoutes } from './message-routes.ts'
export { createMessageReports, type MessageReports, type MessageReportsDeps } from './message-reports.ts'
export { reportRoutes } from './routes.ts'
export { createReports, type ReportableCall, type ReportForStaff, type Reports } from './service.ts'
export {
  createReportStore,
  OWN_REPORTS_MAX,
  QUEUE_PAGE_MAX,
  type CallReport,
  type Evidence,
  type MessagesReport,
  type Report,
  type ReportStore,
  type ReportTables,
  type Upheld,
} from './store.ts'
export { createWordsSeal, type WordsSeal } from './words-seal.ts'
