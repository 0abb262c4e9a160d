import { SECOND, type Clock, type Log } from '@visavis/ports'
import type { DeviceId } from '@visavis/wire'
import type { EraseRange } from './store.ts'

const RETRY_MS = SECOND

/**
 * Erases in batches, one at a time, that begin at least `spacingMs` apart; ranges of one device that wait are joined, and a
 * failed batch waits with them.
 */
export function createEraser(deps: {
  clock: Clock
  log: Log
  erase: (ranges: readonly EraseRange[]) => Promise<void>
  defer: (work: () => void) => void
  spacingMs: number
}) {
  const { clock, spacingMs } = deps
  let waiting = new Map<DeviceId, EraseRange>()
  let busy = false
  let startedAtMs = Number.NEGATIVE_INFINITY

  function add(range: EraseRange): void {
    const known = waiting.get(range.device)
    waiting.set(range.device, known ? join(known, range) : range)
    if (busy) return
    busy = true
    schedule()
  }

  function schedule(): void {
    const waitMs = startedAtMs + spacingMs - clock.monotonicMs()
    if (waitMs > 0) clock.after(waitMs, () => void run())
    else deps.defer(() => void run())
  }

  async function run(): Promise<void> {
    const batch = waiting
    waiting = new Map()
    startedAtMs = clock.monotonicMs()
    try {
      await deps.erase([...batch.values()])
    } catch (error) {
      deps.log.warn('mailbox.erase-failed', { count: batch.size, err: error })
      for (const range of batch.values()) {
        const known = waiting.get(range.device)
        waiting.set(range.device, known ? join(known, range) : range)
      }
      clock.after(RETRY_MS, () => void run())
      return
    }
    if (waiting.size > 0) schedule()
    else busy = false
  }

  return { add }
}

function join(a: EraseRange, b: EraseRange): EraseRange {
  return {
    device: a.device,
    afterSeq: Math.min(a.afterSeq, b.afterSeq),
    uptoSeq: Math.max(a.uptoSeq, b.uptoSeq),
  }
}
