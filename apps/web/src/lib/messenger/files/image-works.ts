/** A picture as it is sent: drawn anew on this device, so that nothing of the camera's notes is left in it. */
export type PreparedPicture = {
  readonly blob: Blob
  readonly width: number
  readonly height: number
  /** A small JPEG of at most `PREVIEW_BYTES_MAX`. */
  readonly preview: Uint8Array<ArrayBuffer>
}

/** Work on pictures, as a port: the real one is the browser's (`browser-images.ts`). */
export type ImageWorks = {
  /** Upright, with the longest side at most `PICTURE_SIDE_MAX`. Undefined: this is no picture that can be drawn here. */
  prepare(source: Blob): Promise<PreparedPicture | undefined>
}

export const PICTURE_SIDE_MAX = 2560

/**
 * Whether a picture carries notes beside its pixels: Exif, XMP or IPTC in JPEG (ISO/IEC 10918-1 B.2, APP1 and APP13, and
 * comments), text and eXIf chunks in PNG (third edition, 11.3), EXIF and XMP chunks in WebP (RFC 9649). Looked for in what
 * was drawn, too: no picture leaves the device on the word of a browser alone. What cannot be walked through counts as one
 * that does.
 */
export function hasNotes(bytes: Uint8Array, mime: string): boolean {
  if (mime === 'image/jpeg') return hasJpegNotes(bytes)
  if (mime === 'image/png') return hasChunk(bytes, 8, PNG, ['eXIf', 'tEXt', 'zTXt', 'iTXt'])
  if (mime === 'image/webp') return hasChunk(bytes, 12, RIFF, ['EXIF', 'XMP '])
  return true
}

const JPEG_NOTES: ReadonlySet<number> = new Set([0xe1, 0xed, 0xfe])
const START_OF_SCAN = 0xda

function hasJpegNotes(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 2; at + 4 <= bytes.byteLength; at += 2 + view.getUint16(at + 2)) {
    const marker = bytes[at + 1] ?? 0
    if (bytes[at] !== 0xff || JPEG_NOTES.has(marker)) return true
    if (marker === START_OF_SCAN) return false
  }
  return true
}

/** How chunks follow each other: where their name and length stand, and how far the next one is. */
type Chunks = { readonly nameAt: number; readonly next: (view: DataView, at: number) => number }
const PNG: Chunks = { nameAt: 4, next: (view, at) => at + 12 + view.getUint32(at) }
const RIFF: Chunks = { nameAt: 0, next: (view, at) => at + 8 + Math.ceil(view.getUint32(at + 4, true) / 2) * 2 }

function hasChunk(bytes: Uint8Array, from: number, { nameAt, next }: Chunks, names: readonly string[]): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = from
  while (at + 8 <= bytes.byteLength) {
    if (names.includes(String.fromCharCode(...bytes.subarray(at + nameAt, at + nameAt + 4)))) return true
    at = next(view, at)
  }
  return at !== bytes.byteLength
}
