import { createSerial } from '../serial.ts'
import { freshKey } from '../web-crypto.ts'
import { fileKeysOf, sealedFileBytes } from './file-keys.ts'
import { createMerkleTree } from './merkle-tree.ts'

export type FileSealer = {
  readonly key: Uint8Array
  /** The first bytes of the sealed file. */
  readonly header: Uint8Array
  /** Of header and all chunks together. */
  readonly sealedBytes: number
  readonly chunks: number
  /** The next chunk, in order: 64 KiB each, the last one what is left. */
  sealChunk(plain: Uint8Array): Promise<Uint8Array>
  /** The same bytes that `sealChunk` gave for this chunk; does not count towards `finish`. */
  sealChunkAt(index: number, plain: Uint8Array): Promise<Uint8Array>
  /** After the last chunk: what the message says of the file. */
  finish(): Promise<{ readonly root: Uint8Array }>
}

/**
 * Encrypts a file piece by piece; holds one piece at a time. Its sealed form is `header` and the sealed chunks, one after
 * the other.
 *
 * @param file.key of an upload that was begun before. It must be THE SAME file: sealing other bytes under a key that was
 *   used lays both files open, so the caller compares a digest of the whole file first (SPEC EF19). Fresh when left out.
 * @throws RangeError when a chunk is not of the size that follows from `sizeBytes`: the file changed while it was read
 */
export async function createFileSealer(file: {
  readonly sizeBytes: number
  readonly key?: Uint8Array
}): Promise<FileSealer> {
  const key = file.key ?? freshKey()
  const keys = await fileKeysOf(key, file.sizeBytes)
  const tree = createMerkleTree()
  const inTurn = createSerial()
  await tree.add(keys.header)
  let sealedChunks = 0

  const sealAt = (index: number, plain: Uint8Array): Promise<Uint8Array> => {
    if (!Number.isInteger(index) || index < 0 || index >= keys.chunks) throw new RangeError('no such chunk')
    if (plain.byteLength !== keys.chunkBytes(index)) throw new RangeError('a chunk is not of its size')
    return keys.aes.seal(keys.nonce(index), plain, keys.header)
  }

  return {
    key,
    header: keys.header,
    sealedBytes: sealedFileBytes(file.sizeBytes),
    chunks: keys.chunks,
    sealChunk: (plain) =>
      inTurn(async () => {
        const sealed = await sealAt(sealedChunks, plain)
        await tree.add(sealed)
        sealedChunks += 1
        return sealed
      }),
    sealChunkAt: async (index, plain) => sealAt(index, plain),
    finish: () =>
      inTurn(async () => {
        if (sealedChunks !== keys.chunks) throw new RangeError('chunks are missing')
        return { root: await tree.root() }
      }),
  }
}
