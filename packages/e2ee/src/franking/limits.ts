import { TEXT_BYTES_MAX } from '../limits.ts'

/** Every bound of franked messages, files and codes; SPEC.md gives the reasons. Inclusive; units stand last. */
export const ID_BYTES_MAX = 64
/** `conversationId/generation`: an id, a stroke and a safe integer. */
export const GROUP_NAME_BYTES_MAX = ID_BYTES_MAX + 1 + 16

export const EMOJI_BYTES_MAX = 32
/** Code points, each of at most four bytes. */
export const TITLE_CHARS_MAX = 80
export const CAPTION_BYTES_MAX = 1024
export const PREVIEW_BYTES_MAX = 12 * 1024
export const MIME_BYTES_MAX = 100
export const FILE_NAME_BYTES_MAX = 255
export const FILE_PLAIN_BYTES_MAX = 100 * 1024 * 1024
export const FILE_DURATION_MS_MAX = 24 * 60 * 60_000
export const FILE_SIDE_PIXELS_MAX = 65_535
export const TIMER_SECONDS_MAX = 30 * 24 * 60 * 60

/** The longest content is a text or a file with preview, name and caption. */
export const CONTENT_BYTES_MAX = TEXT_BYTES_MAX + 64
export const BODY_BYTES_MAX = CONTENT_BYTES_MAX + 256

export const REPORT_ENTRIES_MAX = 40
export const SEALED_REPORT_BYTES_MAX = 1024 * 1024
/** How long a message stays reportable: as long as anybody may keep it. */
export const REPORT_WINDOW_MS = 30 * 24 * 60 * 60_000
export const STAMP_BYTES = 32

export const LINK_CONTACTS_MAX = 500
export const LINK_SEALED_BYTES_MAX = 64 * 1024
