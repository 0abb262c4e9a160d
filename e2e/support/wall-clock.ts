import type { SpliceRelayDeps } from '../../apps/server/src/relay/index.ts'

/** Real time, for parts of the server that run outside of it. */
export const wallClock: SpliceRelayDeps['clock'] = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
  every(everyMs, work) {
    const timer = setInterval(work, everyMs)
    return () => clearInterval(timer)
  },
  after(ms, work) {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
}
