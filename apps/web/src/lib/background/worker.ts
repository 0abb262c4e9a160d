import { clock } from '../app/platform.ts'
import { createCanvasCompositor } from './canvas-compositor.ts'
import { createEye, type PersonEye, type Sized } from './eye.ts'
import { createFrameLoop, type FrameLoop } from './frame-loop.ts'
import { createGlCompositor } from './gl-compositor.ts'
import { createPainter, type WearPainter } from './painter.ts'
import type { Patch } from './patches.ts'
import type { Assets, FromCoverWorker, Picture, ToCoverWorker, Wear } from './protocol.ts'
import { fetchEngine, type Engine } from './segmenter.ts'

/** The worker that sees the room: the camera's pictures come in, covered ones go out, and nothing else does. */
const ALIVE_EVERY_MS = 500

const tell = (message: FromCoverWorker, give: Transferable[] = []) => postMessage(message, { transfer: give })
const fail = () => tell({ kind: 'failed' })

type Parts = {
  readonly eye: PersonEye
  readonly painter: WearPainter
  readonly cover: (patches: readonly Patch[]) => void
  readonly loop: FrameLoop<Sized, OffscreenCanvas>
}
let parts: Parts | undefined
/** What was asked for last: it may change while the engine is on its way. */
let wanted: { wear: Wear; patches: readonly Patch[] } | undefined
let pictures: ReadableStreamDefaultReader<VideoFrame> | undefined

function put({ eye, painter, loop }: Parts, wear: Wear): void {
  loop.forget()
  painter.wear(wear)
  eye.setBlur(wear.kind === 'blur' ? wear.strength : undefined)
  eye.setOpen(wear.kind === 'room')
  // What stood behind the person until now may be another thing: found and drawn anew with the next picture.
  eye.forget()
}

async function start({ wear, patches, assets }: Extract<ToCoverWorker, { kind: 'start' }>): Promise<void> {
  wanted = { wear, patches }
  try {
    const engine = lazyEngine(assets)
    // Whoever shows the room and covers places in it needs no engine, until they choose something else.
    if (wear.kind !== 'room') await engine.fetch()
    const compositor = createGlCompositor() ?? createCanvasCompositor()
    const eye = createEye({ engine, compositor, failed: fail })
    const painter = createPainter(compositor)
    const loop = createFrameLoop({ eye, painter, monotonicMs: () => clock.monotonicMs() })
    parts = { eye, painter, loop, cover: (next) => compositor.setPatches(next) }
    parts.cover(wanted.patches)
    put(parts, wanted.wear)
    tell({ kind: 'ready' })
  } catch {
    fail()
  }
}

function lazyEngine(assets: Assets): Engine & { fetch(): Promise<Engine> } {
  let engine: Promise<Engine> | undefined
  const fetch = () => (engine ??= fetchEngine(assets, (share) => tell({ kind: 'progress', share })))
  return { fetch, open: async (shape) => (await fetch()).open(shape) }
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
  else if (data.kind === 'wear') {
    if (wanted) wanted.wear = data.wear
    if (parts) put(parts, data.wear)
  } else if (data.kind === 'patches') {
    if (wanted) wanted.patches = data.patches
    parts?.cover(data.patches)
  } else if (data.kind === 'camera') {
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
