import type { FileDescriptor } from '@visavis/e2ee'
import { fail, ok, type ConversationId, type MessageId, type Result } from '@visavis/wire'
import type { FileTransfers } from '../../files-port.ts'
import type { Transfer } from '../../types.ts'

/** Files as a fake: an upload is done when the test says so, and a fetch gives back what was sent. */
export function createFakeFiles() {
  const uploads = new Map<MessageId, (outcome: Result<FileDescriptor>) => void>()
  const blobs = new Map<string, Blob>()
  const states = new Map<MessageId, Transfer>()
  const listeners = new Set<Parameters<FileTransfers['on']>[0]>()
  const forgotten: MessageId[] = []
  function set(conversationId: ConversationId, messageId: MessageId, state: Transfer): void {
    states.set(messageId, state)
    for (const listener of listeners) listener(conversationId, messageId)
  }
  const files: FileTransfers = {
    send(conversationId, messageId, file) {
      set(conversationId, messageId, { kind: 'up', doneBytes: 0, totalBytes: file?.blob.size ?? 0 })
      if (file) blobs.set(messageId, file.blob)
      return new Promise((resolve) => {
        uploads.set(messageId, (outcome) => {
          set(conversationId, messageId, outcome.ok ? { kind: 'here' } : { kind: 'failed', code: outcome.code })
          resolve(outcome)
        })
      })
    },
    async fetch(_conversationId, messageId) {
      const blob = blobs.get(messageId)
      return blob ? ok(blob) : fail('FILE_GONE')
    },
    cancel: async (messageId) => void uploads.delete(messageId),
    async forget(messageId) {
      forgotten.push(messageId)
    },
    stateOf: (messageId) => states.get(messageId) ?? { kind: 'none' },
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stop: () => {},
  }
  /** It was fetched, and is kept on this device. */
  const keep = (conversationId: ConversationId, messageId: MessageId) =>
    set(conversationId, messageId, { kind: 'here' })
  return { files, uploads, blobs, forgotten, keep }
}
