import { REPORT_STILL_BYTES_MAX } from '@visavis/e2ee'
import type { StillCamera } from './types.ts'

const STILL_WIDTH_MAX = 640
/** From good to just recognisable: the first that is small enough is taken. */
const QUALITIES = [0.8, 0.6, 0.4, 0.2]

/** Plays the stream once more, unseen and unheard, and takes pictures of it. */
export function openStillCamera(stream: MediaStream): StillCamera {
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  video.srcObject = new MediaStream(stream.getVideoTracks())
  // Refused when it is closed before it plays; there is nothing to take then.
  void video.play().catch(() => undefined)
  return {
    async take() {
      const { videoWidth: width, videoHeight: height } = video
      if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || width === 0) return undefined
      const scale = Math.min(1, STILL_WIDTH_MAX / width)
      const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale))
      const pen = canvas.getContext('2d')
      if (!pen) return undefined
      pen.drawImage(video, 0, 0, canvas.width, canvas.height)
      for (const quality of QUALITIES) {
        const picture = await canvas.convertToBlob({ type: 'image/jpeg', quality })
        if (picture.size <= REPORT_STILL_BYTES_MAX) return new Uint8Array(await picture.arrayBuffer())
      }
      return undefined
    },
    close: () => void (video.srcObject = null),
  }
}
