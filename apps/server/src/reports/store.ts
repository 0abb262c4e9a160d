import type { Severity } from '@visavis/policy'
import type { AccountId, CallId, ConversationId, Mode, ReportCategory, ReportFault, ReportId } from '@visavis/wire'
import type { ColumnType, Kysely } from 'kysely'

type Faults = readonly { readonly fault: ReportFault; readonly position?: number }[]

export type ReportTables = {
  reports: {
    report_id: string
    kind: 'call' | 'messages'
    reporter_id: string
    reported_id: string | null
    call_id: string | null
    call_mode: Mode | null
    call_started_at_ms: number | null
    conversation_id: string | null
    is_verified: boolean | null
    category: ReportCategory
    severity: Severity
    words: Uint8Array | null
    created_at_ms: number
    answer_by_ms: number
    state: 'open' | 'upheld'
    decided_at_ms: number | null
  }
  report_evidence: { report_id: string; sealed: Uint8Array; faults: ColumnType<Faults, string> }
}

type ReportBase = {
  readonly reportId: ReportId
  readonly reporter: AccountId
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
export type CallReport = ReportBase & {
  readonly kind: 'call'
  readonly reported: AccountId
  readonly callId: CallId
  readonly mode: Mode
  readonly callStartedAtMs: number
}
export type MessagesReport = ReportBase & {
  readonly kind: 'messages'
  /** Undefined when nothing in it is proven against anybody: then it counts for nothing. */
  readonly reported: AccountId | undefined
  readonly conversationId: ConversationId
  readonly isVerified: boolean
}
export type Report = CallReport | MessagesReport

/** The messages of a report, as the reporter has sealed them. */
export type Evidence = { readonly sealed: Uint8Array; readonly faults: Faults }

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
  add(report: CallReport): Promise<CallReport>
  /** Keeps a report of messages with its evidence; each is a report of its own. */
  addMessages(report: MessagesReport, evidence: Evidence): Promise<void>
  /** Undefined when there is no such report, or it is about something else. */
  findMessages(
    reportId: ReportId,
  ): Promise<{ readonly report: MessagesReport; readonly evidence: Evidence } | undefined>
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
  const shared = {
    reportId: row.report_id as ReportId,
    reporter: row.reporter_id as AccountId,
    category: row.category,
    severity: row.severity,
    words: row.words ? new Uint8Array(row.words) : undefined,
    createdAtMs: row.created_at_ms,
    answerByMs: row.answer_by_ms,
    state: row.state,
    decidedAtMs: row.decided_at_ms ?? undefined,
  }
  // The constraints of the table say which columns are there.
  if (row.kind === 'messages')
    return {
      ...shared,
      kind: 'messages',
      reported: (row.reported_id ?? undefined) as AccountId | undefined,
      conversationId: row.conversation_id as ConversationId,
      isVerified: row.is_verified as boolean,
    }
  return {
    ...shared,
    kind: 'call',
    reported: row.reported_id as AccountId,
    callId: row.call_id as CallId,
    mode: row.call_mode as Mode,
    callStartedAtMs: row.call_started_at_ms as number,
  }
}

function toRow(report: Report): Row {
  const isCall = report.kind === 'call'
  return {
    report_id: report.reportId,
    kind: report.kind,
    reporter_id: report.reporter,
    reported_id: report.reported ?? null,
    call_id: isCall ? report.callId : null,
    call_mode: isCall ? report.mode : null,
    call_started_at_ms: isCall ? report.callStartedAtMs : null,
    conversation_id: isCall ? null : report.conversationId,
    is_verified: isCall ? null : report.isVerified,
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
      return toReport(kept) as CallReport
    },

    addMessages: (report, { sealed, faults }) =>
      db.transaction().execute(async (txn) => {
        await txn.insertInto('reports').values(toRow(report)).execute()
        const evidence = { report_id: report.reportId, sealed: Buffer.from(sealed), faults: JSON.stringify(faults) }
        await txn.insertInto('report_evidence').values(evidence).execute()
      }),

    async findMessages(reportId) {
      const row = await db.selectFrom('reports').selectAll().where('report_id', '=', reportId).executeTakeFirst()
      const report = row && toReport(row)
      if (report?.kind !== 'messages') return undefined
      const kept = db.selectFrom('report_evidence').selectAll().where('report_id', '=', reportId)
      const { sealed, faults } = await kept.executeTakeFirstOrThrow()
      return { report, evidence: { sealed: new Uint8Array(sealed), faults } }
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
