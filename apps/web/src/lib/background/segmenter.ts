import { ImageSegmenter } from '@mediapipe/tasks-vision'
import { download, downloadEngine, layOutEngine, stayAtHome } from './engine-files.ts'
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

const SIZES = { landscape: { width: 256, height: 144 }, square: { width: 256, height: 256 } } as const

/** Fetches the engine; `progress` hears of the share that is here. Rejects when a file cannot be had. */
export async function fetchEngine(assets: Assets, progress: (share: number) => void): Promise<Engine> {
  stayAtHome()
  const bytes = await downloadEngine(assets.engine, progress)
  return {
    async open(shape) {
      const model = withSegmenterMetadata(await download(assets[shape], () => undefined))
      layOutEngine(bytes)
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
