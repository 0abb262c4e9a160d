import { ok } from '@visavis/wire'
import type { RouteHandlers } from '../http/index.ts'
import type { Reports } from './service.ts'

/** HTTP edge of reports; who may is told by `ROUTES` and enforced before these run. */
export function reportRoutes(reports: Reports): Pick<RouteHandlers, 'createReport' | 'listOwnReports' | 'listReports'> {
  return {
    async createReport({ person, request }) {
      const made = await reports.report(person.accountId, request)
      return made.ok ? ok({ reportId: made.value.reportId, answerByMs: made.value.answerByMs }) : made
    },

    async listOwnReports({ person }) {
      const made = await reports.madeBy(person.accountId)
      return ok({
        reports: made.map(({ reportId, category, createdAtMs, answerByMs, state }) => ({
          reportId,
          category,
          createdAtMs,
          answerByMs,
          state,
        })),
      })
    },

    async listReports() {
      const { reports: open, total } = await reports.queue()
      return ok({
        total,
        reports: open.map((report) => ({
          reportId: report.reportId,
          category: report.category,
          severity: report.severity,
          words: report.words ?? null,
          reporter: report.reporter,
          reported: report.reported,
          callId: report.callId,
          mode: report.mode,
          callStartedAtMs: report.callStartedAtMs,
          createdAtMs: report.createdAtMs,
          answerByMs: report.answerByMs,
        })),
      })
    },
  }
}
