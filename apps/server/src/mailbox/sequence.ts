import type { Clock } from '@visavis/ports'

/** Numbers one process may give out before it needs a new epoch; as milliseconds, a hundred days. */
const EPOCH_SPAN = 2 ** 33

/**
 * Sequence numbers per recipient device that count up for ever, without a write of their own: the high part is the
 * epoch, a number that storage gives out once per process start; the low part is the time since then, or one more than
 * the device's last. It survives restarts, clocks that are set back, and the deletion of every row, and shows nobody
 * how many messages others receive. A device may be forgotten once no number of the running millisecond is its.
 */
export type Sequence = {
  /** The next number of a device, or undefined until `ready` has resolved. */
  next(device: string): number | undefined
  /** Whether `next` gives numbers now. */
  isReady(): boolean
  /** Has an epoch, asking storage for one if need be. Rejects when storage is away; may be tried again. */
  ready(): Promise<void>
}

export function createSequence(deps: { clock: Clock; nextEpoch: () => Promise<number> }): Sequence {
  const { clock } = deps
  const DEVICES_MAX = 100_000
  let epoch: { base: number; startedAtMs: number } | undefined
  let asking: Promise<void> | undefined
  let lasts = new Map<string, number>()

  async function ask(): Promise<void> {
    try {
      const number = await deps.nextEpoch()
      epoch = { base: number * EPOCH_SPAN, startedAtMs: clock.monotonicMs() }
      lasts = new Map()
    } finally {
      asking = undefined
    }
  }

  function next(device: string): number | undefined {
    if (!epoch) return undefined
    const low = Math.max((lasts.get(device) ?? 0) + 1, Math.floor(clock.monotonicMs() - epoch.startedAtMs) + 1)
    if (low >= EPOCH_SPAN) {
      epoch = undefined
      return undefined
    }
    if (lasts.size >= DEVICES_MAX && !lasts.has(device)) forgetPast(low)
    lasts.set(device, low)
    return epoch.base + low
  }

  /** A device whose last number lies before the running time gets a higher one anyway. */
  function forgetPast(nowLow: number): void {
    for (const [device, last] of lasts) if (last < nowLow) lasts.delete(device)
  }

  return { next, isReady: () => epoch !== undefined, ready: async () => (epoch ? undefined : (asking ??= ask())) }
}
