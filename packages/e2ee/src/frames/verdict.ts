import { sameBytes } from '../byte-codec.ts'
import { REPORT_WINDOW_MS } from '../franking/limits.ts'
import { isHmac, sha256 } from '../web-crypto.ts'
import { commitmentOf } from './commitments.ts'
import { isKeyFrame } from './key-frame.ts'
import { openFrameReport, type FrameReportPlace } from './report.ts'
import { frameStampInput } from './stamp.ts'
import type { FrameEvidence, FrameFault, FrameVerdict } from './types.ts'

export type FrameReportToVerify = FrameReportPlace & {
  readonly privateKey: Uint8Array
  readonly sealed: Uint8Array
  /** The other account of the call, as the server knows it. */
  readonly accused: string
  /** The key of that day, 32 bytes, or undefined once it was destroyed. */
  readonly stampKey: (id: number) => Promise<Uint8Array | undefined>
  readonly nowMs: number
}

type Fault = FrameVerdict['faults'][number]

/**
 * Opens a report of key frames and says what of it is proven (SPEC EV6-EV9): that the app of `accused` told the server of
 * this very frame, for `reporter`, in this call, at that time. Faults of one frame do not hide the others; `order` is about
 * the selection, and leaves what is proven proven.
 *
 * Never throws for what the reporter sent; pure but for `stampKey`.
 *
 * @param report.reporter the account of the session that sent the report
 */
export async function verifyFrameReport(report: FrameReportToVerify): Promise<FrameVerdict> {
  const opened = await openFrameReport(report.privateKey, report.sealed, report)
  if (opened === undefined)
    return { isVerified: false, faults: [{ fault: 'unreadable' }], frames: [], stills: [], notes: '' }
  const found = await Promise.all(opened.frames.map((evidence) => faultOf(report, evidence)))
  const faults = [
    ...opened.frames.flatMap(({ count }, at): readonly Fault[] => {
      const fault = found[at]
      return fault === undefined ? [] : [{ fault, count }]
    }),
    ...orderFaults(opened.frames),
  ]
  return {
    isVerified: opened.frames.length > 0 && faults.length === 0,
    faults,
    frames: opened.frames.map(({ count, atMs, frame }, at) =>
      found[at] === undefined ? { count, atMs, isProven: true, frame } : { count, atMs, isProven: false },
    ),
    stills: opened.stills,
    notes: opened.notes,
  }
}

/** Why this frame is not proven, or undefined when it is. */
async function faultOf(report: FrameReportToVerify, evidence: FrameEvidence): Promise<FrameFault | undefined> {
  const { reporter, accused, callId } = report
  const { count, atMs, stampKeyId, stamp, commitment, frame } = evidence
  if (evidence.callId !== callId) return 'other-call'
  if (report.nowMs - atMs > REPORT_WINDOW_MS) return 'too-old'
  const key = await report.stampKey(stampKeyId)
  if (key === undefined) return 'too-old'
  const isStamped = (senderAccount: string, recipientAccount: string) => {
    const stamped = { keyId: stampKeyId, senderAccount, recipientAccount, callId, count, atMs, commitment }
    return isHmac(key, frameStampInput(stamped), stamp)
  }
  // Stamps on one's own frames are the other's; whoever got hold of one accuses oneself with it.
  if (!(await isStamped(accused, reporter))) return (await isStamped(reporter, accused)) ? 'own-only' : 'stamp'
  const { frankingKey, sender } = evidence
  const digest = await sha256(frame)
  if (!sameBytes(await commitmentOf(frankingKey, { callId, sender, count, digest }), commitment)) return 'commitment'
  return isKeyFrame(frame) ? undefined : 'body'
}

/** Counts rise and times do not fall. */
function orderFaults(frames: readonly FrameEvidence[]): readonly Fault[] {
  return frames.slice(1).flatMap(({ count, atMs }, index): readonly Fault[] => {
    const before = frames[index]
    if (before === undefined) return []
    return count <= before.count || atMs < before.atMs ? [{ fault: 'order', count }] : []
  })
}
