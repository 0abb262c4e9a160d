import type { Finding, Flag } from '@visavis/safety'
import type { CallId, ConversationId, Result } from '@visavis/wire'

/** A finding as it is noted. */
export type NotedFinding = Finding & {
  /** When what stands in `earlier` was said, if that is still known. */
  readonly earlierAtMs?: number
}

/** A finding with the words it is about, as they were written: positions alone would say nothing once a text was edited. */
export type QuotedFinding = NotedFinding & { readonly quote: string }

export type LogSource =
  | { readonly kind: 'conversation'; readonly conversationId: ConversationId; readonly position: number }
  | { readonly kind: 'call'; readonly callId: CallId }

/** A line of the safety log [S16]: what was found, when, in whose words. On this device only, sealed. */
export type LogEntry = {
  /** The same for the same finding, as long as it is kept. */
  readonly id: string
  /** When it was said, by the server's clock. */
  readonly atMs: number
  readonly source: LogSource
  /** Of who said it, as known at that time. */
  readonly handle: string
  readonly finding: NotedFinding
  readonly quote: string
  /** `ignored`: the person does not want it told of this message any more. */
  readonly state: 'open' | 'ignored'
}

export type CallFinding = { readonly finding: Finding; readonly quote: string }

/** What the messenger's worker is told of the person's choices about safety, at the start and when they change. */
export type SafetyChoice = {
  /** False: nothing is checked and nothing new is noted; what was found before stays in the log and under its message. */
  readonly isOn: boolean
  /** Likely countries of the person, for telephone numbers. */
  readonly countries: readonly string[]
}

/** Part of the messenger. */
export type SafetyWishes = {
  /** Newest first. What belongs to a deleted message, conversation or group is gone with it. */
  safetyLog(): Promise<Result<readonly LogEntry[]>>
  /** Not told of this message any more; the log keeps it as ignored. */
  ignoreFinding(conversationId: ConversationId, position: number, flag: Flag): Promise<Result<true>>
  /**
   * Not told in this conversation any more, from the next and from earlier messages; it is still looked for and in the log.
   * False takes it back.
   */
  muteFlag(conversationId: ConversationId, flag: Flag, isMuted: boolean): Promise<Result<true>>
  /** Puts what was found in a call into the log; `handle` is the partner's. */
  noteCallFindings(
    callId: CallId,
    handle: string,
    atMs: number,
    findings: readonly CallFinding[],
  ): Promise<Result<true>>
  /** Forgets everything that was found, the lines under messages included. What was muted stays muted. */
  clearSafetyLog(): Promise<Result<true>>
}
