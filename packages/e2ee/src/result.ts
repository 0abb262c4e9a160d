/**
 * The outcome of anything that reads bytes from a stranger; structurally a `Result` of `@visavis/wire`, which this
 * package may not import. One code for every cause of a failed opening: no oracle.
 */
export type E2eeCode = 'E2EE_OPEN_FAILED' | 'CALL_IDENTITY_MISMATCH'
/** `E2EE_EPOCH_AHEAD` never leaves the device: it says to wait for a commit. */
export type GroupCode = E2eeCode | 'E2EE_EPOCH_AHEAD'
export type E2eeFail<C extends GroupCode = E2eeCode> = { readonly ok: false; readonly code: C }
export type E2eeResult<T, C extends GroupCode = E2eeCode> = { readonly ok: true; readonly value: T } | E2eeFail<C>

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

export const OPEN_FAILED: E2eeFail = { ok: false, code: 'E2EE_OPEN_FAILED' }
export const IDENTITY_MISMATCH: E2eeFail = { ok: false, code: 'CALL_IDENTITY_MISMATCH' }

/** A broken assumption of ours, never an outcome of what a stranger sent. The message names no value. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`e2ee: ${message}`)
}
