import type { FrameEvidence } from '@visavis/e2ee'
import type { CallId, FrameFault, ReportId, Result } from '@visavis/wire'

/**
 * An evidence capsule [S16]: what one key keeps of a call when it ends it. Sealed on this device under the person's own
 * key, for 30 days; submitted with a report or shredded by the person, and by nobody else.
 */

/** Of each call, the latest. */
export const CAPSULE_TEXTS_MAX = 200

export type CapsuleText = { readonly from: 'me' | 'them'; readonly text: string; readonly atMs: number }

export type CapsuleContent = {
  /** Of both, as this app showed them. Calls have no stamps for texts: to others these prove nothing. */
  readonly texts: readonly CapsuleText[]
  /** As the server stamped them: a moderator can verify each. */
  readonly frames: readonly FrameEvidence[]
  /** Pictures that prove nothing. */
  readonly stills: readonly Uint8Array[]
  /** Lets the call be reported after the server has forgotten it. Absent when no call was ever connected. */
  readonly receipt?: Uint8Array | undefined
}

/** What came of handing it in. */
export type Submission = {
  readonly reportId: ReportId
  readonly answerByMs: number
  readonly atMs: number
  /** Absent for a report without evidence. */
  readonly isVerified?: boolean | undefined
  readonly faults: readonly FrameFault[]
}

/** What a list shows; the rest is unsealed when somebody opens it. */
export type CapsuleHead = {
  /** Names the capsule, too: a call has one at most. */
  readonly callId: CallId
  readonly pseudonym: string
  /** Absent when the call was over already: then that is not known here any more. */
  readonly startedAtMs?: number | undefined
  readonly keptAtMs: number
  readonly textCount: number
  readonly pictureCount: number
  readonly submission?: Submission | undefined
}

export type Capsule = { readonly head: CapsuleHead; readonly content: CapsuleContent }

/** Where capsules are kept. Errors: VAULT_UNAVAILABLE, VAULT_LOCKED, DEVICE_REQUIRED, and those of a worker that died. */
export type CapsuleWishes = {
  /** Takes the place of an earlier one of the same call. */
  keepCapsule(capsule: Capsule): Promise<Result<true>>
  /** Latest first. What is older than 30 days is gone. */
  capsules(): Promise<Result<readonly CapsuleHead[]>>
  /** NOT_FOUND when it was shredded, has expired, or cannot be read any more. */
  openCapsule(callId: CallId): Promise<Result<CapsuleContent>>
  markSubmitted(callId: CallId, submission: Submission): Promise<Result<true>>
  shredCapsule(callId: CallId): Promise<Result<true>>
}
