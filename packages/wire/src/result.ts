import type { Code } from './codes.ts'

/**
 * The outcome of anything that reads bytes or wishes from a stranger. TypeScript cannot check throws, so such code
 * returns, and the caller has to look. `code` is what the peer may be told; details never cross the wire.
 */
export type Result<T, C extends Code = Code> = Ok<T> | Fail<C>
export type Ok<T> = { readonly ok: true; readonly value: T }
export type Fail<C extends Code = Code> = { readonly ok: false; readonly code: C; readonly retryAfterMs?: number }

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value }
}

export function fail<C extends Code>(code: C, retryAfterMs?: number): Fail<C> {
  return retryAfterMs === undefined ? { ok: false, code } : { ok: false, code, retryAfterMs }
}

/** Boundary error: the one class that is thrown across an edge (HTTP handler, socket) on purpose. */
export class VisavisError extends Error {
  override readonly name = 'VisavisError'
  readonly code: Code
  readonly retryAfterMs: number | undefined
  constructor(code: Code, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryAfterMs = options.retryAfterMs
  }
}
