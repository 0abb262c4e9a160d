import { createByteReader, createByteWriter } from './byte-codec.ts'
import { CLOCK_SKEW_MS_MAX, KEY_PACKAGE_LIFETIME_MS } from './limits.ts'

/**
 * Who a leaf says it is: nobody in particular. A pseudonym is random, belongs to one match only, and carries the time
 * it was made, rounded down to the minute so that it does not single a device out. The leaf's signature covers it, so
 * this age is as good as the lifetime of MLS - but it is checked against the time the caller passes, where the library
 * reads the device's clock (SPEC ER4).
 *
 * Format: version u8 = 1 | 16 random bytes | made at, ms, u64.
 */
const VERSION = 1
const RANDOM_BYTES = 16
const MINUTE_MS = 60_000

export function encodePseudonym(random: Uint8Array, nowMs: number): Uint8Array {
  const madeAtMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS
  return createByteWriter().u8(VERSION).raw(random.subarray(0, RANDOM_BYTES)).u64(madeAtMs).bytes()
}

export const PSEUDONYM_RANDOM_BYTES = RANDOM_BYTES

/** Whether these bytes are a well-formed pseudonym that is neither expired nor from the future at `nowMs`. */
export function isCurrentPseudonym(bytes: Uint8Array, nowMs: number): boolean {
  const reader = createByteReader(bytes)
  const version = reader.u8()
  reader.raw(RANDOM_BYTES)
  const madeAtMs = reader.u64()
  if (!reader.end() || version !== VERSION || madeAtMs % MINUTE_MS !== 0) return false
  return madeAtMs <= nowMs + CLOCK_SKEW_MS_MAX && nowMs <= madeAtMs + KEY_PACKAGE_LIFETIME_MS
}
