import { FILE_PLAIN_BYTES_MAX, PREVIEW_BYTES_MAX, safeFileName, type FileDescriptor } from '@visavis/e2ee'
import { fail, ok, type Result } from '@visavis/wire'
import type { NewFile } from '../types.ts'
import { hasNotes, type ImageWorks } from './image-works.ts'
import { fitsRole, SNIFF_BYTES, sniffMime } from './sniff.ts'

/** A file as it is going to be sealed, and what the message says of it beside key, root and id. */
export type PreparedFile = {
  readonly blob: Blob
  readonly about: Omit<FileDescriptor, 'fileId' | 'key' | 'root'>
}

/**
 * Checks what somebody wants to send and makes it fit to be sent: a photo is drawn anew, which leaves its notes behind;
 * anything else goes as it is. Errors: FILE_TOO_LARGE; FILE_DAMAGED for what is not what it is sent as; FILE_GONE when
 * it cannot be read any more.
 */
export async function prepareFile(images: ImageWorks, file: NewFile): Promise<Result<PreparedFile>> {
  if (file.blob.size > FILE_PLAIN_BYTES_MAX) return fail('FILE_TOO_LARGE')
  const mime = await mimeOf(file.blob, file.role)
  if (mime === undefined) return fail('FILE_GONE')
  if (file.role === 'photo') return mime.startsWith('image/') ? preparePhoto(images, file) : fail('FILE_DAMAGED')
  if (!fitsRole(mime, file.role)) return fail('FILE_DAMAGED')
  const { blob, durationMs, isViewOnce, role, waveform } = file
  const isShown = waveform !== undefined && waveform.byteLength > 0 && waveform.byteLength <= PREVIEW_BYTES_MAX
  return ok({
    blob,
    about: {
      sizeBytes: blob.size,
      mime,
      name: role === 'document' ? safeFileName(file.name) : '',
      role,
      isViewOnce,
      ...(isShown && { preview: waveform }),
      ...(durationMs !== undefined && { durationMs: Math.max(0, Math.round(durationMs)) }),
    },
  })
}

async function preparePhoto(images: ImageWorks, file: NewFile): Promise<Result<PreparedFile>> {
  const made = await images.prepare(file.blob)
  if (!made) return fail('FILE_DAMAGED')
  const { blob, height, preview, width } = made
  if (blob.size > FILE_PLAIN_BYTES_MAX) return fail('FILE_TOO_LARGE')
  const bytes = new Uint8Array(await blob.arrayBuffer())
  const mime = sniffMime(bytes, 'photo')
  const isClean = fitsRole(mime, 'photo') && !hasNotes(bytes, mime) && !hasNotes(preview, 'image/jpeg')
  if (!isClean || preview.byteLength > PREVIEW_BYTES_MAX) return fail('FILE_DAMAGED')
  // Names that cameras give tell times and places.
  const name = `photo.${mime.slice('image/'.length)}`
  const { isViewOnce, role } = file
  return ok({ blob, about: { sizeBytes: blob.size, mime, name, role, isViewOnce, preview, width, height } })
}

async function mimeOf(blob: Blob, role: FileDescriptor['role']): Promise<string | undefined> {
  try {
    return sniffMime(new Uint8Array(await blob.slice(0, SNIFF_BYTES).arrayBuffer()), role)
  } catch {
    return undefined
  }
}
