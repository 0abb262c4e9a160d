import type { FileId } from '@visavis/wire'

/**
 * Where the bytes of files lie: ciphertext in numbered parts. Knows nothing of people or times; the caller has judged
 * everything before. Every method rejects when the medium fails.
 */
export type PartStore = {
  /** Durable and whole when it resolves; a part that is there is replaced. Cut off in the middle, it leaves no part. */
  put(fileId: FileId, part: number, bytes: Uint8Array): Promise<void>
  get(fileId: FileId, part: number): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** All parts; nothing happens when there are none. */
  remove(fileId: FileId): Promise<void>
  /** Every file of which there are bytes, also those that a crash has left without a record. */
  list(): AsyncIterable<FileId>
}
