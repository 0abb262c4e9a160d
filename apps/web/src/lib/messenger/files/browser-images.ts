import { PREVIEW_BYTES_MAX } from '@visavis/e2ee'
import { PICTURE_SIDE_MAX, type ImageWorks } from './image-works.ts'

const QUALITY = 0.9
/** Sides and qualities of the preview, from the best to the one that always fits. */
const PREVIEWS = [
  { side: 320, quality: 0.6 },
  { side: 240, quality: 0.5 },
  { side: 160, quality: 0.4 },
  { side: 96, quality: 0.3 },
] as const

/** Pictures by the browser's own decoder and encoders, in a worker. */
export function createBrowserImages(): ImageWorks {
  return {
    async prepare(source) {
      const picture = await decode(source)
      if (!picture) return undefined
      try {
        const canvas = draw(picture, PICTURE_SIDE_MAX)
        const preview = await previewOf(picture)
        return preview && { blob: await encode(canvas), width: canvas.width, height: canvas.height, preview }
      } finally {
        picture.close()
      }
    },
  }
}

async function decode(source: Blob): Promise<ImageBitmap | undefined> {
  try {
    // Turned as its notes say, because the notes are not kept.
    return await createImageBitmap(source, { imageOrientation: 'from-image' })
  } catch {
    return undefined
  }
}

function draw(picture: ImageBitmap, sideMax: number, background?: string): OffscreenCanvas {
  const scale = Math.min(1, sideMax / Math.max(picture.width, picture.height))
  const width = Math.max(1, Math.round(picture.width * scale))
  const height = Math.max(1, Math.round(picture.height * scale))
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (!context) return canvas
  if (background !== undefined) {
    context.fillStyle = background
    context.fillRect(0, 0, width, height)
  }
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture, 0, 0, width, height)
  return canvas
}

/** WebP, which keeps what is transparent; JPEG where the browser cannot write it. */
async function encode(canvas: OffscreenCanvas): Promise<Blob> {
  const webp = await canvas.convertToBlob({ type: 'image/webp', quality: QUALITY })
  return webp.type === 'image/webp' ? webp : canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY })
}

async function previewOf(picture: ImageBitmap): Promise<Uint8Array<ArrayBuffer> | undefined> {
  for (const { side, quality } of PREVIEWS) {
    const blob = await draw(picture, side, '#fff').convertToBlob({ type: 'image/jpeg', quality })
    if (blob.size <= PREVIEW_BYTES_MAX) return new Uint8Array(await blob.arrayBuffer())
  }
  return undefined
}
