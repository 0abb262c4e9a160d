import { PADDED_BYTES_MIN } from './limits.ts'

/**
 * Hides lengths. Format: version u8 = 1 | length u32 | body | zeros up to a Padme bucket (Nikitin et al. 2019, PURBs,
 * section 4): the length keeps only as many leading bits as its logarithm needs, so at most 12 % is wasted and a
 * length tells log log L bits. The library pads by itself only below 256 bytes, so its padding is off (SPEC ER12).
 */
const VERSION = 1
const HEADER_BYTES = 5

/** The bucket for `length` bytes: the next Padme length, at least `PADDED_BYTES_MIN`. */
export function bucketBytes(length: number): number {
  if (length <= PADDED_BYTES_MIN) return PADDED_BYTES_MIN
  const exponent = Math.floor(Math.log2(length))
  const keptBits = Math.floor(Math.log2(exponent)) + 1
  const step = 2 ** (exponent - keptBits)
  return Math.ceil(length / step) * step
}

export function pad(body: Uint8Array): Uint8Array {
  const padded = new Uint8Array(bucketBytes(HEADER_BYTES + body.byteLength))
  padded[0] = VERSION
  new DataView(padded.buffer).setUint32(1, body.byteLength)
  padded.set(body, HEADER_BYTES)
  return padded
}

/** The body, or undefined unless this is exactly what `pad` would have made of it. */
export function unpad(padded: Uint8Array): Uint8Array | undefined {
  if (padded.byteLength < PADDED_BYTES_MIN || padded[0] !== VERSION) return undefined
  const length = new DataView(padded.buffer, padded.byteOffset, padded.byteLength).getUint32(1)
  if (bucketBytes(HEADER_BYTES + length) !== padded.byteLength) return undefined
  const zeros = padded.subarray(HEADER_BYTES + length)
  return zeros.every((byte) => byte === 0) ? padded.slice(HEADER_BYTES, HEADER_BYTES + length) : undefined
}
