import type { Severity } from '@visavis/policy'
import type {
  AccountId,
  Boundaries,
  CallId,
  ConversationId,
  FrameFault,
  Mode,
  ReportCategory,
  ReportFault,
  ReportId,
} from '@visavis/wire'

export type MessageFaults = readonly { readonly fault: ReportFault; readonly position?: number }[]
export type FrameFaults = readonly { readonly fault: FrameFault; readonly count?: number }[]

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
  /** What both had chosen before that call and saw in it [M12]; undefined for calls from before it was kept. */
  readonly boundaries: { readonly reporter: Boundaries; readonly reported: Boundaries } | undefined
  /** Undefined: no evidence came with it. */
  readonly isVerified: boolean | undefined
}
export type MessagesReport = ReportBase & {
  readonly kind: 'messages'
  /** Undefined when nothing in it is proven against anybody: then it counts for nothing. */
  readonly reported: AccountId | undefined
  readonly conversationId: ConversationId
  readonly isVerified: boolean
}
export type Report = CallReport | MessagesReport

/** The messages or key frames of a report, as the reporter has sealed them, and what was found wrong with them. */
export type Evidence<Faults extends MessageFaults | FrameFaults> = {
  readonly sealed: Uint8Array
  readonly faults: Faults
}
export type MessageEvidence = Evidence<MessageFaults>
export type FrameEvidence = Evidence<FrameFaults> & { readonly receivedAtMs: number }
export type FrameFinding = { readonly isVerified: boolean; readonly faults: FrameFaults }

/** How many reports against an account were found to be right, and when the latest was decided. */
export type Upheld = { readonly count: number; readonly latestAtMs: number | undefined }
