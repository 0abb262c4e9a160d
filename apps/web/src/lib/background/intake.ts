import type { Clock } from '@visavis/ports'
import type { ToCoverWorker } from './protocol.ts'

/** Takes the camera's pictures to the worker. */
export type Intake = {
  /** The worker has answered the last picture: it may have the next one. */
  answered(): void
  close(): void
}
export type Post = (message: ToCoverWorker, give?: Transferable[]) => void

type Time = Pick<Clock, 'monotonicMs'>
type Processor = { readonly readable: ReadableStream<VideoFrame> }
type Scope = { MediaStreamTrackProcessor?: new (options: { track: MediaStreamTrack }) => Processor }

const FRAMES_PER_SECOND = 30

export function openIntake(clock: Time, camera: MediaStreamTrack, post: Post): Intake {
  const { MediaStreamTrackProcessor: Kind } = globalThis as Scope
  const intervalMs = 1_000 / Math.min(FRAMES_PER_SECOND, camera.getSettings().frameRate || FRAMES_PER_SECOND)
  if (!Kind) return readVideo(clock, camera, intervalMs, post)
  const { readable: pictures } = new Kind({ track: camera })
  post({ kind: 'camera', pictures, intervalMs }, [pictures])
  // The stream is the worker's: it ends with the camera or with the next one.
  return { answered: () => undefined, close: () => undefined }
}

/** Where tracks cannot be read: a video that nobody sees plays the camera, and each of its pictures is copied. */
function readVideo(clock: Time, camera: MediaStreamTrack, intervalMs: number, post: Post): Intake {
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  video.srcObject = new MediaStream([camera])
  let isWaiting = false
  let isOver = false

  async function read(): Promise<void> {
    if (isOver) return
    video.requestVideoFrameCallback(() => void read())
    if (isWaiting || video.videoWidth === 0) return
    isWaiting = true
    try {
      const picture = await createImageBitmap(video)
      if (isOver) return picture.close()
      post({ kind: 'picture', picture, atMs: clock.monotonicMs(), intervalMs }, [picture])
    } catch {
      // No picture just now: the next one is tried.
      isWaiting = false
    }
  }
  video.requestVideoFrameCallback(() => void read())
  // A refusal to play shows as silence, and silence as the card.
  video.play().catch(() => undefined)
  return {
    answered: () => void (isWaiting = false),
    close() {
      isOver = true
      video.srcObject = null
    },
  }
}
