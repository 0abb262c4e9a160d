import { clock } from '../app/platform.ts'
import { createCanvasCompositor } from './canvas-compositor.ts'
import { createEye, type PersonEye, type Sized } from './eye.ts'
import { createFrameLoop, type FrameLoop } from './frame-loop.ts'
import { createGlCompositor } from './gl-compositor.ts'
import { createPainter, type WearPainter } from './painter.ts'
import type { FromCoverWorker, Picture, ToCoverWorker, Wear } from './protocol.ts'
import { fetchEngine } from './segmenter.ts'

/** The worker that sees the room: the camera's pictures come in, covered ones go out, and nothing else does. */
const ALIVE_EVERY_MS = 500

const tell = (message: FromCoverWorker, give: Transferable[] = []) => postMessage(message, { transfer: give })
const fail = () => tell({ kind: 'failed' })

type Parts = {
  readonly eye: PersonEye
  readonly painter: WearPainter
  readonly loop: FrameLoop<Sized, OffscreenCanvas>
}
let parts: Parts | undefined
let pictures: ReadableStreamDefaultReader<VideoFrame> | undefined

function put({ eye, painter }: Parts, wear: Wear): void {
  painter.wear(wear)
  eye.setBlur(wear.kind === 'blur' ? wear.strength : undefined)
  // What stood behind the person until now may be another thing: found and drawn anew with the next picture.
  eye.forget()
}

async function start(message: Extract<ToCoverWorker, { kind: 'start' }>): Promise<void> {
  try {
    const engine = await fetchEngine(message.assets, (share) => tell({ kind: 'progress', share }))
    const compositor = createGlCompositor() ?? createCanvasCompositor()
    const eye = createEye({ engine, compositor, failed: fail })
    const painter = createPainter(compositor)
    const loop = createFrameLoop({ eye, painter, monotonicMs: () => clock.monotonicMs() })
    parts = { eye, painter, loop }
    put(parts, message.wear)
    tell({ kind: 'ready' })
  } catch {
    fail()
  }
}

/** Closes `picture` in any case. */
function show(picture: Picture, atMs: number, asFrame: boolean): void {
  if (!parts) return picture.close()
  const size =
    picture instanceof ImageBitmap
      ? picture
      : // The size at which it is meant to be seen, cropped and turned.
        { width: picture.displayWidth, height: picture.displayHeight }
  const shown = parts.loop.next({ picture, width: size.width, height: size.height }, atMs)
  if (shown) {
    const { canvas, isCard, eased } = shown
    const made = asFrame
      ? new VideoFrame(canvas, { timestamp: Math.round(atMs * 1_000) })
      : canvas.transferToImageBitmap()
    tell({ kind: 'shown', picture: made, isCard, eased }, [made])
  } else tell({ kind: 'dropped' })
  picture.close()
  if (parts.loop.isBroken()) fail()
}

async function watch(reader: ReadableStreamDefaultReader<VideoFrame>): Promise<void> {
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    show(value, value.timestamp / 1_000, true)
  }
}

function begin(intervalMs: number): void {
  parts?.eye.forget()
  parts?.loop.begin(intervalMs)
}

let lastPictureMs = Number.NEGATIVE_INFINITY
addEventListener('message', ({ data }: MessageEvent<ToCoverWorker>) => {
  if (data.kind === 'start') void start(data)
  else if (data.kind === 'wear' && parts) put(parts, data.wear)
  else if (data.kind === 'camera') {
    void pictures?.cancel()
    pictures = data.pictures.getReader()
    begin(data.intervalMs)
    watch(pictures).catch(fail)
  } else if (data.kind === 'picture') {
    // After a pause it may be another camera.
    if (data.atMs - lastPictureMs > 1_000) begin(data.intervalMs)
    lastPictureMs = data.atMs
    try {
      show(data.picture, data.atMs, false)
    } catch {
      fail()
    }
  }
})
clock.every(ALIVE_EVERY_MS, () => tell({ kind: 'alive' }))
