import type { FileDescriptor } from '@visavis/e2ee'
import type * as E2ee from '@visavis/e2ee'
import { fail, FILE_PART_BYTES, FILE_PARTS_MAX, ok, type Result } from '@visavis/wire'
import type { Api } from '../../account/api.ts'
import type { Retrying } from './retrying.ts'
import { isWhatItSays, SNIFF_BYTES } from './sniff.ts'

export type DownloadDeps = {
  readonly api: Api
  readonly e2ee: Pick<typeof E2ee, 'createFileOpener' | 'sealedFileBytes'>
}

export type DownloadRun = {
  readonly signal: AbortSignal
  readonly retrying: Retrying
  progress(doneBytes: number, totalBytes: number): void
}

/**
 * Fetches a file part by part and opens it. Nothing is given before all of it was checked: length, key, root, and that
 * the bytes are of the type the message says. Errors: FILE_GONE; FILE_DAMAGED; NETWORK_OFFLINE. Rejects with the signal's
 * reason.
 */
export async function fetchFile(deps: DownloadDeps, run: DownloadRun, file: FileDescriptor): Promise<Result<Blob>> {
  const { api, e2ee } = deps
  const { retrying, signal } = run
  const params = { fileId: file.fileId }
  const found = await retrying(signal, () => api.call('getFile', { params }))
  if (!found.ok) return found
  const totalBytes = e2ee.sealedFileBytes(file.sizeBytes)
  const parts = Math.ceil(totalBytes / FILE_PART_BYTES)
  if (found.value.sizeBytes !== totalBytes || parts > FILE_PARTS_MAX) return fail('FILE_DAMAGED')
  if (!found.value.complete) return fail('FILE_GONE')
  const opener = await e2ee.createFileOpener(file)
  /** Of each part the plaintext; a browser may keep the bytes of a blob out of memory. */
  const plain: Blob[] = []
  run.progress(0, totalBytes)
  for (let part = 0; part < parts; part += 1) {
    const got = await retrying(signal, () => api.call('getFilePart', { params: { ...params, part: String(part) } }))
    if (!got.ok) return got
    const opened = await opener.add(got.value.bytes)
    if (!opened.ok) return fail('FILE_DAMAGED')
    plain.push(new Blob(opened.value as Uint8Array<ArrayBuffer>[]))
    run.progress(Math.min(totalBytes, (part + 1) * FILE_PART_BYTES), totalBytes)
  }
  const finished = await opener.finish()
  if (!finished.ok) return fail('FILE_DAMAGED')
  const whole = new Blob(plain, { type: file.mime })
  const head = new Uint8Array(await whole.slice(0, SNIFF_BYTES).arrayBuffer())
  return isWhatItSays(head, file) ? ok(whole) : fail('FILE_DAMAGED')
}
