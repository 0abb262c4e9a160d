import type { ReportFault, ReportId } from '@visavis/wire'

/** What came of a report of messages: its receipt, and what of it is proven. */
export type MessageReport = {
  readonly reportId: ReportId
  readonly answerByMs: number
  readonly isVerified: boolean
  readonly faults: readonly { readonly fault: ReportFault; readonly position?: number | undefined }[]
}
