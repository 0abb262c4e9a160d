import type { FileDescriptor } from '@visavis/e2ee'
import { fail, type ConversationId, type MessageId, type Result } from '@visavis/wire'
import type { NewFile, Transfer } from './types.ts'

/**
 * Encrypted files, as the rest of the messenger sees them; `files/` keeps the promise. It looks after its own records
 * (shelf `transfers`) and knows nothing of messages but their ids.
 */
export type FileTransfers = {
  /**
   * Prepares (picture without its metadata, preview, size and type checked), encrypts and uploads. Resolves with what
   * the message has to carry. Asked again for the same message it goes on where it was; `file` is undefined then, after
   * a restart. Errors: FILE_TOO_LARGE, FILE_QUOTA, FILE_GONE (nothing is known of it any more), NETWORK_OFFLINE.
   */
  readonly send: (
    conversationId: ConversationId,
    messageId: MessageId,
    file: NewFile | undefined,
  ) => Promise<Result<FileDescriptor>>
  /** Downloads, checks against the descriptor and decrypts. Errors: FILE_GONE, FILE_DAMAGED, NETWORK_OFFLINE. */
  readonly fetch: (conversationId: ConversationId, messageId: MessageId, file: FileDescriptor) => Promise<Result<Blob>>
  /** Stops what is under way for the message, either way, and forgets an unfinished upload. */
  readonly cancel: (messageId: MessageId) => Promise<void>
  /** Deletes what is kept here of the file: after view-once, at the end of its time. */
  readonly forget: (messageId: MessageId) => Promise<void>
  /** Present state; `none` when nothing is known. */
  readonly stateOf: (messageId: MessageId) => Transfer
  /** Hears of each change of a state; returns the way out. */
  readonly on: (listener: (conversationId: ConversationId, messageId: MessageId) => void) => () => void
  readonly stop: () => void
}

/** For a messenger that carries no files: every one is refused, and nothing is ever under way. */
export const NO_FILES: FileTransfers = {
  send: () => Promise.resolve(fail('FILE_GONE')),
  fetch: () => Promise.resolve(fail('FILE_GONE')),
  cancel: () => Promise.resolve(),
  forget: () => Promise.resolve(),
  stateOf: () => ({ kind: 'none' }),
  on: () => () => {},
  stop: () => {},
}
