import { KEY_FRAME_BYTES_MAX, type CallRole, type FrameEvidence } from '@visavis/e2ee'
import type * as E2ee from '@visavis/e2ee'
import type { Clock, Log } from '@visavis/ports'
import type { CallId, ServerFrame } from '@visavis/wire'
import type { FrameKey } from './own-frames.ts'
import type { ArrivedFrame } from './types.ts'

export type Committed = Extract<ServerFrame, { name: 'call.committed' }>['body']

/** How far back a report reaches. */
export const FRAMES_KEPT_MS = 30_000
/** One every two seconds for that long, and a few that nobody asked for; the oldest go first. */
export const FRAMES_KEPT_MAX = 20
export const FRAMES_KEPT_BYTES_MAX = 16 * KEY_FRAME_BYTES_MAX
/** A frame and its commitment wait this long for each other: they come by different ways. */
export const PAIRING_MS_MAX = 15_000
/** A browser shows a frame again when its packets come twice, as they do when it probes the line. */
const SAME_FRAME_MS = 1_000
/** So many of each wait; a partner who sends more loses its own evidence. */
export const PAIRING_MAX = 12

type Waiting<T> = T & { readonly atMs: number }
type WaitingTold = Waiting<{ readonly told: Committed }>
type WaitingFrame = Waiting<{ readonly frame: ArrivedFrame; readonly isSeen: boolean }>

export type PartnerFrames = {
  confirmed(): void
  /** `isSeen`: the person is shown this picture clearly; others are compared and not kept. */
  arrived(frame: ArrivedFrame, isSeen: boolean): void
  committed(told: Committed): void
  /** Copies of what is kept now. Resolves when everything that had arrived is compared. */
  kept(): Promise<readonly FrameEvidence[]>
  /** No more frames: what is kept stays as it is. */
  end(): void
  /** Overwrites everything kept. */
  wipe(): void
}

/**
 * The partner's side of the evidence: brings each key frame that arrived together with the commitment that the server
 * stamped, by making the commitment again from the frame. Neither order nor completeness is assumed: frames are lost, and
 * commitments take another way.
 */
export function createPartnerFrames(deps: {
  readonly e2ee: Pick<typeof E2ee, 'commitToFrame' | 'stillOf'>
  readonly clock: Clock
  readonly log: Log
  readonly callId: CallId
  /** The partner's role. */
  readonly sender: CallRole
  readonly frameKey: FrameKey
  /** The partner committed to a key frame that came. */
  readonly matched: () => void
}): PartnerFrames {
  const { callId, clock, e2ee, sender } = deps
  let key: Promise<Uint8Array | undefined> | undefined
  let frames: WaitingFrame[] = []
  let tolds: WaitingTold[] = []
  let kept: Waiting<{ readonly evidence: FrameEvidence }>[] = []
  const countsUsed = new Set<number>()
  let latest: WaitingFrame | undefined
  let isEnded = false
  let isWiped = false
  let chain: Promise<unknown> = Promise.resolve()

  /** One comparison after the other, so that no two bring the same frame or commitment together. */
  function inOrder(work: () => Promise<void>): void {
    chain = chain.then(work).catch((err: unknown) => deps.log.error('frame not compared', { call: callId, err }))
  }

  const isFresh = ({ atMs }: Waiting<unknown>) => clock.monotonicMs() - atMs <= PAIRING_MS_MAX

  /** Brings together what belongs together among these, and takes it off the lists of those who wait. */
  async function pair(someFrames: readonly WaitingFrame[], someTolds: readonly WaitingTold[]): Promise<void> {
    const frameKey = await key
    if (!frameKey) return
    for (const frame of someFrames) {
      for (const waiting of someTolds) {
        if (countsUsed.has(waiting.told.count)) continue
        const { frankingKey, isPair } = await compare(frame, waiting.told, frameKey)
        if (!isPair || isWiped) continue
        frames = frames.filter((other) => other !== frame)
        tolds = tolds.filter((other) => other !== waiting)
        countsUsed.add(waiting.told.count)
        if (frame.isSeen) keep(frame, waiting.told, frankingKey)
        deps.matched()
        break
      }
    }
  }

  function isAgain({ digest }: ArrivedFrame): boolean {
    if (!latest || clock.monotonicMs() - latest.atMs > SAME_FRAME_MS) return false
    return isSame(digest, latest.frame.digest)
  }

  async function compare({ frame }: WaitingFrame, { count, commitment }: Committed, frameKey: Uint8Array) {
    const made = await e2ee.commitToFrame({ frameKey, callId, sender, count, digest: frame.digest })
    return { frankingKey: made.frankingKey, isPair: isSame(made.commitment, commitment) }
  }

  function keep({ frame, atMs: arrivedAtMs }: WaitingFrame, told: Committed, frankingKey: Uint8Array): void {
    const { count, atMs, stampKeyId, stamp, commitment } = told
    const evidence = { callId, sender, count, atMs, stampKeyId, stamp, commitment, frankingKey, frame: frame.bytes }
    kept.push({ evidence, atMs: arrivedAtMs })
    if (!isEnded) dropOld()
  }

  function dropOld(): void {
    const oldestMs = clock.monotonicMs() - FRAMES_KEPT_MS
    let bytes = kept.reduce((sum, { evidence }) => sum + evidence.frame.byteLength, 0)
    let left = kept.length
    kept = kept.filter(({ evidence, atMs }) => {
      if (atMs >= oldestMs && left <= FRAMES_KEPT_MAX && bytes <= FRAMES_KEPT_BYTES_MAX) return true
      left -= 1
      bytes -= evidence.frame.byteLength
      evidence.frame.fill(0)
      return false
    })
  }

  return {
    confirmed() {
      key ??= deps.frameKey(sender)
      inOrder(() => pair(frames, tolds))
    },
    arrived(frame, isSeen) {
      // What is no whole picture could not be shown to anybody: a commitment to it vouches for nothing.
      if (isEnded || isAgain(frame) || !e2ee.stillOf(frame.bytes)) return
      const waiting: WaitingFrame = { frame, isSeen, atMs: clock.monotonicMs() }
      latest = waiting
      inOrder(() => {
        frames = [...frames.filter(isFresh), waiting].slice(-PAIRING_MAX)
        return pair([waiting], tolds)
      })
    },
    committed(told) {
      if (isEnded) return
      const waiting: WaitingTold = { told, atMs: clock.monotonicMs() }
      inOrder(async () => {
        if (tolds.some((other) => other.told.count === told.count)) return
        tolds = [...tolds.filter(isFresh), waiting].slice(-PAIRING_MAX)
        await pair(frames.filter(isFresh), [waiting])
      })
    },
    async kept() {
      await chain
      if (!isEnded) dropOld()
      return kept.map(({ evidence }) => copyOf(evidence)).toSorted((a, b) => a.count - b.count)
    },
    end() {
      if (isEnded) return
      dropOld()
      isEnded = true
    },
    wipe() {
      isEnded = isWiped = true
      for (const { evidence } of kept) evidence.frame.fill(0)
      for (const { frame } of frames) frame.bytes.fill(0)
      kept = []
      frames = []
      latest = undefined
      tolds = []
    },
  }
}

function copyOf(evidence: FrameEvidence): FrameEvidence {
  const { frame, stamp, commitment, frankingKey } = evidence
  return {
    ...evidence,
    frame: frame.slice(),
    stamp: stamp.slice(),
    commitment: commitment.slice(),
    frankingKey: frankingKey.slice(),
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, at) => byte === b[at])
}
