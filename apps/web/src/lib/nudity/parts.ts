import { ASSETS } from './assets.ts'
import type { NudityWorker, PostToNudityWorker } from './guard.ts'
import { SIDE } from './model-file.ts'
import type { FromNudityWorker } from './protocol.ts'

/** The real worker of the nudity check. Fetched when a call with video is near or a photo came, and not before. */
export function openNudityWorker(createWorker: () => Worker): NudityWorker {
  const worker = createWorker()
  const canvas = new OffscreenCanvas(SIDE, SIDE)
  const pen = canvas.getContext('2d', { alpha: false })
  const post: PostToNudityWorker = (message, give = []) => worker.postMessage(message, give)
  return {
    start: () => post({ kind: 'start', assets: ASSETS }),
    look(video) {
      if (!pen || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return false
      // The whole picture, pressed into a square, as the model was taught: what is at the edge counts.
      pen.imageSmoothingQuality = 'medium'
      pen.drawImage(video, 0, 0, SIDE, SIDE)
      const picture = canvas.transferToImageBitmap()
      post({ kind: 'look', picture }, [picture])
      return true
    },
    lookAt: (picture) => post({ kind: 'look', picture }, [picture]),
    onMessage: (listener) =>
      worker.addEventListener('message', ({ data }: MessageEvent<FromNudityWorker>) => listener(data)),
    onDeath(listener) {
      worker.addEventListener('error', listener)
      worker.addEventListener('messageerror', listener)
    },
    terminate: () => worker.terminate(),
  }
}
