import { FaceDetector } from '@mediapipe/tasks-vision'
import { layOutEngine } from '../background/engine-files.ts'
import { withFaceMetadata } from '../background/model-metadata.ts'
import { apart } from './faces-apart.ts'
import type { Box } from './finds.ts'

/** From which share on something is a face. */
const SURE_MIN = 0.5

/**
 * All faces in a picture. The model sees a small copy of what it is given, in which a face at the end of a room is a few points: so
 * parts of the picture are looked at as well as the whole.
 */
export async function findFaces(
  picture: OffscreenCanvas,
  files: { readonly engine: Uint8Array; readonly engineAddress: string; readonly model: Uint8Array },
): Promise<Box[]> {
  layOutEngine(files.engine)
  const detector = await FaceDetector.createFromOptions(
    { wasmLoaderPath: '', wasmBinaryPath: files.engineAddress },
    {
      baseOptions: { modelAssetBuffer: withFaceMetadata(files.model), delegate: 'CPU' },
      runningMode: 'IMAGE',
      minDetectionConfidence: SURE_MIN,
    },
  )
  try {
    return apart(tilesOf(picture).flatMap((tile) => facesIn(detector, picture, tile)))
  } finally {
    detector.close()
  }
}

const WHOLE: Box = { x: 0, y: 0, width: 1, height: 1 }

function tilesOf({ width, height }: OffscreenCanvas): Box[] {
  const part = width >= height ? { width: 0.5, height: 0.67 } : { width: 0.67, height: 0.5 }
  const places = [0, 0.5, 1].flatMap((right) => [0, 1].map((down) => ({ right, down })))
  return [
    WHOLE,
    ...places.map(({ right, down }) => ({ x: right * (1 - part.width), y: down * (1 - part.height), ...part })),
  ]
}

function facesIn(detector: FaceDetector, picture: OffscreenCanvas, tile: Box): Box[] {
  const [wide, high] = [Math.round(picture.width * tile.width), Math.round(picture.height * tile.height)]
  const part = new OffscreenCanvas(wide, high)
  const pen = part.getContext('2d', { alpha: false })
  if (!pen) throw new Error('no canvas')
  pen.drawImage(picture, -picture.width * tile.x, -picture.height * tile.y)
  return detector.detect(part).detections.flatMap(({ boundingBox }) => {
    if (!boundingBox) return []
    const x = tile.x + (boundingBox.originX / wide) * tile.width
    const y = tile.y + (boundingBox.originY / high) * tile.height
    return [{ x, y, width: (boundingBox.width / wide) * tile.width, height: (boundingBox.height / high) * tile.height }]
  })
}
