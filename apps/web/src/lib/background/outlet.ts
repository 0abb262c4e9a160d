import type { Clock } from '@visavis/ports'
import { drawCard } from './card.ts'
import type { Picture } from './protocol.ts'

/** The picture that leaves this device while the background is on: one track, whatever becomes of camera and worker. */
export type Outlet = {
  readonly track: MediaStreamTrack
  /** Shows a covered picture, and closes it. */
  show(picture: Picture): void
  /** Shows the neutral card, as large as the last picture. */
  card(): void
  close(): void
}

/** Chromium's track that is fed with pictures; the standard's `VideoTrackGenerator` lives in workers only. */
type Generator = MediaStreamTrack & { readonly writable: WritableStream<VideoFrame> }
type Scope = { MediaStreamTrackGenerator?: new (options: { kind: 'video' }) => Generator }

const FIRST_SIZE = { width: 640, height: 480 }

export function openOutlet(clock: Pick<Clock, 'monotonicMs'>): Outlet {
  const { MediaStreamTrackGenerator: Kind } = globalThis as Scope
  return Kind ? feedGenerator(new Kind({ kind: 'video' }), clock) : feedCanvas()
}

function feedGenerator(generator: Generator, clock: Pick<Clock, 'monotonicMs'>): Outlet {
  const writer = generator.writable.getWriter()
  let size = FIRST_SIZE
  /** One clock for all that is shown, whichever camera it comes from: times that go back would be lost on the way. */
  function write(source: VideoFrame | OffscreenCanvas): void {
    // Late pictures are worth nothing: where the last one was not taken yet, this one is passed over.
    if ((writer.desiredSize ?? 0) <= 0) return
    const frame = new VideoFrame(source, { timestamp: Math.round(clock.monotonicMs() * 1_000) })
    writer.write(frame).catch(() => frame.close())
  }
  return {
    track: generator,
    show(picture) {
      if (!(picture instanceof VideoFrame)) return picture.close()
      size = { width: picture.displayWidth, height: picture.displayHeight }
      write(picture)
      picture.close()
    },
    card() {
      const canvas = new OffscreenCanvas(size.width, size.height)
      const pen = canvas.getContext('2d', { alpha: false })
      if (!pen) return
      drawCard(pen, size.width, size.height)
      write(canvas)
    },
    close() {
      generator.stop()
      writer.close().catch(() => undefined)
    },
  }
}

/** Where there is no such track: a canvas, and what it shows. */
function feedCanvas(): Outlet {
  const canvas = document.createElement('canvas')
  canvas.width = FIRST_SIZE.width
  canvas.height = FIRST_SIZE.height
  const pen = canvas.getContext('2d', { alpha: false })
  if (!pen) throw new Error('no canvas')
  // Before anything is captured: an empty canvas is black, and is not the card.
  drawCard(pen, canvas.width, canvas.height)
  const [track] = canvas.captureStream(30).getVideoTracks()
  if (!track) throw new Error('no track of a canvas')
  return {
    track,
    show(picture) {
      const { width, height } = picture instanceof ImageBitmap ? picture : canvas
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width
        canvas.height = height
      }
      pen.drawImage(picture, 0, 0)
      picture.close()
    },
    card: () => drawCard(pen, canvas.width, canvas.height),
    close: () => track.stop(),
  }
}
