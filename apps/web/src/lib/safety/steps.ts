import type { Flag } from '@visavis/safety'

/** What can be done about what was noticed in a message, wherever it was said. */
export type FindingSteps = {
  /** Who wrote it. */
  readonly name: string
  readonly place: 'chat' | 'call'
  readonly ignore: (flag: Flag) => void
  readonly mute: (flag: Flag) => void
  /** Undefined where this message cannot be reported, or nobody be blocked. */
  readonly report: (() => void) | undefined
  readonly block: (() => void) | undefined
  /** In a call: ends it, blocks and keeps the evidence. */
  readonly keepEvidence?: () => void
  /** Why findings do not reach the safety log. */
  readonly logFault?: string | undefined
}
