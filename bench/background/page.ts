import { createCover, type Cover } from '../../apps/web/src/lib/background/cover.ts'
import { openIntake } from '../../apps/web/src/lib/background/intake.ts'
import { openOutlet } from '../../apps/web/src/lib/background/outlet.ts'
import type { FromCoverWorker, Wear } from '../../apps/web/src/lib/background/protocol.ts'
import { createJudge, KEY, type Quality } from './quality.ts'

/** One contestant at a time on the same camera, in one page. Driven from outside. */
export type Contestant = 'idle' | 'ours' | 'livekit' | 'livekit-square'
export type Work = 'blur' | 'picture'
export type Measured = { readonly shown: number; readonly busyMs: readonly number[]; readonly seconds: number }
export type BenchPage = {
  begin(who: Contestant, work: Work): Promise<void>
  measure(seconds: number): Promise<Measured>
  judge(seconds: number): Promise<Quality>
  end(): Promise<void>
}

/** As far as it is used: no dependency of ours, fetched only where somebody has put it. */
type Livekit = {
  readonly BackgroundProcessor: (options: Record<string, unknown>) => {
    readonly processedTrack?: MediaStreamTrack
    init(options: { track: MediaStreamTrack; kind: 'video'; element: HTMLMediaElement }): Promise<void>
    destroy(): Promise<void>
  }
}
const LIVEKIT = '/livekit.js'

type Running = { readonly track: MediaStreamTrack; readonly busyMs: number[]; end(): Promise<void> }
type Processor = new (options: { track: MediaStreamTrack }) => { readable: ReadableStream<VideoFrame> }

const clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms)),
  every(everyMs: number, work: () => void) {
    const timer = setInterval(work, everyMs)
    return () => clearInterval(timer)
  },
  after(ms: number, work: () => void) {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
}

let running: Running | undefined
let camera: MediaStreamTrack | undefined
const screen = document.createElement('video')
screen.muted = true
document.body.append(screen)

async function openCamera(): Promise<MediaStreamTrack> {
  const video = { width: 640, height: 480, frameRate: 30 }
  const [track] = (await navigator.mediaDevices.getUserMedia({ video })).getVideoTracks()
  if (!track) throw new Error('no camera')
  return track
}

function keyPicture(): OffscreenCanvas {
  const canvas = new OffscreenCanvas(640, 480)
  const pen = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D
  pen.fillStyle = `rgb(${KEY.join(' ')})`
  pen.fillRect(0, 0, 640, 480)
  return canvas
}

async function runOurs(track: MediaStreamTrack, work: Work): Promise<Running> {
  const picture = await createImageBitmap(keyPicture())
  const wear: Wear = work === 'blur' ? { kind: 'blur', strength: 'strong' } : { kind: 'picture', picture }
  const busyMs: number[] = []
  const channel = new BroadcastChannel('busy')
  channel.addEventListener('message', ({ data }: MessageEvent<number>) => void busyMs.push(data))
  const cover: Cover = createCover({
    clock,
    wear,
    patches: [],
    assets: { engine: '/engine.wasm', landscape: '/landscape.tflite', square: '/square.tflite' },
    outlet: openOutlet(clock),
    openIntake: (own, post) => openIntake(clock, own, post),
    createWorker() {
      const worker = new Worker('/worker.js', { type: 'module' })
      return {
        post: (message, give = []) => worker.postMessage(message, give),
        onMessage: (listener) =>
          worker.addEventListener('message', ({ data }: MessageEvent<FromCoverWorker>) => listener(data)),
        onDeath: (listener) => worker.addEventListener('error', listener),
        terminate: () => worker.terminate(),
      }
    },
  })
  cover.watch(track)
  while (cover.get().kind !== 'on') {
    if (cover.get().kind === 'failed') throw new Error('ours failed')
    await clock.sleep(50)
  }
  return {
    track: cover.track,
    busyMs,
    end: async () => {
      cover.close()
      channel.close()
    },
  }
}

async function runLivekit(track: MediaStreamTrack, work: Work, model: string): Promise<Running> {
  const { BackgroundProcessor } = (await import(/* @vite-ignore */ LIVEKIT)) as Livekit
  const busyMs: number[] = []
  const image = URL.createObjectURL(await keyPicture().convertToBlob())
  const processor = BackgroundProcessor({
    ...(work === 'blur'
      ? { mode: 'background-blur', blurRadius: 10 }
      : { mode: 'virtual-background', imagePath: image }),
    segmenterOptions: { delegate: 'CPU' },
    assetPaths: { tasksVisionFileSet: '/livekit-wasm', modelAssetPath: model },
    // From before the mask until the picture is handed on; `processingTimeMs` would count the mask twice.
    onFrameProcessed: ({ filterTimeMs }: { filterTimeMs: number }) => void busyMs.push(filterTimeMs),
  })
  const element = document.createElement('video')
  element.muted = true
  element.srcObject = new MediaStream([track])
  await element.play()
  await processor.init({ track, kind: 'video', element })
  if (!processor.processedTrack) throw new Error('nothing was processed')
  return { track: processor.processedTrack, busyMs, end: () => processor.destroy() }
}

const page: BenchPage = {
  async begin(who, work) {
    camera = await openCamera()
    if (who === 'ours') running = await runOurs(camera, work)
    else if (who === 'livekit') running = await runLivekit(camera, work, '/livekit/landscape.tflite')
    else if (who === 'livekit-square') running = await runLivekit(camera, work, '/livekit/square.tflite')
    else running = { track: camera, busyMs: [], end: async () => undefined }
    screen.srcObject = new MediaStream([running.track])
    await screen.play()
    await clock.sleep(2_000)
  },
  async measure(seconds) {
    if (!running) throw new Error('nothing runs')
    running.busyMs.length = 0
    const quality = screen.getVideoPlaybackQuality()
    const before = quality.totalVideoFrames
    const beganMs = performance.now()
    await clock.sleep(seconds * 1_000)
    return {
      shown: screen.getVideoPlaybackQuality().totalVideoFrames - before,
      busyMs: [...running.busyMs],
      seconds: (performance.now() - beganMs) / 1_000,
    }
  },
  async judge(seconds) {
    if (!running) throw new Error('nothing runs')
    const judge = createJudge()
    const { MediaStreamTrackProcessor: Kind } = globalThis as unknown as { MediaStreamTrackProcessor: Processor }
    const copy = running.track.clone()
    const reader = new Kind({ track: copy }).readable.getReader()
    const untilMs = performance.now() + seconds * 1_000
    while (performance.now() < untilMs) {
      const { value } = await reader.read()
      if (!value) break
      judge.judge(value)
      value.close()
    }
    copy.stop()
    return judge.quality()
  },
  async end() {
    await running?.end()
    camera?.stop()
    screen.srcObject = null
    running = camera = undefined
  },
}
Object.assign(globalThis, { bench: page })
