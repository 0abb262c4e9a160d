import type { Clock } from '@visavis/ports'

/**
 * The server's wall clock as far as a client knows it: what the server said, carried on by the monotonic clock. A wrong
 * or changed local clock therefore moves no lifetime and no time shown. Half a round trip of error does not matter here.
 */
export type ServerClock = {
  set(serverMs: number): void
  /** A later word; only ever moves forward, for it may have waited in a buffer on the way. */
  told(serverMs: number): void
  /** Local wall clock until the server has said something. */
  nowMs(): number
}

export function createServerClock(clock: Clock): ServerClock {
  let base: { serverMs: number; monotonicMs: number } | undefined
  const nowMs = () =>
    base ? base.serverMs + Math.round(clock.monotonicMs() - base.monotonicMs) : Math.trunc(clock.nowMs())
  const set = (serverMs: number) => void (base = { serverMs, monotonicMs: clock.monotonicMs() })
  return {
    set,
    told: (serverMs) => base !== undefined && serverMs > nowMs() && set(serverMs),
    nowMs,
  }
}
