import { answerByMs, severityOf } from '@visavis/policy'
import type { Clock, Log, Random } from '@visavis/ports'
import {
  fail,
  ok,
  type AccountId,
  type Boundaries,
  type CallId,
  type Mode,
  type ReportCategory,
  type ReportId,
  type Result,
} from '@visavis/wire'
import type { CallEvidence } from './call-evidence.ts'
import type { ReportStore } from './store.ts'
import type { CallReport, FrameFinding, MessagesReport, Report } from './types.ts'
import type { WordsSeal } from './words-seal.ts'

/** A report as a moderator reads it: with the words opened. */
export type ReportForStaff = { readonly report: Report; readonly words: string | undefined }

export type CallWish = {
  readonly callId: CallId
  readonly category: ReportCategory
  readonly words?: string | undefined
  /** Evidence [T3], as `sealFrameReport` of @visavis/e2ee makes it. */
  readonly sealed?: Uint8Array | undefined
  /** Of that call, as `match.found` gave it: needed once we have forgotten the call. */
  readonly receipt?: Uint8Array | undefined
}
/** `evidence`: what was found about the evidence that is kept, if some was sent. */
export type MadeReport = { readonly report: CallReport; readonly evidence: FrameFinding | undefined }

/**
 * Reports of calls [T1]: one click makes one, with a receipt; words and evidence may come with it or follow; the reported
 * hears nothing. Evidence that does not even open is told as such and not kept: nobody could ever read it.
 */
export type Reports = {
  /** Errors: REPORT_WINDOW_CLOSED when the caller was not in that call, or it ended too long ago. */
  report(reporter: AccountId, wish: CallWish): Promise<Result<MadeReport>>
  madeBy(reporter: AccountId): Promise<readonly Report[]>
  queue(): Promise<{ readonly reports: readonly ReportForStaff[]; readonly total: number }>
}

type ReportableMeeting = {
  readonly accountId: AccountId
  readonly mode: Mode
  readonly startedAtMs: number
  readonly agreed: { readonly mine: Boundaries; readonly theirs: Boundaries } | undefined
}

export type ReportableCall = (
  callId: CallId,
  account: AccountId,
  receipt: Uint8Array | undefined,
) => Promise<ReportableMeeting | undefined>

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
  checkEvidence: CallEvidence['check']
}): Reports {
  const { clock, random, store, seal } = deps

  async function keepEvidence(report: CallReport, sealed: Uint8Array): Promise<FrameFinding> {
    const receivedAtMs = clock.nowMs()
    const { isVerified, faults } = await deps.checkEvidence(report, sealed, receivedAtMs)
    if (faults.some(({ fault }) => fault === 'unreadable')) return { isVerified, faults }
    return store.addFrames(report.reportId, { isVerified, faults, sealed, receivedAtMs })
  }

  return {
    async report(reporter, { callId, category, words, sealed, receipt }) {
      const call = await deps.reportableCall(callId, reporter, receipt)
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
        boundaries: call.agreed && { reporter: call.agreed.mine, reported: call.agreed.theirs },
        isVerified: undefined,
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
      return ok({ report: kept, evidence: sealed && (await keepEvidence(kept, sealed)) })
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
