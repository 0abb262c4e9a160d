/**
 * The outcome of anything that reads bytes from a stranger; structurally a `Result` of `@visavis/wire`, which this
 * package may not import. One code for every cause of a failed opening: no oracle.
 */
export type E2eeCode = 'E2EE_OPEN_FAILED' | 'CALL_IDENTITY_MISMATCH'
export type E2eeFail = { readonly ok: false; readonly code: E2eeCode }
export type E2eeResult<T> = { readonly ok: true; readonly value: T } | E2eeFail

export function ok<T>(value: T): E2eeResult<T> {
  return { ok: true, value }
}

export const OPEN_FAILED: E2eeFail = { ok: false, code: 'E2EE_OPEN_FAILED' }
export const IDENTITY_MISMATCH: E2eeFail = { ok: false, code: 'CALL_IDENTITY_MISMATCH' }

/** A broken assumption of ours, never an outcome of what a stranger sent. The message names no value. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`e2ee: ${message}`)
}
