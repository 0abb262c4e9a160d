/** What a report may be about. */
export const REPORT_CATEGORIES = [
  'nudity',
  'sexual-harassment',
  'minor',
  'threat',
  'hate',
  'scam',
  'impersonation',
  'recording',
  'self-harm',
  'other',
] as const
export type ReportCategory = (typeof REPORT_CATEGORIES)[number]
