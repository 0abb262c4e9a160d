import type { FileDescriptor } from '@visavis/e2ee'
import { VisavisError, type ConversationId, type MessageId } from '@visavis/wire'
import type { TransferRecords } from './records.ts'

/** Photos and voice notes up to this size stay on the device, so that they show without a network. */
export const KEPT_BYTES_MAX = 5 * 1024 * 1024
/** What stays in memory besides, the latest first. */
const HELD_BYTES_MAX = 64 * 1024 * 1024

type About = Pick<FileDescriptor, 'isViewOnce' | 'role'>

/** Files that were opened and checked, in memory and in the vault. What may be viewed once is in neither. */
export type OpenedFiles = ReturnType<typeof createOpenedFiles>

export function createOpenedFiles(records: TransferRecords) {
  const held = new Map<MessageId, Blob>()
  const kept = new Set<MessageId>()

  function hold(messageId: MessageId, blob: Blob): void {
    held.delete(messageId)
    held.set(messageId, blob)
    let bytes = [...held.values()].reduce((sum, { size }) => sum + size, 0)
    for (const [oldest, { size }] of held) {
      if (bytes <= HELD_BYTES_MAX) return
      held.delete(oldest)
      bytes -= size
    }
  }

  return {
    has: (messageId: MessageId) => held.has(messageId) || kept.has(messageId),
    /** Tells of each file that an earlier session has kept. */
    async load(found: (conversationId: ConversationId, messageId: MessageId) => void): Promise<void> {
      for (const { conversationId, messageId } of await records.allKept()) {
        kept.add(messageId)
        found(conversationId, messageId)
      }
    },
    async find(messageId: MessageId): Promise<Blob | undefined> {
      const blob = held.get(messageId) ?? (await orUndefined(records.file(messageId)))
      if (blob) hold(messageId, blob)
      return blob
    },
    async keep(conversationId: ConversationId, messageId: MessageId, blob: Blob, about: About): Promise<void> {
      if (about.isViewOnce) return
      hold(messageId, blob)
      if (about.role === 'document' || blob.size > KEPT_BYTES_MAX) return
      // Without room for it, it is fetched again another time.
      const isSaved = await orUndefined(records.saveFile(conversationId, messageId, blob).then(() => true))
      if (isSaved) kept.add(messageId)
    },
    async forget(messageId: MessageId): Promise<void> {
      held.delete(messageId)
      kept.delete(messageId)
      await records.dropFile(messageId)
    },
  }
}

/** A vault that is full or damaged takes nothing from what is on screen. */
async function orUndefined<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof VisavisError) return undefined
    throw error
  }
}
