import { answerByMs, severityOf } from '@visavis/policy'
import type { Clock, Log, Random } from '@visavis/ports'
import {
  fail,
  ok,
  type AccountId,
  type CallId,
  type Mode,
  type ReportCategory,
  type ReportId,
  type Result,
} from '@visavis/wire'
import type { CallReport, MessagesReport, Report, ReportStore } from './store.ts'
import type { WordsSeal } from './words-seal.ts'

/** A report as a moderator reads it: with the words opened. */
export type ReportForStaff = { readonly report: Report; readonly words: string | undefined }

/** Reporting, first version [T1]: one click makes a report with a receipt; words may follow; the reported hears nothing. */
export type Reports = {
  /** Errors: REPORT_WINDOW_CLOSED when the caller was not in that call, or it ended too long ago. */
  report(
    reporter: AccountId,
    wish: { callId: CallId; category: ReportCategory; words?: string | undefined },
  ): Promise<Result<CallReport>>
  madeBy(reporter: AccountId): Promise<readonly Report[]>
  queue(): Promise<{ readonly reports: readonly ReportForStaff[]; readonly total: number }>
}

export type ReportableCall = (
  callId: CallId,
  account: AccountId,
) => Promise<{ readonly accountId: AccountId; readonly mode: Mode; readonly startedAtMs: number } | undefined>

/** What sealed words are bound to: what makes a report one and the same. */
export function subjectOf(
  report:
    | Pick<CallReport, 'kind' | 'reporter' | 'callId' | 'category'>
    | Pick<MessagesReport, 'kind' | 'reporter' | 'reportId'>,
): string {
  if (report.kind === 'messages') return `${report.reporter}|messages|${report.reportId}`
  return `${report.reporter}|${report.callId}|${report.category}`
}

export function createReports(deps: {
  clock: Clock
  random: Random
  log: Log
  store: ReportStore
  seal: WordsSeal
  reportableCall: ReportableCall
}): Reports {
  const { clock, random, store, seal } = deps
  return {
    async report(reporter, { callId, category, words }) {
      const call = await deps.reportableCall(callId, reporter)
      if (!call) return fail('REPORT_WINDOW_CLOSED')
      const reportId = random.uuid() as ReportId
      const createdAtMs = clock.nowMs()
      const kept = await store.add({
        kind: 'call',
        reportId,
        reporter,
        reported: call.accountId,
        callId,
        mode: call.mode,
        callStartedAtMs: call.startedAtMs,
        category,
        severity: severityOf(category),
        words: words?.trim()
          ? seal.seal(subjectOf({ kind: 'call', reporter, callId, category }), words.trim())
          : undefined,
        createdAtMs,
        answerByMs: answerByMs(createdAtMs),
        state: 'open',
        decidedAtMs: undefined,
      })
      deps.log.info('report.made', { call: callId, reason: category })
      return ok(kept)
    },

    madeBy: (reporter) => store.madeBy(reporter),

    async queue() {
      const { reports, total } = await store.queue()
      return {
        total,
        reports: reports.map((report) => ({
          report,
          words: report.words && seal.open(subjectOf(report), report.words),
        })),
      }
    },
  }
}
