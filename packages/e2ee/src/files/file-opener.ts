import { sameBytes } from '../byte-codec.ts'
import { ok, OPEN_FAILED, type E2eeResult } from '../result.ts'
import { createSerial } from '../serial.ts'
import { GCM_TAG_BYTES } from '../web-crypto.ts'
import { fileKeysOf, HEADER_BYTES, SEALED_CHUNK_BYTES } from './file-keys.ts'
import { createMerkleTree } from './merkle-tree.ts'

export type FileOpener = {
  /** The next sealed bytes, in pieces of any size; gives the plaintext of every chunk that they complete. */
  add(sealedBytes: Uint8Array): Promise<E2eeResult<readonly Uint8Array[]>>
  /** Nothing of the file may be shown or kept before this says so. */
  finish(): Promise<E2eeResult<true>>
}

/**
 * Decrypts a file piece by piece and holds less than one chunk. Refuses with `E2EE_OPEN_FAILED`, and stays refusing, when
 * the key is not the one the file was sealed with, when any byte was changed, moved, cut off or appended, and when the
 * whole is not what the message's root says.
 *
 * @param file of the descriptor in an opened message: nothing of it comes from the server
 */
export async function createFileOpener(file: {
  readonly key: Uint8Array
  readonly root: Uint8Array
  readonly sizeBytes: number
}): Promise<FileOpener> {
  const keys = await fileKeysOf(file.key, file.sizeBytes)
  const tree = createMerkleTree()
  const inTurn = createSerial()
  const piece = new Uint8Array(SEALED_CHUNK_BYTES)
  let have = 0
  /** -1: the header. */
  let index = -1
  let isRefused = false

  const wanted = (): number => (index < 0 ? HEADER_BYTES : keys.chunkBytes(index) + GCM_TAG_BYTES)

  /** Takes a complete piece: no plaintext for the header, undefined when it is refused. */
  const takePiece = async (): Promise<readonly Uint8Array[] | undefined> => {
    const sealed = piece.slice(0, have)
    await tree.add(sealed)
    if (index < 0) return sameBytes(sealed, keys.header) ? [] : undefined
    const plain = await keys.aes.open(keys.nonce(index), sealed, keys.header)
    return plain && [plain]
  }

  const add = async (sealedBytes: Uint8Array): Promise<readonly Uint8Array[] | undefined> => {
    const plains: Uint8Array[] = []
    let at = 0
    while (at < sealedBytes.byteLength) {
      if (isRefused || index === keys.chunks) return undefined
      const taken = sealedBytes.subarray(at, at + wanted() - have)
      piece.set(taken, have)
      have += taken.byteLength
      at += taken.byteLength
      if (have < wanted()) break
      const opened = await takePiece()
      if (opened === undefined) return undefined
      plains.push(...opened)
      have = 0
      index += 1
    }
    return isRefused ? undefined : plains
  }

  return {
    add: (sealedBytes) =>
      inTurn(async () => {
        const plains = await add(sealedBytes)
        isRefused = plains === undefined
        return plains === undefined ? OPEN_FAILED : ok(plains)
      }),
    finish: () =>
      inTurn(async () => {
        const isWhole = !isRefused && index === keys.chunks && sameBytes(await tree.root(), file.root)
        return isWhole ? ok(true as const) : OPEN_FAILED
      }),
  }
}
