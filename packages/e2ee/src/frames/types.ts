/** Which side of a call: the server tells each in `match.found`. */
export type CallRole = 'creator' | 'joiner'

/**
 * One key frame of a call, with all that proves it. The receiver's app keeps these in memory; `stamp`, `stampKeyId`,
 * `atMs` and `commitment` are what the server told in `call.committed`.
 */
export type FrameEvidence = {
  /** The call it was shown in. A frame of another call proves nothing about this one. */
  readonly callId: string
  readonly sender: CallRole
  /** Counts the key frames of this sender in this call from 1. */
  readonly count: number
  /** The server's time when it stamped the commitment. */
  readonly atMs: number
  readonly stampKeyId: number
  readonly stamp: Uint8Array
  readonly commitment: Uint8Array
  /** Opens the commitment to this frame, and to no other of the call. */
  readonly frankingKey: Uint8Array
  /** The encoded frame as it was received: a whole VP8 key frame (RFC 6386). */
  readonly frame: Uint8Array
}

/** What a reporter attaches to a report of a call. */
export type FrameReport = {
  /** At most `REPORT_FRAMES_MAX`, in the order of their counts. */
  readonly frames: readonly FrameEvidence[]
  /** Pictures that prove nothing: JPEG or WebP, at most `REPORT_STILLS_MAX` of `REPORT_STILL_BYTES_MAX`. */
  readonly stills: readonly Uint8Array[]
  /** What the reporter's app remembers of the texts of the call. Proves nothing. At most `REPORT_NOTES_BYTES_MAX`. */
  readonly notes: string
}

export type FrameFault =
  | 'unreadable'
  | 'stamp'
  | 'commitment'
  | 'other-call'
  | 'own-only'
  | 'too-old'
  | 'body'
  | 'order'

export type VerifiedFrame = {
  readonly count: number
  readonly atMs: number
  /** The accused account's app sent this very frame to the reporter in this call at about this time. */
  readonly isProven: boolean
  /** The key frame; undefined when it is not proven, because then it may be anybody's picture. */
  readonly frame?: Uint8Array
}

export type FrameVerdict = {
  /** At least one frame, and no fault at all. */
  readonly isVerified: boolean
  /** `count` says which frame; without it the fault is about the whole report. */
  readonly faults: readonly { readonly fault: FrameFault; readonly count?: number }[]
  readonly frames: readonly VerifiedFrame[]
  /** Unproven, whatever they show. */
  readonly stills: readonly Uint8Array[]
  /** Unproven, whatever it says. */
  readonly notes: string
}
