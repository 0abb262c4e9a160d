/**
 * The outcome of anything that reads bytes from elsewhere; structurally a `Result` of `@visavis/wire`, which this package
 * may not import. The client shows a refused pack as "the rules could not be updated", whatever the code.
 */
export type SafetyCode = 'SAFETY_PACK_SIGNATURE' | 'SAFETY_PACK_MALFORMED' | 'SAFETY_STATE_MALFORMED'
export type SafetyResult<T> = { readonly ok: true; readonly value: T } | SafetyFail
/** `where` names a rule or a field of the pack, never text of a person. */
export type SafetyFail = { readonly ok: false; readonly code: SafetyCode; readonly where: string }

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

export function fail(code: SafetyCode, where: string): SafetyFail {
  return { ok: false, code, where }
}

/** A broken assumption of ours, never an outcome of what somebody wrote. The message names no value. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`safety: ${message}`)
}
