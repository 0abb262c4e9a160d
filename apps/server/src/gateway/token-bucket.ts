/**
 * A token bucket: `burst` at once, `perSecond` lastingly. `take` returns 0 when a token was there, otherwise the
 * milliseconds until the next one. Time is monotonic milliseconds given by the caller.
 */
export type TokenBucket = { take(nowMs: number): number }

export function createTokenBucket(options: { perSecond: number; burst: number; nowMs: number }): TokenBucket {
  const { perSecond, burst } = options
  let tokens = burst
  let filledAtMs = options.nowMs
  return {
    take(nowMs) {
      tokens = Math.min(burst, tokens + ((nowMs - filledAtMs) / 1_000) * perSecond)
      filledAtMs = nowMs
      if (tokens >= 1) {
        tokens -= 1
        return 0
      }
      return Math.ceil(((1 - tokens) / perSecond) * 1_000)
    },
  }
}
