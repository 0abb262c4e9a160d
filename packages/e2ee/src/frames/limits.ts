/** Every bound of committed key frames and of reports of them; SPEC.md gives the reasons. Inclusive; units stand last. */

/** A key frame of 720p in its best quality has about 100 KiB. A larger one counts as not committed. */
export const KEY_FRAME_BYTES_MAX = 256 * 1024
export const KEY_FRAME_SIDE_PIXELS_MAX = 4_096
export const FRAME_COUNT_MAX = 0xffff_ffff

export const REPORT_FRAMES_MAX = 8
export const REPORT_STILLS_MAX = 2
export const REPORT_STILL_BYTES_MAX = 100 * 1024
export const REPORT_NOTES_BYTES_MAX = 16 * 1024
/** Of all frames and stills of a report together: with the notes they stay below what may be sealed (EF10). */
export const REPORT_PICTURES_BYTES_MAX = 1_000_000
