import type { Severity } from '@visavis/policy'
import type { AccountId, CallId, Mode, ReportCategory, ReportId } from '@visavis/wire'
import type { Kysely } from 'kysely'

export type ReportTables = {
  reports: {
    report_id: string
    reporter_id: string
    reported_id: string
    call_id: string
    call_mode: Mode
    call_started_at_ms: number
    category: ReportCategory
    severity: Severity
    words: Uint8Array | null
    created_at_ms: number
    answer_by_ms: number
    state: 'open' | 'upheld'
    decided_at_ms: number | null
  }
}

export type Report = {
  readonly reportId: ReportId
  readonly reporter: AccountId
  readonly reported: AccountId
  readonly callId: CallId
  readonly mode: Mode
  readonly callStartedAtMs: number
  readonly category: ReportCategory
  readonly severity: Severity
  /** Sealed; see `createWordsSeal`. */
  readonly words: Uint8Array | undefined
  readonly createdAtMs: number
  readonly answerByMs: number
  readonly state: 'open' | 'upheld'
  /** Undefined as long as the report is open. */
  readonly decidedAtMs: number | undefined
}

/** How many reports against an account were found to be right, and when the latest was decided. */
export type Upheld = { readonly count: number; readonly latestAtMs: number | undefined }

export const QUEUE_PAGE_MAX = 200
export const OWN_REPORTS_MAX = 100

/** Where reports are kept. */
export type ReportStore = {
  /**
   * Keeps the report. The same reporter, call and category again is the same report: its id and deadline stay, and words
   * that come later take the place of those before.
   */
  add(report: Report): Promise<Report>
  /** Open reports, most urgent first, at most `QUEUE_PAGE_MAX`, and how many there are in all. */
  queue(): Promise<{ readonly reports: readonly Report[]; readonly total: number }>
  /** Reports that this account made, newest first, at most `OWN_REPORTS_MAX`. */
  madeBy(reporter: AccountId): Promise<readonly Report[]>
  /** In which of `calls` somebody reported this account [M6]. */
  reportedIn(reported: AccountId, calls: readonly CallId[]): Promise<ReadonlySet<CallId>>
  upheldAgainst(reported: AccountId): Promise<Upheld>
}

type Row = ReportTables['reports']

function toReport(row: Row): Report {
  return {
    reportId: row.report_id as ReportId,
    reporter: row.reporter_id as AccountId,
    reported: row.reported_id as AccountId,
    callId: row.call_id as CallId,
    mode: row.call_mode,
    callStartedAtMs: row.call_started_at_ms,
    category: row.category,
    severity: row.severity,
    words: row.words ? new Uint8Array(row.words) : undefined,
    createdAtMs: row.created_at_ms,
    answerByMs: row.answer_by_ms,
    state: row.state,
    decidedAtMs: row.decided_at_ms ?? undefined,
  }
}

function toRow(report: Report): Row {
  return {
    report_id: report.reportId,
    reporter_id: report.reporter,
    reported_id: report.reported,
    call_id: report.callId,
    call_mode: report.mode,
    call_started_at_ms: report.callStartedAtMs,
    category: report.category,
    severity: report.severity,
    words: report.words ? Buffer.from(report.words) : null,
    created_at_ms: report.createdAtMs,
    answer_by_ms: report.answerByMs,
    state: report.state,
    decided_at_ms: report.decidedAtMs ?? null,
  }
}

export function createReportStore(db: Kysely<ReportTables>): ReportStore {
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
      return toReport(kept)
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
