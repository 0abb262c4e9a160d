import type { Severity } from '@visavis/policy'
import type { AccountId, CallId, ReportId } from '@visavis/wire'
import type { Kysely } from 'kysely'
import { toEvidenceRow, toReport, toRow, type ReportTables } from './rows.ts'
import type {
  CallReport,
  FrameEvidence,
  FrameFaults,
  FrameFinding,
  MessageEvidence,
  MessageFaults,
  MessagesReport,
  Report,
  Upheld,
} from './types.ts'

export const QUEUE_PAGE_MAX = 200
export const OWN_REPORTS_MAX = 100

/** Where reports are kept. */
export type ReportStore = {
  /**
   * Keeps the report. The same reporter, call and category again is the same report: its id and deadline stay, and words
   * that come later take the place of those before.
   */
  add(report: CallReport): Promise<CallReport>
  /** Keeps a report of messages with its evidence; each is a report of its own. */
  addMessages(report: MessagesReport, evidence: MessageEvidence): Promise<void>
  /**
   * Keeps the evidence of a report of a call, unless it has some already: what a moderator may have read does not change.
   * Tells what was found about the evidence that is kept.
   */
  addFrames(reportId: ReportId, evidence: FrameEvidence & FrameFinding): Promise<FrameFinding>
  /** Undefined when there is no such report, or it is about something else. */
  findMessages(
    reportId: ReportId,
  ): Promise<{ readonly report: MessagesReport; readonly evidence: MessageEvidence } | undefined>
  /** Undefined when there is no such report, it is about something else, or has no evidence. */
  findCall(reportId: ReportId): Promise<{ readonly report: CallReport; readonly evidence: FrameEvidence } | undefined>
  /** Open reports, most urgent first, at most `QUEUE_PAGE_MAX`, and how many there are in all. */
  queue(): Promise<{ readonly reports: readonly Report[]; readonly total: number }>
  /** Reports that this account made, newest first, at most `OWN_REPORTS_MAX`. */
  madeBy(reporter: AccountId): Promise<readonly Report[]>
  /** In which of `calls` somebody reported this account [M6]. */
  reportedIn(reported: AccountId, calls: readonly CallId[]): Promise<ReadonlySet<CallId>>
  upheldAgainst(reported: AccountId): Promise<Upheld>
}

export function createReportStore(db: Kysely<ReportTables>): ReportStore {
  async function find(reportId: ReportId): Promise<Report | undefined> {
    const row = await db.selectFrom('reports').selectAll().where('report_id', '=', reportId).executeTakeFirst()
    return row && toReport(row)
  }

  async function evidenceOf(reportId: ReportId) {
    const kept = db.selectFrom('report_evidence').selectAll().where('report_id', '=', reportId)
    const row = await kept.executeTakeFirst()
    return row && { sealed: new Uint8Array(row.sealed), faults: row.faults, receivedAtMs: row.received_at_ms }
  }

  return {
    async add(report) {
      const kept = await db
        .insertInto('reports')
        .values(toRow(report))
        .onConflict((conflict) =>
          conflict
            .columns(['reporter_id', 'call_id', 'category'])
            .doUpdateSet((set) => ({ words: set.fn.coalesce('excluded.words', 'reports.words') })),
        )
        .returningAll()
        .executeTakeFirstOrThrow()
      return toReport(kept) as CallReport
    },

    addMessages: (report, { sealed, faults }) =>
      db.transaction().execute(async (txn) => {
        await txn.insertInto('reports').values(toRow(report)).execute()
        const evidence = { sealed, faults, receivedAtMs: report.createdAtMs }
        await txn.insertInto('report_evidence').values(toEvidenceRow(report.reportId, evidence)).execute()
      }),

    addFrames: (reportId, { isVerified, ...evidence }) =>
      db.transaction().execute(async (txn) => {
        const added = await txn
          .insertInto('report_evidence')
          .values(toEvidenceRow(reportId, evidence))
          .onConflict((conflict) => conflict.column('report_id').doNothing())
          .returning('report_id')
          .executeTakeFirst()
        if (added) {
          const report = txn.updateTable('reports').where('report_id', '=', reportId)
          await report.set({ is_verified: isVerified }).execute()
          return { isVerified, faults: evidence.faults }
        }
        const kept = await txn
          .selectFrom('report_evidence')
          .innerJoin('reports', 'reports.report_id', 'report_evidence.report_id')
          .select(['reports.is_verified', 'report_evidence.faults'])
          .where('reports.report_id', '=', reportId)
          .executeTakeFirstOrThrow()
        return { isVerified: kept.is_verified ?? false, faults: kept.faults as FrameFaults }
      }),

    async findMessages(reportId) {
      const report = await find(reportId)
      const evidence = await evidenceOf(reportId)
      if (report?.kind !== 'messages' || !evidence) return undefined
      return { report, evidence: { sealed: evidence.sealed, faults: evidence.faults as MessageFaults } }
    },

    async findCall(reportId) {
      const report = await find(reportId)
      const evidence = await evidenceOf(reportId)
      if (report?.kind !== 'call' || !evidence) return undefined
      return { report, evidence: { ...evidence, faults: evidence.faults as FrameFaults } }
    },

    async queue() {
      const open = db.selectFrom('reports').where('state', '=', 'open')
      const rank = (severity: Severity) => ({ critical: 0, high: 1, normal: 2 })[severity]
      const bySeverity = (['critical', 'high', 'normal'] as const).map((severity) =>
        open
          .selectAll()
          .where('severity', '=', severity)
          .orderBy('answer_by_ms')
          .orderBy('report_id')
          .limit(QUEUE_PAGE_MAX)
          .execute(),
      )
      const rows = (await Promise.all(bySeverity)).flat().toSorted((a, b) => rank(a.severity) - rank(b.severity))
      const { total } = await open.select((count) => count.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
      return { reports: rows.slice(0, QUEUE_PAGE_MAX).map(toReport), total }
    },

    async madeBy(reporter) {
      const made = db.selectFrom('reports').selectAll().where('reporter_id', '=', reporter)
      return (await made.orderBy('created_at_ms', 'desc').orderBy('report_id').limit(OWN_REPORTS_MAX).execute()).map(
        toReport,
      )
    },

    async reportedIn(reported, calls) {
      if (calls.length === 0) return new Set()
      const rows = await db
        .selectFrom('reports')
        .select('call_id')
        .where('reported_id', '=', reported)
        .where('call_id', 'in', [...calls])
        .execute()
      return new Set(rows.map((row) => row.call_id as CallId))
    },

    async upheldAgainst(reported) {
      const { count, latest } = await db
        .selectFrom('reports')
        .select((of) => [of.fn.countAll<number>().as('count'), of.fn.max('decided_at_ms').as('latest')])
        .where('reported_id', '=', reported)
        .where('state', '=', 'upheld')
        .executeTakeFirstOrThrow()
      return { count, latestAtMs: latest ?? undefined }
    },
  }
}
