import { MINUTE, type Clock } from '@visavis/ports'
import { fail, SEEKS_PER_MINUTE_MAX, type AccountId, type Result } from '@visavis/wire'
import { createTokenBucket, type TokenBucket } from '../gateway/index.ts'

/** Buckets are forgotten this often, all at once: an account then has a fresh minute at most. */
const KEPT_MS = 10 * MINUTE

/** How often an account may seek, over all its devices [A11]. `take` returns the refusal, if any. */
export function createSeekLimits(clock: Clock): { take(account: AccountId): Result<never> | undefined } {
  const buckets = new Map<AccountId, TokenBucket>()
  let clearedAtMs = clock.monotonicMs()

  function bucketOf(account: AccountId, nowMs: number): TokenBucket {
    const known = buckets.get(account)
    if (known) return known
    const perSecond = SEEKS_PER_MINUTE_MAX / 60
    const bucket = createTokenBucket({ perSecond, burst: SEEKS_PER_MINUTE_MAX, nowMs })
    buckets.set(account, bucket)
    return bucket
  }

  return {
    take(account) {
      const nowMs = clock.monotonicMs()
      if (nowMs - clearedAtMs > KEPT_MS) {
        buckets.clear()
        clearedAtMs = nowMs
      }
      const waitMs = bucketOf(account, nowMs).take(nowMs)
      return waitMs > 0 ? fail('RATE_LIMITED', waitMs) : undefined
    },
  }
}
