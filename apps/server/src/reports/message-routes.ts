import { fail, fromB64, ok, reportId as reportIdSchema, SEALED_REPORT_BYTES_MAX, toB64 } from '@visavis/wire'
import type { RateLimits, RouteHandlers } from '../http/index.ts'
import type { MessageReports } from './message-reports.ts'

/** HTTP edge of reports of messages; who may is told by `ROUTES` and enforced before these run. */
export function messageReportRoutes(
  reports: MessageReports,
  limits: RateLimits,
): Pick<RouteHandlers, 'getReportKey' | 'reportMessages' | 'readMessageReport'> {
  return {
    getReportKey: async () => ok({ publicKey: toB64(await reports.publicKey()) }),

    async reportMessages({ person, request }) {
      const limited = await limits.take('reportAccount', person.accountId)
      if (!limited.ok) return limited
      const sealed = fromB64(request.sealed)
      if (!sealed || sealed.byteLength > SEALED_REPORT_BYTES_MAX) return fail('WIRE_INVALID')
      return reports.report(person.accountId, { ...request, sealed })
    },

    async readMessageReport({ params }) {
      const id = reportIdSchema.safeParse(params['reportId'])
      return id.success ? reports.read(id.data) : fail('NOT_FOUND')
    },
  }
}
