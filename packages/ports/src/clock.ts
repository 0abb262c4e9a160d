/**
 * Time, as a port. Only `main.ts` of an app makes the real one; tests use the fake of `@visavis/testkit`.
 * `nowMs` is wall-clock milliseconds since the Unix epoch and may jump; `monotonicMs` never goes back.
 */
export type Clock = {
  nowMs(): number
  monotonicMs(): number
  /** Resolves after `ms`; rejects with the signal's reason as soon as `signal` aborts. */
  sleep(ms: number, signal?: AbortSignalLike): Promise<void>
  /** Calls `work` every `everyMs` until the returned function is called. Overlap is the caller's affair. */
  every(everyMs: number, work: () => void): () => void
  /** Calls `work` once after `ms` unless the returned function is called first. */
  after(ms: number, work: () => void): () => void
}

/** The part of `AbortSignal` that pure code needs, so that no DOM or Node types are required. */
export type AbortSignalLike = {
  readonly aborted: boolean
  readonly reason?: unknown
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
