import {
  CALL_RECEIPT_BYTES_MAX,
  fail,
  fromB64,
  ok,
  reportId as reportIdSchema,
  SEALED_REPORT_BYTES_MAX,
  type Result,
  type RouteRequest,
  type RouteResponse,
} from '@visavis/wire'
import type { RateLimits, RouteHandlers } from '../http/index.ts'
import type { CallEvidence } from './call-evidence.ts'
import type { CallWish, Reports, ReportForStaff } from './service.ts'

/** HTTP edge of reports; who may is told by `ROUTES` and enforced before these run. */
export function reportRoutes(
  reports: Reports,
  evidence: Pick<CallEvidence, 'read'>,
  limits: RateLimits,
): Pick<RouteHandlers, 'createReport' | 'listOwnReports' | 'listReports' | 'readCallReport'> {
  return {
    async createReport({ person, request }) {
      // Only evidence costs work, and reading it is some of it: a report of one press has no limit of its own.
      const limited = request.sealed === undefined ? ok(true) : await limits.take('reportAccount', person.accountId)
      if (!limited.ok) return limited
      const wish = wishOf(request)
      if (!wish.ok) return wish
      const made = await reports.report(person.accountId, wish.value)
      if (!made.ok) return made
      const { report, evidence: found } = made.value
      const { reportId, answerByMs } = report
      return ok({
        reportId,
        answerByMs,
        ...(found && { isVerified: found.isVerified, faults: [...found.faults] }),
      })
    },

    async readCallReport({ params }) {
      const id = reportIdSchema.safeParse(params['reportId'])
      return id.success ? evidence.read(id.data) : fail('NOT_FOUND')
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

function wishOf(request: RouteRequest<'createReport'>): Result<CallWish> {
  const sealed = bytesOf(request.sealed, SEALED_REPORT_BYTES_MAX)
  const receipt = bytesOf(request.receipt, CALL_RECEIPT_BYTES_MAX)
  if (!sealed.ok) return sealed
  return receipt.ok ? ok({ ...request, sealed: sealed.value, receipt: receipt.value }) : receipt
}

function bytesOf(text: string | undefined, bytesMax: number): Result<Uint8Array | undefined> {
  if (text === undefined) return ok(undefined)
  const bytes = fromB64(text)
  return bytes && bytes.byteLength <= bytesMax ? ok(bytes) : fail('WIRE_INVALID')
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
    boundaries: (isCall && report.boundaries) || null,
    conversationId: isCall ? null : report.conversationId,
    isVerified: report.isVerified ?? null,
    createdAtMs: report.createdAtMs,
    answerByMs: report.answerByMs,
  }
}
