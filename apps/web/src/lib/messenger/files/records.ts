import type { FileDescriptor } from '@visavis/e2ee'
import type { ConversationId, FileId, MessageId } from '@visavis/wire'
import { maybe, oneOf, recordKind, text, whole } from '../../vault/record-kind.ts'
import type { Change, Vault, VaultKey, VaultValue } from '../../vault/types.ts'
import { fileShape } from '../stored-records.ts'

/**
 * What is kept of files on this device, on the shelf `transfers`:
 * - `up`, message: an upload; `part`, message, number: its sealed bytes as they are uploaded, until they are through
 * - `kept`, message: a file that was opened; `piece`, message, number: its bytes
 */
export type Upload = {
  readonly conversationId: ConversationId
  /** `sealing`: the source was in memory only, and is lost with it. `sealed`: all parts are here. `done`: uploaded. */
  readonly state: 'sealing' | 'sealed' | 'done'
  /** How many parts are, or may be, here. */
  readonly parts: number
  readonly sealedBytes: number
  /** With `sealed` and `done`; its id is empty until the server has given one. */
  readonly file?: FileDescriptor
}
export type Kept = { readonly conversationId: ConversationId; readonly mime: string; readonly pieces: number }

const SHELF = 'transfers'
const uploadRecord = recordKind<Upload>({
  name: 'upload',
  shape: {
    conversationId: text,
    state: oneOf(['sealing', 'sealed', 'done']),
    parts: whole,
    sealedBytes: whole,
    file: maybe(fileShape),
  },
})
const keptRecord = recordKind<Kept>({ name: 'kept file', shape: { conversationId: text, mime: text, pieces: whole } })
const PIECE_BYTES = 1024 * 1024

export type TransferRecords = ReturnType<typeof createTransferRecords>

export function createTransferRecords(vault: Vault) {
  const keep = (key: VaultKey, value: VaultValue): Change => ({ shelf: SHELF, key, value })
  const drop = (key: VaultKey): Change => ({ shelf: SHELF, key, value: undefined })
  const dropEach = (name: string, messageId: MessageId, count: number) =>
    Array.from({ length: count }, (_, number) => drop([name, messageId, number]))
  /** Bytes as they were kept; undefined for anything else. */
  const bytesAt = async (...key: (string | number)[]) => {
    const stored = await vault.get(SHELF, key)
    return stored instanceof Uint8Array ? (stored as Uint8Array<ArrayBuffer>) : undefined
  }
  // One that cannot be read is none: a file is sent or fetched anew.
  const upload = async (messageId: MessageId) => uploadRecord.read(await vault.get(SHELF, ['up', messageId]))
  const kept = async (messageId: MessageId) => keptRecord.read(await vault.get(SHELF, ['kept', messageId]))

  return {
    upload,
    saveUpload: (messageId: MessageId, record: Upload) =>
      vault.write([keep(['up', messageId], uploadRecord.write(record))]),
    savePart: (messageId: MessageId, number: number, bytes: Uint8Array) =>
      vault.write([keep(['part', messageId, number], bytes)]),
    part: (messageId: MessageId, number: number) => bytesAt('part', messageId, number),
    /** The upload is through: only what the message has to say is left. */
    finishUpload: (messageId: MessageId, record: Upload) =>
      vault.write([
        keep(['up', messageId], uploadRecord.write({ ...record, state: 'done', parts: 0 })),
        ...dropEach('part', messageId, record.parts),
      ]),
    async dropUpload(messageId: MessageId): Promise<FileId | undefined> {
      const record = await upload(messageId)
      if (!record) return undefined
      await vault.write([drop(['up', messageId]), ...dropEach('part', messageId, record.parts)])
      return (record.file?.fileId || undefined) as FileId | undefined
    },

    async saveFile(conversationId: ConversationId, messageId: MessageId, blob: Blob): Promise<void> {
      const pieces = Math.ceil(blob.size / PIECE_BYTES)
      const changes = [keep(['kept', messageId], keptRecord.write({ conversationId, mime: blob.type, pieces }))]
      for (let number = 0; number < pieces; number += 1) {
        const piece = blob.slice(number * PIECE_BYTES, (number + 1) * PIECE_BYTES)
        changes.push(keep(['piece', messageId, number], new Uint8Array(await piece.arrayBuffer())))
      }
      await vault.write(changes)
    },
    async file(messageId: MessageId): Promise<Blob | undefined> {
      const record = await kept(messageId)
      if (!record) return undefined
      const pieces: Uint8Array<ArrayBuffer>[] = []
      for (let number = 0; number < record.pieces; number += 1) {
        const piece = await bytesAt('piece', messageId, number)
        if (!piece) return undefined
        pieces.push(piece)
      }
      return new Blob(pieces, { type: record.mime })
    },
    async dropFile(messageId: MessageId): Promise<void> {
      const record = await kept(messageId)
      if (record) await vault.write([drop(['kept', messageId]), ...dropEach('piece', messageId, record.pieces)])
    },
    async allKept(): Promise<readonly { readonly messageId: MessageId; readonly conversationId: ConversationId }[]> {
      const records = await vault.list({ shelf: SHELF, prefix: ['kept'] })
      return records.flatMap(({ key, value }) => {
        const record = keptRecord.read(value)
        return record ? [{ messageId: key[1] as MessageId, conversationId: record.conversationId }] : []
      })
    },
  }
}
