import { SIDE } from '../nudity/model-file.ts'

/** The whole picture, pressed into the square that the model takes. Undefined for what this browser cannot draw. */
export async function decodeStill(picture: Blob): Promise<ImageBitmap | undefined> {
  try {
    return await createImageBitmap(picture, {
      imageOrientation: 'from-image',
      resizeWidth: SIDE,
      resizeHeight: SIDE,
      resizeQuality: 'medium',
    })
  } catch {
    return undefined
  }
}
