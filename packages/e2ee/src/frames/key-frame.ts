import { KEY_FRAME_BYTES_MAX, KEY_FRAME_SIDE_PIXELS_MAX } from './limits.ts'

/** RFC 6386 section 9.1: a tag of 3 bytes, then, in a key frame, a start code of 3 and the dimensions in 4. */
const HEADER_BYTES = 10
const START_CODE = [0x9d, 0x01, 0x2a] as const
const VERSION_MAX = 3
const SIDE_BITS = 0x3fff

const RIFF_HEADER_BYTES = 20
const ascii = new TextEncoder()

/**
 * Whether these bytes are a whole VP8 key frame that is shown, as far as the uncompressed part of its header tells: what a
 * decoder could still refuse is inside the first partition.
 */
export function isKeyFrame(frame: Uint8Array): boolean {
  if (frame.byteLength <= HEADER_BYTES || frame.byteLength > KEY_FRAME_BYTES_MAX) return false
  const [tag0 = 0, tag1 = 0, tag2 = 0] = frame
  const tag = tag0 | (tag1 << 8) | (tag2 << 16)
  const isInterFrame = (tag & 1) === 1
  const version = (tag >> 1) & 7
  const isShown = ((tag >> 4) & 1) === 1
  const firstPartitionBytes = tag >> 5
  if (isInterFrame || !isShown || version > VERSION_MAX) return false
  if (START_CODE.some((byte, at) => frame[3 + at] !== byte)) return false
  // Something must follow the first partition: the coefficients stand there.
  if (firstPartitionBytes === 0 || HEADER_BYTES + firstPartitionBytes >= frame.byteLength) return false
  return [6, 8].every((at) => {
    // The two bits above are a scaling hint, which a still picture ignores.
    const side = ((frame[at] ?? 0) | ((frame[at + 1] ?? 0) << 8)) & SIDE_BITS
    return side >= 1 && side <= KEY_FRAME_SIDE_PIXELS_MAX
  })
}

/**
 * A key frame as a picture file that every browser shows: WebP in its simple lossy format is a VP8 key frame in a RIFF
 * container (RFC 9649 section 2.5), so nothing has to be decoded. Undefined when the bytes are not a whole, shown VP8 key
 * frame within our bounds: such a frame can prove nothing, and counts as not committed.
 */
export function stillOf(frame: Uint8Array): Uint8Array | undefined {
  if (!isKeyFrame(frame)) return undefined
  const padding = frame.byteLength % 2 // Chunks have an even length.
  const still = new Uint8Array(RIFF_HEADER_BYTES + frame.byteLength + padding)
  const view = new DataView(still.buffer)
  still.set(ascii.encode('RIFF'))
  view.setUint32(4, still.byteLength - 8, true)
  still.set(ascii.encode('WEBPVP8 '), 8)
  view.setUint32(16, frame.byteLength, true)
  still.set(frame, RIFF_HEADER_BYTES)
  return still
}

/** What kind of picture these bytes begin as; says nothing about the rest. Undefined for any other kind. */
export function stillMime(still: Uint8Array): 'image/jpeg' | 'image/webp' | undefined {
  const begins = (text: string, at: number) => ascii.encode(text).every((byte, index) => still[at + index] === byte)
  if (still[0] === 0xff && still[1] === 0xd8 && still[2] === 0xff) return 'image/jpeg'
  return begins('RIFF', 0) && begins('WEBP', 8) ? 'image/webp' : undefined
}
