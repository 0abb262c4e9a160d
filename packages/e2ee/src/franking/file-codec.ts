import type { ByteReader, ByteWriter } from '../byte-codec.ts'
import { HASH_BYTES, KEY_BYTES } from '../web-crypto.ts'
import * as limits from './limits.ts'
import type { FileDescriptor } from './types.ts'

/**
 * A file's descriptor as bytes (SPEC EF2). Format: file id | key | root | size u64 | mime | name | role u8 | flags u8 |
 * preview (u32 length) | duration u32 | width u32 | height u32, the last four only where their flag says so.
 */
const ROLES = ['photo', 'voice', 'document'] as const
const VIEW_ONCE = 1
const PREVIEW = 2
const DURATION = 4
const WIDTH = 8
const HEIGHT = 16
/** RFC 6838 section 4.2, lower case, without parameters. */
const MIME = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/
/** Controls have no business in one line, and marks that turn the direction round make names lie (`exe.gpj`). */
const CONTROLS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

export function hasControl(text: string): boolean {
  return text.search(CONTROLS) !== -1
}

/** Whatever a device calls a file, as a name that a descriptor takes; may become empty. */
export function safeFileName(name: string): string {
  const encoder = new TextEncoder()
  let safe = ''
  let left = limits.FILE_NAME_BYTES_MAX
  for (const char of name.replace(CONTROLS, '')) {
    left -= encoder.encode(char).byteLength
    if (left < 0) break
    safe += char
  }
  return safe
}

/** Whether a descriptor takes it; `application/octet-stream` fits everything. */
export function isMime(text: string): boolean {
  return text.length <= limits.MIME_BYTES_MAX && MIME.test(text)
}

/** @throws RangeError on a value outside its bounds */
export function writeFile(writer: ByteWriter, file: FileDescriptor): void {
  if (!isSound(file)) throw new RangeError('bad file descriptor')
  const { preview, durationMs, width, height } = file
  writer.text(file.fileId, limits.ID_BYTES_MAX).raw(file.key).raw(file.root).u64(file.sizeBytes)
  writer.text(file.mime, limits.MIME_BYTES_MAX).text(file.name, limits.FILE_NAME_BYTES_MAX)
  writer.u8(ROLES.indexOf(file.role))
  writer.u8(
    (file.isViewOnce ? VIEW_ONCE : 0) |
      (preview === undefined ? 0 : PREVIEW) |
      (durationMs === undefined ? 0 : DURATION) |
      (width === undefined ? 0 : WIDTH) |
      (height === undefined ? 0 : HEIGHT),
  )
  if (preview !== undefined) writer.v32(preview, limits.PREVIEW_BYTES_MAX)
  for (const number of [durationMs, width, height]) if (number !== undefined) writer.u32(number)
}

export function readFile(reader: ByteReader): FileDescriptor | undefined {
  const fileId = reader.text(limits.ID_BYTES_MAX)
  const key = reader.raw(KEY_BYTES)
  const root = reader.raw(HASH_BYTES)
  const sizeBytes = reader.u64()
  const mime = reader.text(limits.MIME_BYTES_MAX)
  const name = reader.text(limits.FILE_NAME_BYTES_MAX)
  const role = ROLES[reader.u8()]
  const flags = reader.u8()
  if (role === undefined || flags > (VIEW_ONCE | PREVIEW | DURATION | WIDTH | HEIGHT)) return undefined
  const file: FileDescriptor = {
    fileId,
    key,
    root,
    sizeBytes,
    mime,
    name,
    role,
    isViewOnce: (flags & VIEW_ONCE) !== 0,
    ...((flags & PREVIEW) === 0 ? {} : { preview: reader.v32(limits.PREVIEW_BYTES_MAX) }),
    ...((flags & DURATION) === 0 ? {} : { durationMs: reader.u32() }),
    ...((flags & WIDTH) === 0 ? {} : { width: reader.u32() }),
    ...((flags & HEIGHT) === 0 ? {} : { height: reader.u32() }),
  }
  return isSound(file) ? file : undefined
}

function isSound(file: FileDescriptor): boolean {
  const { fileId, key, root, sizeBytes, mime, name, preview, durationMs = 0, width = 1, height = 1 } = file
  const isSide = (pixels: number): boolean => pixels >= 1 && pixels <= limits.FILE_SIDE_PIXELS_MAX
  return (
    fileId !== '' &&
    !hasControl(fileId) &&
    key.byteLength === KEY_BYTES &&
    root.byteLength === HASH_BYTES &&
    sizeBytes <= limits.FILE_PLAIN_BYTES_MAX &&
    isMime(mime) &&
    !hasControl(name) &&
    (preview === undefined || (preview.byteLength > 0 && preview.byteLength <= limits.PREVIEW_BYTES_MAX)) &&
    durationMs <= limits.FILE_DURATION_MS_MAX &&
    isSide(width) &&
    isSide(height)
  )
}
