import { FILE_BYTES_MAX, type Code } from '@visavis/wire'
import type { Transfer } from '../messenger/types.ts'

/** Pictures that every browser draws and can be encoded anew. Drawings with scripts (SVG) are documents. */
const PHOTO_TYPES = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'])

export function roleOf(file: Pick<Blob, 'type'>): 'photo' | 'document' {
  return PHOTO_TYPES.has(file.type) ? 'photo' : 'document'
}

/** Why a file cannot be attached. */
export function refusalOf(file: Pick<Blob, 'size'>): Code | undefined {
  return file.size > FILE_BYTES_MAX ? 'FILE_TOO_LARGE' : undefined
}

const STEP = 1_000
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** A size as people read it: `812 byte`, `1.4 MB`. */
export function sizeText(bytes: number, locale?: string): string {
  let value = bytes
  let unit = 0
  while (value >= STEP && unit < UNITS.length - 1) {
    value /= STEP
    unit += 1
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[unit] ?? 'byte',
    maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
  }).format(value)
}

/** Share of a transfer that is done, 0 to 1; undefined when none is under way. */
export function progressOf(transfer: Transfer): number | undefined {
  if (transfer.kind !== 'up' && transfer.kind !== 'down') return undefined
  return transfer.totalBytes === 0 ? 0 : Math.min(1, transfer.doneBytes / transfer.totalBytes)
}
