import type { FileDescriptor } from '@visavis/e2ee'

/**
 * What a file is, by its first bytes and never by its name: a closed set, of which nothing is a document that a browser
 * would run. The signatures are those of the WHATWG MIME Sniffing standard, section 6, and of the formats themselves.
 */

/** As many bytes as any signature needs. */
export const SNIFF_BYTES = 32
export const ANY_MIME = 'application/octet-stream'

type Role = FileDescriptor['role']
type Signature = { readonly at?: number; readonly bytes: string; readonly mime: string }

/** One character per byte. */
const SIGNATURES: readonly Signature[] = [
  { bytes: '\u00ff\u00d8\u00ff', mime: 'image/jpeg' },
  { bytes: '\u0089PNG\r\n\u001a\n', mime: 'image/png' },
  { bytes: 'GIF87a', mime: 'image/gif' },
  { bytes: 'GIF89a', mime: 'image/gif' },
  { at: 8, bytes: 'WEBPVP8', mime: 'image/webp' },
  { at: 8, bytes: 'WAVE', mime: 'audio/wav' },
  { at: 4, bytes: 'ftypavif', mime: 'image/avif' },
  { at: 4, bytes: 'ftypheic', mime: 'image/heic' },
  { at: 4, bytes: 'ftypheix', mime: 'image/heic' },
  { at: 4, bytes: 'ftypmif1', mime: 'image/heic' },
  { at: 4, bytes: 'ftypM4A ', mime: 'audio/mp4' },
  { at: 4, bytes: 'ftyp', mime: 'video/mp4' },
  { bytes: '\u001a\u0045\u00df\u00a3', mime: 'video/webm' },
  { bytes: 'OggS', mime: 'audio/ogg' },
  { bytes: 'ID3', mime: 'audio/mpeg' },
  { bytes: '\u00ff\u00fb', mime: 'audio/mpeg' },
  { bytes: 'fLaC', mime: 'audio/flac' },
  { bytes: '%PDF-', mime: 'application/pdf' },
  { bytes: 'PK\u0003\u0004', mime: 'application/zip' },
  { bytes: '\u001f\u008b', mime: 'application/gzip' },
]

/** The type, or `ANY_MIME` for everything else. Of a voice note, a container that may hold pictures holds sound. */
export function sniffMime(head: Uint8Array, role: Role): string {
  const text = String.fromCharCode(...head.subarray(0, SNIFF_BYTES))
  const found = SIGNATURES.find(({ at = 0, bytes }) => text.startsWith(bytes, at))?.mime ?? ANY_MIME
  return role === 'voice' && found.startsWith('video/') ? found.replace('video/', 'audio/') : found
}

/** What may be sent and shown as such a file. */
const OF_ROLE: Readonly<Record<Role, (mime: string) => boolean>> = {
  photo: (mime) => mime === 'image/jpeg' || mime === 'image/png' || mime === 'image/webp',
  voice: (mime) => mime.startsWith('audio/'),
  document: () => true,
}

/** Whether bytes that were received are what the message says. */
export function isWhatItSays(head: Uint8Array, { mime, role }: Pick<FileDescriptor, 'mime' | 'role'>): boolean {
  return fitsRole(mime, role) && (mime === ANY_MIME || sniffMime(head, role) === mime)
}

export function fitsRole(mime: string, role: Role): boolean {
  return OF_ROLE[role](mime)
}
