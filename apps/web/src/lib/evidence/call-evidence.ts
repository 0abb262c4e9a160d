import type { CallRole } from '@visavis/e2ee'
import type * as E2ee from '@visavis/e2ee'
import type { Clock, Log, Random } from '@visavis/ports'
import type { MatchFound, ServerFrame } from '@visavis/wire'
import { createAsking, type Asking } from './asking.ts'
import { createOwnFrames, type Commit, type FrameKey } from './own-frames.ts'
import { createPartnerFrames } from './partner-frames.ts'
import { createStills } from './stills.ts'
import type { EvidenceSource, FrameTap, KeptEvidence, PictureTrust } from './types.ts'

export type CallEvidence = {
  /** The partner's identity is confirmed: from here on frames can be committed to. */
  confirmed(): void
  committed(told: Extract<ServerFrame, { name: 'call.committed' }>['body']): void
  /** The partner's picture as it is now. */
  see(picture: Partial<Picture>): void
  trust(): PictureTrust
  kept(): Promise<KeptEvidence>
  /** The call is over; what is kept stays for a while. */
  end(): void
  wipe(): void
}

/** What is known of the partner's picture in a call. */
type Picture = {
  readonly stream: MediaStream | undefined
  readonly isConnected: boolean
  /** The partner says that its camera is on. */
  readonly isCameraOn: boolean
  /** Who of the two wants the veil away. */
  readonly reveal: { readonly own: boolean; readonly partner: boolean }
  /** Every key frame is a burden on this line. */
  readonly isPoor: boolean
  /** The person has it on the screen. */
  readonly isWatched: boolean
}

export type CallEvidenceDeps = {
  readonly e2ee: Pick<typeof E2ee, 'commitToFrame' | 'stillOf'>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly source: Pick<EvidenceSource, 'openStillCamera'>
  /** Undefined where the browser shows no encoded frames, and in calls without pictures. */
  readonly tap: FrameTap | undefined
  readonly found: Pick<MatchFound, 'callId' | 'role' | 'mode' | 'receipt'>
  readonly channel: { readonly frameKey: FrameKey }
  /** Our own socket. */
  readonly connection: { isOnline(): boolean; request: Commit }
  readonly changed: () => void
}

const otherRole = (role: CallRole): CallRole => (role === 'creator' ? 'joiner' : 'creator')

/**
 * The evidence of one call [T3]: commits to what we send, compares what comes, keeps the last of it in memory. Pictures
 * from under the veil [M15] are compared and not kept: a report is no way to see somebody who has not agreed to be seen.
 */
export function createCallEvidence(deps: CallEvidenceDeps): CallEvidence {
  const { channel, clock, connection, e2ee, log, tap, found } = deps
  const frameKey: FrameKey = (sender) => channel.frameKey(sender)
  const { callId, role, mode } = found
  let picture: Picture = {
    stream: undefined,
    isConnected: false,
    isCameraOn: mode === 'video',
    reveal: { own: false, partner: false },
    isPoor: false,
    isWatched: true,
  }
  /** Both wanted the veil away once: from then on the partner's word decides whether it may be seen. */
  let wasClear = false
  const mayBeSeen = () => wasClear && picture.reveal.partner
  const own = createOwnFrames({ e2ee, clock, log, callId, role, frameKey, connection })
  const asking: Asking = createAsking({
    clock,
    random: deps.random,
    ask: () => tap?.ask(),
    isOnline: () => connection.isOnline(),
    changed() {
      attend()
      deps.changed()
    },
  })
  const partner = createPartnerFrames({
    e2ee,
    clock,
    log,
    callId,
    sender: otherRole(role),
    frameKey,
    matched: () => asking.matched(),
  })
  const stills = createStills({ clock, open: (stream) => deps.source.openStillCamera(stream) })

  tap?.listen({
    sent: (digest) => own.sent(digest),
    arrived: (frame) => partner.arrived(frame, mayBeSeen()),
    lost: () => asking.lost(),
  })
  if (!tap) asking.lost()

  function attend(): void {
    const { stream, isConnected, isCameraOn, isPoor, isWatched } = picture
    const isFlowing = mode === 'video' && isConnected && isCameraOn
    asking.attend({ isFlowing, isWatched: isWatched && !isPoor && mayBeSeen() })
    // Where no frame can be proven, a still is all there is.
    const isProvable = asking.trust() === 'waiting' || asking.trust() === 'vouched'
    stills.watch(isFlowing && mayBeSeen() && !isProvable ? stream : undefined)
  }

  return {
    confirmed() {
      own.confirmed()
      partner.confirmed()
    },
    committed: (told) => partner.committed(told),
    see(news) {
      picture = { ...picture, ...news }
      wasClear ||= picture.reveal.own && picture.reveal.partner
      attend()
    },
    trust: () => asking.trust(),
    async kept() {
      const frames = await partner.kept()
      return { callId, receipt: found.receipt.slice(), frames, stills: stills.kept(), trust: asking.trust() }
    },
    end() {
      own.close()
      asking.close()
      partner.end()
      stills.end()
    },
    wipe() {
      partner.wipe()
      stills.wipe()
    },
  }
}
