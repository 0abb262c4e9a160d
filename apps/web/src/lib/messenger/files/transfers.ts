import type { FileDescriptor } from '@visavis/e2ee'
import type * as E2ee from '@visavis/e2ee'
import type { Clock, Log, Random } from '@visavis/ports'
import { CODES, fail, VisavisError, type Code, type ConversationId, type MessageId, type Result } from '@visavis/wire'
import type { Api } from '../../account/api.ts'
import type { Vault } from '../../vault/types.ts'
import type { FileTransfers } from '../files-port.ts'
import type { Transfer } from '../types.ts'
import { fetchFile } from './downloads.ts'
import type { ImageWorks } from './image-works.ts'
import { createOpenedFiles } from './opened-files.ts'
import { createTransferRecords } from './records.ts'
import { createRetrying } from './retrying.ts'
import { sendFile } from './uploads.ts'

export type TransfersDeps = {
  readonly api: Api
  readonly clock: Pick<Clock, 'sleep'>
  readonly e2ee: Pick<typeof E2ee, 'createFileSealer' | 'createFileOpener' | 'sealedFileBytes'>
  readonly images: ImageWorks
  readonly log: Log
  readonly random: Pick<Random, 'float'>
  readonly vault: Vault
}

type Run = { readonly abort: AbortController; readonly ended: Promise<Result<unknown>> }
const NONE: Transfer = { kind: 'none' }
const HERE: Transfer = { kind: 'here' }

/** Encrypted files of conversations, up and down [K2]: see `FileTransfers`. */
export function createTransfers(deps: TransfersDeps): FileTransfers {
  const { api, log } = deps
  const records = createTransferRecords(deps.vault)
  const opened = createOpenedFiles(records)
  const states = new Map<MessageId, Transfer>()
  const runs = new Map<MessageId, Run>()
  const listeners = new Set<(conversationId: ConversationId, messageId: MessageId) => void>()

  function show(conversationId: ConversationId, messageId: MessageId, transfer: Transfer): void {
    if (transfer.kind === 'none') states.delete(messageId)
    else states.set(messageId, transfer)
    for (const listener of listeners) listener(conversationId, messageId)
  }

  /** One run per message; who asks again meanwhile waits for the same. Cancelled, it ends in FILE_GONE. */
  function start<T>(
    conversationId: ConversationId,
    messageId: MessageId,
    work: (signal: AbortSignal) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const going = runs.get(messageId)
    if (going) return going.ended as Promise<Result<T>>
    const abort = new AbortController()
    const settle = (transfer: Transfer) => {
      runs.delete(messageId)
      show(conversationId, messageId, abort.signal.aborted ? NONE : transfer)
    }
    const ended = outcomeOf(() => work(abort.signal), abort.signal).then(
      (outcome) => {
        settle(outcome.ok ? ending(messageId) : failure(outcome.code))
        return outcome
      },
      (error: unknown) => {
        settle({ kind: 'failed', code: 'SERVER_INTERNAL' })
        throw error
      },
    )
    runs.set(messageId, { abort, ended })
    return ended
  }

  const ending = (messageId: MessageId) => (opened.has(messageId) ? HERE : NONE)
  const retryingFor = (conversationId: ConversationId, messageId: MessageId) =>
    createRetrying(deps, (code) => show(conversationId, messageId, { kind: 'paused', code }))

  async function end(messageId: MessageId): Promise<void> {
    const run = runs.get(messageId)
    run?.abort.abort(new VisavisError('FILE_GONE'))
    await run?.ended.catch(() => undefined)
  }

  async function dropUnfinished(messageId: MessageId): Promise<void> {
    const upload = await records.upload(messageId)
    if (!upload || upload.state === 'done') return
    const fileId = await records.dropUpload(messageId)
    await opened.forget(messageId)
    // Best effort: the server forgets an unfinished file by itself.
    if (fileId !== undefined) void api.call('deleteFile', { params: { fileId } })
    show(upload.conversationId, messageId, NONE)
  }

  opened
    .load((conversationId, messageId) => show(conversationId, messageId, HERE))
    .catch((error: unknown) => {
      log.warn('files.kept-not-listed', { err: error })
    })

  return {
    send: (conversationId, messageId, file) =>
      start(conversationId, messageId, (signal) => {
        const run = {
          conversationId,
          messageId,
          signal,
          retrying: retryingFor(conversationId, messageId),
          progress: (doneBytes: number, totalBytes: number) =>
            show(conversationId, messageId, { kind: 'up', doneBytes, totalBytes }),
          prepared: (blob: Blob, about: Pick<FileDescriptor, 'isViewOnce' | 'mime' | 'role'>) =>
            opened.keep(conversationId, messageId, new Blob([blob], { type: about.mime }), about),
        }
        return sendFile({ ...deps, records }, run, file)
      }),

    async fetch(conversationId, messageId, file) {
      const known = runs.has(messageId) ? undefined : await opened.find(messageId)
      if (known) return { ok: true, value: known }
      return start(conversationId, messageId, async (signal) => {
        const run = {
          signal,
          retrying: retryingFor(conversationId, messageId),
          progress: (doneBytes: number, totalBytes: number) =>
            show(conversationId, messageId, { kind: 'down', doneBytes, totalBytes }),
        }
        const fetched = await fetchFile(deps, run, file)
        if (fetched.ok) await opened.keep(conversationId, messageId, fetched.value, file)
        return fetched
      })
    },

    async cancel(messageId) {
      await end(messageId)
      await dropUnfinished(messageId)
    },

    async forget(messageId) {
      await end(messageId)
      await opened.forget(messageId)
      await records.dropUpload(messageId)
      states.delete(messageId)
    },

    stateOf: (messageId) => states.get(messageId) ?? NONE,
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stop() {
      listeners.clear()
      for (const { abort } of runs.values()) abort.abort(new VisavisError('NETWORK_OFFLINE'))
    },
  }
}

/** What may succeed by itself is paused; the rest needs a person. */
function failure(code: Code): Transfer {
  return { kind: CODES[code].retry ? 'paused' : 'failed', code }
}

/** A vault that fails and an end from outside are outcomes; everything else is a bug. */
async function outcomeOf<T>(work: () => Promise<Result<T>>, signal: AbortSignal): Promise<Result<T>> {
  try {
    return await work()
  } catch (error) {
    const reason: unknown = signal.aborted ? signal.reason : error
    if (reason instanceof VisavisError) return fail(reason.code)
    throw error
  }
}
