import createEngine from '@mediapipe/tasks-vision/vision_wasm_module_internal.js'
import { ImageSegmenter } from '@mediapipe/tasks-vision'
import { ENGINE_BYTES } from './engine-size.ts'
import type { Size } from './mask.ts'
import { withSegmenterMetadata } from './model-metadata.ts'
import type { Assets } from './protocol.ts'

/**
 * Finds the person in a small picture: MediaPipe's selfie segmentation on the processor (WebAssembly). On the processor on
 * purpose: the model is small, and reading a mask back from a graphics card costs more than making it.
 */
export type Segmenter = {
  readonly size: Size
  /** Share of person for each point. Valid until the next call. Throws when the engine is broken. */
  segment(picture: OffscreenCanvas): Float32Array
  close(): void
}

export type Engine = { open(shape: 'landscape' | 'square'): Promise<Segmenter> }

type Settings = { wasmBinary?: Uint8Array; print?: () => void; printErr?: () => void }
type EngineScope = { ModuleFactory?: unknown; Module?: Settings }

const SIZES = { landscape: { width: 256, height: 144 }, square: { width: 256, height: 256 } } as const

/**
 * Fetches the engine; `progress` hears of the share that is here. Rejects when a file cannot be had.
 *
 * The library would report its use to its makers, under an address of theirs: nothing of a call may go anywhere, and so the
 * worker's `fetch` knows our own server only.
 */
export async function fetchEngine(assets: Assets, progress: (share: number) => void): Promise<Engine> {
  stayAtHome()
  const bytes = await download(assets.engine, progress)
  return {
    async open(shape) {
      const model = withSegmenterMetadata(await download(assets[shape], () => undefined))
      const scope = globalThis as EngineScope
      // The library takes both from the global scope and empties it. It prints what only its makers want to read.
      scope.ModuleFactory = createEngine
      scope.Module = { wasmBinary: bytes, print: () => undefined, printErr: () => undefined }
      const segmenter = await ImageSegmenter.createFromOptions(
        { wasmLoaderPath: '', wasmBinaryPath: assets.engine },
        {
          baseOptions: { modelAssetBuffer: model, delegate: 'CPU' },
          runningMode: 'VIDEO',
          outputCategoryMask: false,
          outputConfidenceMasks: true,
        },
      )
      return hold(segmenter, SIZES[shape])
    },
  }
}

function hold(segmenter: ImageSegmenter, size: Size): Segmenter {
  const mask = new Float32Array(size.width * size.height)
  let atMs = 0
  return {
    size,
    segment(picture) {
      let isFound = false
      // Times must rise, and mean nothing else.
      segmenter.segmentForVideo(picture, ++atMs, ({ confidenceMasks }) => {
        const [found] = confidenceMasks ?? []
        if (found?.width !== size.width || found.height !== size.height) return
        mask.set(found.getAsFloat32Array())
        isFound = true
      })
      if (!isFound) throw new Error('no mask')
      return mask
    },
    close: () => segmenter.close(),
  }
}

function stayAtHome(): void {
  const { fetch: fetchAnything, location } = globalThis
  globalThis.fetch = (input, init) => {
    const { origin } = new URL(input instanceof Request ? input.url : String(input), location.href)
    return origin === location.origin ? fetchAnything(input, init) : Promise.reject(new TypeError('not our server'))
  }
}

async function download(address: string, progress: (share: number) => void): Promise<Uint8Array> {
  const answer = await fetch(address)
  if (!answer.ok || !answer.body) throw new Error('a file of the background could not be had')
  const parts: Uint8Array[] = []
  let length = 0
  for (const reader = answer.body.getReader(); ;) {
    const { done, value } = await reader.read()
    if (done) break
    parts.push(value)
    length += value.length
    progress(Math.min(1, length / ENGINE_BYTES))
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
