import { ok, type RouteResponse } from '@visavis/wire'
import type { RouteHandlers } from '../http/index.ts'
import type { Reports, ReportForStaff } from './service.ts'

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
      return ok({ total, reports: open.map(shape) })
    },
  }
}

function shape({ report, words }: ReportForStaff): RouteResponse<'listReports'>['reports'][number] {
  const isCall = report.kind === 'call'
  return {
    reportId: report.reportId,
    kind: report.kind,
    category: report.category,
    severity: report.severity,
    words: words ?? null,
    reporter: report.reporter,
    reported: report.reported ?? null,
    callId: isCall ? report.callId : null,
    mode: isCall ? report.mode : null,
    callStartedAtMs: isCall ? report.callStartedAtMs : null,
    conversationId: isCall ? null : report.conversationId,
    isVerified: isCall ? null : report.isVerified,
    createdAtMs: report.createdAtMs,
    answerByMs: report.answerByMs,
  }
}
