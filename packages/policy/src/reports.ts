import { REPORT_ANSWER_MS, type ReportCategory } from '@visavis/wire'

/** How urgent a report is before anybody has read it. Ranks the queue; decides nothing about a person. */
export const SEVERITIES = ['critical', 'high', 'normal'] as const
export type Severity = (typeof SEVERITIES)[number]

const SEVERITY: Readonly<Record<ReportCategory, Severity>> = {
  minor: 'critical',
  threat: 'critical',
  'self-harm': 'critical',
  'sexual-harassment': 'high',
  nudity: 'high',
  recording: 'high',
  hate: 'high',
  scam: 'normal',
  impersonation: 'normal',
  other: 'normal',
}

export function severityOf(category: ReportCategory): Severity {
  return SEVERITY[category]
}

/** By when a report is answered: the same promise for every category, a day [T5]. */
export function answerByMs(createdAtMs: number): number {
  return createdAtMs + REPORT_ANSWER_MS
}

/** Most urgent first: by severity, then by deadline, then by id so that the order is total. */
export function byUrgency<R extends { severity: Severity; answerByMs: number; reportId: string }>(a: R, b: R): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    a.answerByMs - b.answerByMs ||
    (a.reportId < b.reportId ? -1 : a.reportId > b.reportId ? 1 : 0)
  )
}
