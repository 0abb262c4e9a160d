import type { Severity } from '@visavis/policy'
import type { AccountId, Boundaries, CallId, ConversationId, Mode, ReportCategory, ReportId } from '@visavis/wire'
import type { ColumnType, Insertable, Selectable } from 'kysely'
import type { FrameFaults, MessageFaults, Report } from './types.ts'

/** Reports and their evidence as the tables have them. */
export type ReportTables = {
  reports: {
    report_id: string
    kind: 'call' | 'messages'
    reporter_id: string
    reported_id: string | null
    call_id: string | null
    call_mode: Mode | null
    call_started_at_ms: number | null
    reporter_boundaries: ColumnType<Boundaries | null, string | null>
    reported_boundaries: ColumnType<Boundaries | null, string | null>
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
  report_evidence: {
    report_id: string
    sealed: Uint8Array
    faults: ColumnType<MessageFaults | FrameFaults, string>
    received_at_ms: number
  }
}

type Row = Selectable<ReportTables['reports']>

export function toReport(row: Row): Report {
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
    boundaries: boundariesOf(row),
    isVerified: row.is_verified ?? undefined,
  }
}

function boundariesOf({ reporter_boundaries: reporter, reported_boundaries: reported }: Row) {
  return reporter && reported ? { reporter, reported } : undefined
}

export function toRow(report: Report): Insertable<ReportTables['reports']> {
  const isCall = report.kind === 'call'
  const boundaries = isCall ? report.boundaries : undefined
  return {
    report_id: report.reportId,
    kind: report.kind,
    reporter_id: report.reporter,
    reported_id: report.reported ?? null,
    call_id: isCall ? report.callId : null,
    call_mode: isCall ? report.mode : null,
    call_started_at_ms: isCall ? report.callStartedAtMs : null,
    reporter_boundaries: boundaries ? JSON.stringify(boundaries.reporter) : null,
    reported_boundaries: boundaries ? JSON.stringify(boundaries.reported) : null,
    conversation_id: isCall ? null : report.conversationId,
    is_verified: report.isVerified ?? null,
    category: report.category,
    severity: report.severity,
    words: report.words ? Buffer.from(report.words) : null,
    created_at_ms: report.createdAtMs,
    answer_by_ms: report.answerByMs,
    state: report.state,
    decided_at_ms: report.decidedAtMs ?? null,
  }
}

export function toEvidenceRow(
  reportId: ReportId,
  { sealed, faults, receivedAtMs }: { sealed: Uint8Array; faults: MessageFaults | FrameFaults; receivedAtMs: number },
) {
  return {
    report_id: reportId,
    sealed: Buffer.from(sealed),
    faults: JSON.stringify(faults),
    received_at_ms: receivedAtMs,
  }
}
