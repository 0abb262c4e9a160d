import { SECOND, type Log } from '@visavis/ports'

/**
 * Why a delivery came to nothing, and rightly: it was sealed before this device was in the group, it is a step that is
 * already behind the group, or its conversation is in no list any more. Nobody is shown these; they are counted, because
 * a server that sends many of them is broken.
 */
export type DropReason = 'before-joining' | 'old-step' | 'no-conversation'

const TELL_AFTER_MS = 5 * SECOND

/** Counts, and says how many there were a while after the first one. */
export function createDropCounter(deps: {
  readonly log: Log
  readonly after: (ms: number, work: () => void) => unknown
}): (reason: DropReason) => void {
  const counts = new Map<DropReason, number>()
  function tell(reason: DropReason): void {
    deps.log.info('messages.dropped', { reason, count: counts.get(reason) ?? 0 })
    counts.delete(reason)
  }
  return (reason) => {
    const count = (counts.get(reason) ?? 0) + 1
    counts.set(reason, count)
    if (count === 1) deps.after(TELL_AFTER_MS, () => tell(reason))
  }
}
