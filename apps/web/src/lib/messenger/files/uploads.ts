import type { FileDescriptor } from '@visavis/e2ee'
import type * as E2ee from '@visavis/e2ee'
import { fail, FILE_PART_BYTES, ok, type ConversationId, type FileId, type MessageId, type Result } from '@visavis/wire'
import type { Api } from '../../account/api.ts'
import type { NewFile } from '../types.ts'
import type { ImageWorks } from './image-works.ts'
import { prepareFile, type PreparedFile } from './prepare.ts'
import type { TransferRecords, Upload } from './records.ts'
import type { Retrying } from './retrying.ts'

/** An upload under way: what hears of it and what ends it. */
export type UploadRun = {
  readonly conversationId: ConversationId
  readonly messageId: MessageId
  readonly signal: AbortSignal
  readonly retrying: Retrying
  progress(doneBytes: number, totalBytes: number): void
  /** The file as it is sent. */
  prepared(blob: Blob, file: PreparedFile['about']): Promise<void>
}

export type UploadDeps = {
  readonly api: Api
  readonly e2ee: Pick<typeof E2ee, 'createFileSealer'>
  readonly images: ImageWorks
  readonly records: TransferRecords
}

type Sealed = Upload & { readonly file: FileDescriptor }

/**
 * Seals the whole file first, part by part into the vault, and uploads it from there: so an upload goes on after a reload
 * with the very same bytes, and no key ever seals two of them. Errors: as `FileTransfers.send`. Rejects when the vault
 * fails, and with the signal's reason.
 */
export async function sendFile(
  deps: UploadDeps,
  run: UploadRun,
  file: NewFile | undefined,
): Promise<Result<FileDescriptor>> {
  const known = await deps.records.upload(run.messageId)
  if (known?.state === 'done' && known.file) return ok(known.file)
  const sealed = known?.state === 'sealed' ? ok(known as Sealed) : await seal(deps, run, file)
  return sealed.ok ? upload(deps, run, sealed.value) : sealed
}

async function seal(deps: UploadDeps, run: UploadRun, file: NewFile | undefined): Promise<Result<Sealed>> {
  const { records } = deps
  const { conversationId, messageId } = run
  // What a reload left half sealed is of no use: the rest of the source is gone, and its key must not seal another.
  await records.dropUpload(messageId)
  if (!file) return fail('FILE_GONE')
  const prepared = await prepareFile(deps.images, file)
  if (!prepared.ok) return prepared
  const { about, blob } = prepared.value
  const sealer = await deps.e2ee.createFileSealer({ sizeBytes: blob.size })
  const { key, sealedBytes } = sealer
  const parts = Math.ceil(sealedBytes / FILE_PART_BYTES)
  const record = { conversationId, parts, sealedBytes }
  await records.saveUpload(messageId, { ...record, state: 'sealing' })
  await run.prepared(blob, about)
  if (!(await sealParts(deps, run, blob, sealer))) {
    await records.dropUpload(messageId)
    return fail('FILE_GONE')
  }
  const { root } = await sealer.finish()
  const sealed = { ...record, state: 'sealed', file: { ...about, fileId: '', key, root } } as const
  await records.saveUpload(messageId, sealed)
  return ok(sealed)
}

/** False when the source cannot be read to its end: deleted, or changed while it was read. */
async function sealParts(
  { records }: UploadDeps,
  { messageId, signal }: UploadRun,
  blob: Blob,
  sealer: E2ee.FileSealer,
): Promise<boolean> {
  const part = new Uint8Array(Math.min(FILE_PART_BYTES, sealer.sealedBytes))
  let have = 0
  let number = 0
  const add = async (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.byteLength;) {
      const taken = bytes.subarray(at, at + part.byteLength - have)
      part.set(taken, have)
      have += taken.byteLength
      at += taken.byteLength
      if (have < part.byteLength) break
      await flush()
    }
  }
  const flush = async () => {
    await records.savePart(messageId, number, part.slice(0, have))
    number += 1
    have = 0
  }
  await add(sealer.header)
  for (let index = 0; index < sealer.chunks; index += 1) {
    signal.throwIfAborted()
    const plain = await read(blob, index * CHUNK_BYTES)
    if (!plain) return false
    await add(await sealer.sealChunk(plain))
  }
  if (have > 0) await flush()
  return true
}

/** Of plaintext in one chunk: e2ee SPEC EF16. */
const CHUNK_BYTES = 64 * 1024

async function read(blob: Blob, from: number): Promise<Uint8Array | undefined> {
  const piece = blob.slice(from, from + CHUNK_BYTES)
  try {
    const bytes = new Uint8Array(await piece.arrayBuffer())
    return bytes.byteLength === piece.size ? bytes : undefined
  } catch {
    return undefined
  }
}

/** A file that the server has forgotten meanwhile is announced anew, once. */
async function upload(deps: UploadDeps, run: UploadRun, sealed: Sealed): Promise<Result<FileDescriptor>> {
  const first = await uploadTo(deps, run, sealed)
  if (first.ok || first.code !== 'FILE_GONE' || sealed.file.fileId === '') return first
  return uploadTo(deps, run, { ...sealed, file: { ...sealed.file, fileId: '' } })
}

async function uploadTo(deps: UploadDeps, run: UploadRun, sealed: Sealed): Promise<Result<FileDescriptor>> {
  const { api, records } = deps
  const { messageId, retrying, signal } = run
  const { parts, sealedBytes } = sealed
  const place = sealed.file.fileId === '' ? await announce(deps, run, sealed) : await resume(deps, run, sealed)
  if (!place.ok) return place
  const { fileId, missing } = place.value
  const lengthOf = (part: number) => (part < parts - 1 ? FILE_PART_BYTES : sealedBytes - (parts - 1) * FILE_PART_BYTES)
  let doneBytes = sealedBytes - missing.reduce((sum, part) => sum + lengthOf(part), 0)
  run.progress(doneBytes, sealedBytes)
  for (const part of missing) {
    const body = await records.part(messageId, part)
    if (!body) return fail('FILE_GONE')
    const put = await retrying(signal, () => api.call('putFilePart', { params: { fileId, part: String(part) }, body }))
    if (!put.ok) return put
    doneBytes += body.byteLength
    run.progress(doneBytes, sealedBytes)
  }
  const file = { ...sealed.file, fileId }
  await records.finishUpload(messageId, { ...sealed, file })
  return ok(file)
}

type Place = { readonly fileId: FileId; readonly missing: readonly number[] }

async function announce({ api, records }: UploadDeps, run: UploadRun, sealed: Sealed): Promise<Result<Place>> {
  const { conversationId, messageId } = run
  const { parts, sealedBytes } = sealed
  const body = { conversationId, sizeBytes: sealedBytes }
  const made = await run.retrying(run.signal, () => api.call('createFile', { body }))
  if (!made.ok) return made
  if (made.value.parts !== parts) return fail('SERVER_INTERNAL')
  const { fileId } = made.value
  await records.saveUpload(messageId, { ...sealed, file: { ...sealed.file, fileId } })
  return ok({ fileId, missing: Array.from({ length: parts }, (_, part) => part) })
}

async function resume({ api }: UploadDeps, run: UploadRun, { file, parts }: Sealed): Promise<Result<Place>> {
  const fileId = file.fileId as FileId
  const found = await run.retrying(run.signal, () => api.call('getFile', { params: { fileId } }))
  if (!found.ok) return found
  return ok({ fileId, missing: found.value.missing.filter((part) => part < parts) })
}
