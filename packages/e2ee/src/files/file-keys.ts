import { createByteWriter } from '../byte-codec.ts'
import { FILE_PLAIN_BYTES_MAX } from '../franking/limits.ts'
import { assert } from '../result.ts'
import { derive, GCM_TAG_BYTES, gcmKey, HASH_BYTES, KEY_BYTES, type GcmKey } from '../web-crypto.ts'

/**
 * The format of an encrypted file (SPEC EF15-EF19): header | chunks of 64 KiB, each sealed with AES-256-GCM under nonce =
 * prefix (7 bytes) | number u32 | 1 for the last, else 0, and the header as additional data. That is STREAM (Hoang,
 * Reyhanitabar, Rogaway, Vizar 2015). Header: "VVF1" | key commitment, 32 bytes.
 */
export const CHUNK_BYTES = 64 * 1024
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + GCM_TAG_BYTES
const MAGIC = new TextEncoder().encode('VVF1')
const DERIVE_LABEL = new TextEncoder().encode('visavis/file/1\0')
const PREFIX_BYTES = 7
export const HEADER_BYTES = MAGIC.byteLength + HASH_BYTES

export type FileKeys = {
  readonly header: Uint8Array
  readonly chunks: number
  /** Bytes of plaintext in one chunk. */
  chunkBytes(index: number): number
  nonce(index: number): Uint8Array
  readonly aes: GcmKey
}

/** How many chunks; a file without bytes has one that is empty, so that its end is authenticated too. */
function chunksOf(sizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / CHUNK_BYTES))
}

/** Bytes on the server for so many bytes of file. */
export function sealedFileBytes(sizeBytes: number): number {
  return HEADER_BYTES + sizeBytes + chunksOf(sizeBytes) * GCM_TAG_BYTES
}

/**
 * Everything follows from key and size, so that an upload can go on after a reload. The commitment comes from the same
 * derivation: AES-GCM alone lets one ciphertext open under two keys to two pictures ("invisible salamanders", Dodis,
 * Grubbs, Ristenpart, Woodage 2018), but nobody can find two keys with one commitment.
 */
export async function fileKeysOf(key: Uint8Array, sizeBytes: number): Promise<FileKeys> {
  assert(key.byteLength === KEY_BYTES, 'a file key has 32 bytes')
  assert(Number.isInteger(sizeBytes) && sizeBytes >= 0 && sizeBytes <= FILE_PLAIN_BYTES_MAX, 'a file has its bound')
  const info = createByteWriter().raw(DERIVE_LABEL).u64(sizeBytes).bytes()
  const secret = await derive(key, info, KEY_BYTES + HASH_BYTES + PREFIX_BYTES)
  const commitment = secret.subarray(KEY_BYTES, KEY_BYTES + HASH_BYTES)
  const prefix = secret.slice(KEY_BYTES + HASH_BYTES)
  const chunks = chunksOf(sizeBytes)
  return {
    header: createByteWriter().raw(MAGIC).raw(commitment).bytes(),
    chunks,
    chunkBytes: (index) => (index < chunks - 1 ? CHUNK_BYTES : sizeBytes - (chunks - 1) * CHUNK_BYTES),
    nonce: (index) =>
      createByteWriter()
        .raw(prefix)
        .u32(index)
        .u8(index === chunks - 1 ? 1 : 0)
        .bytes(),
    aes: await gcmKey(secret.subarray(0, KEY_BYTES)),
  }
}
