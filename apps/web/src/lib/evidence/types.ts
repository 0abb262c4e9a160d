import type { FrameEvidence } from '@visavis/e2ee'
import type { CallId } from '@visavis/wire'

/**
 * Whether the partner's app vouches for its picture, by committing to the key frames we ask for:
 * - `waiting`: nothing is known yet;
 * - `vouched`: it did, lately;
 * - `doubted`: it did not for several requests: what is seen could not be proven;
 * - `unchecked`: this browser cannot look at encoded frames, so that nothing can be said.
 */
export type PictureTrust = 'waiting' | 'vouched' | 'doubted' | 'unchecked'

/** What this device remembers of the partner's picture in one call: copies, in memory, for whoever asked for them. */
export type KeptEvidence = {
  readonly callId: CallId
  /** Lets the call be reported later than the server remembers it. Opaque. */
  readonly receipt: Uint8Array
  /** Of the last 30 seconds of the call, in the order of their counts; each as the server stamped it. */
  readonly frames: readonly FrameEvidence[]
  /** JPEG pictures that prove nothing, where no key frame can be proven. At most `REPORT_STILLS_MAX`. */
  readonly stills: readonly Uint8Array[]
  /** As it was last. */
  readonly trust: PictureTrust
}

/** What goes with a report of a call. Sealed for the moderators before it leaves; empty lists and notes: nothing goes. */
export type AttachedEvidence = {
  readonly frames: readonly FrameEvidence[]
  readonly stills: readonly Uint8Array[]
  /** What the app remembers of the texts of the call; proves nothing. */
  readonly notes: string
  /** Needed when the server has forgotten the call. */
  readonly receipt?: Uint8Array
}

/** An encoded key frame, as it arrived. */
export type ArrivedFrame = {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** SHA-256 of `bytes`. */
  readonly digest: Uint8Array<ArrayBuffer>
}

export type FrameTapListener = {
  /** A key frame of ours leaves; its SHA-256. */
  sent(digest: Uint8Array<ArrayBuffer>): void
  arrived(frame: ArrivedFrame): void
  /** The tap came off and hears nothing any more; the picture goes on. */
  lost(): void
}

/** What sees the encoded key frames of one media path, both ways. It never holds a frame up. */
export type FrameTap = {
  /** Puts the tap on the picture's sender and receiver; a path without pictures has neither. */
  attach(ends: { readonly sender: RTCRtpSender | undefined; readonly receiver: RTCRtpReceiver | undefined }): void
  /** Who hears of frames from now on; until then nobody does. */
  listen(listener: FrameTapListener): void
  /** Asks the partner's browser for a key frame. */
  ask(): void
  close(): void
}

/** A camera on what is shown, for pictures that prove nothing. */
export type StillCamera = {
  /** A small JPEG of what plays now; undefined when nothing does. */
  take(): Promise<Uint8Array<ArrayBuffer> | undefined>
  close(): void
}

/** What the evidence needs of the browser. */
export type EvidenceSource = {
  /** Undefined where the browser shows no encoded frames (`RTCRtpScriptTransform` is missing). */
  openTap(): FrameTap | undefined
  openStillCamera(stream: MediaStream): StillCamera
}
