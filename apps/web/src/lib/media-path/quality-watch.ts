import type { Clock } from '@visavis/ports'
import { qualityBetween, readStats, settleQuality, type Quality, type Reading } from './quality.ts'

export const QUALITY_EVERY_MS = 2_000

/**
 * Samples a connection's statistics and tells when the quality changes. Returns the end of it, after which `tell` is
 * not called, even if a reading was on its way.
 */
export function watchQuality(
  deps: { readonly clock: Clock; readonly read: () => Promise<RTCStatsReport> },
  tell: (quality: Quality) => void,
): () => void {
  let before: Reading | undefined
  let last: Quality | undefined
  let shown: Quality | undefined
  let ended = false

  async function sample(): Promise<void> {
    const report = await deps.read()
    if (ended) return
    const reading = readStats(report.values(), deps.clock.monotonicMs())
    const now = before && qualityBetween(before, reading)
    before = reading
    if (!now) return
    const settled = settleQuality(shown, last, now)
    last = now
    if (settled === shown) return
    shown = settled
    tell(settled)
  }

  // A connection that closes while it is being read rejects; there is nothing left to tell then.
  const stop = deps.clock.every(QUALITY_EVERY_MS, () => void sample().catch(() => undefined))
  return () => {
    ended = true
    stop()
  }
}
