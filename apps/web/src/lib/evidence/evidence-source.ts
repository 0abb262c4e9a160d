import { KEY_FRAME_BYTES_MAX } from '@visavis/e2ee'
import { asFrameWorker, createFrameTaps } from './frame-taps.ts'
import { openStillCamera } from './still-camera.ts'
import type { EvidenceSource } from './types.ts'

/**
 * The evidence's view of the browser. The worker is begun at once, so that it runs long before the first match.
 *
 * @param deps.canSeeFrames the browser has `RTCRtpScriptTransform`
 */
export function createEvidenceSource(deps: {
  readonly canSeeFrames: boolean
  readonly createWorker: () => Worker
}): EvidenceSource {
  const taps = deps.canSeeFrames
    ? createFrameTaps({ worker: asFrameWorker(deps.createWorker()), bytesMax: KEY_FRAME_BYTES_MAX })
    : undefined
  return { openTap: () => taps?.open(), openStillCamera }
}
