import type { Clock } from '@visavis/ports'

/**
 * Group commit: the first item starts a write at once, those that come meanwhile form the next one. So a lone message
 * waits for nobody, and a busy server pays one disk flush for many (measured: batches of 40 to 130 under load; a fixed
 * tick would cost every quiet message its length).
 *
 * With `spacing`, writes begin at least that far apart unless a batch is full: a statement and its flush cost as much as
 * dozens of rows, so a steady trickle pays for few of them. A message that comes after a pause still waits for nobody.
 *
 * At most one write is on the way, so items are written in the order they were added. A failed write fails its items
 * only. `add` throws nothing; its promise rejects with the error of the write.
 */
export type GroupCommit<T, R> = {
  readonly add: (item: T) => Promise<R>
  /** Items not yet written. */
  waiting(): number
}

export function createGroupCommit<T, R>(options: {
  /** Writes a batch; returns one outcome per item, in the same order. */
  write: (batch: readonly T[]) => Promise<readonly R[]>
  batchMax: number
  /** Runs work after the events at hand, so that what arrived in one turn shares a write. */
  defer: (work: () => void) => void
  spacing?: { readonly ms: number; readonly clock: Pick<Clock, 'monotonicMs' | 'after'> }
}): GroupCommit<T, R> {
  type Entry = { item: T; resolve: (outcome: R) => void; reject: (error: unknown) => void }
  let queue: Entry[] = []
  let state: 'idle' | 'waiting' | 'scheduled' | 'writing' = 'idle'
  let startedAtMs = Number.NEGATIVE_INFINITY
  let cancelWait = (): void => undefined

  function schedule(): void {
    const { spacing, batchMax } = options
    const waitMs = spacing ? startedAtMs + spacing.ms - spacing.clock.monotonicMs() : 0
    if (!spacing || waitMs <= 0 || queue.length >= batchMax) {
      state = 'scheduled'
      options.defer(() => void writeNext())
      return
    }
    state = 'waiting'
    cancelWait = spacing.clock.after(waitMs, () => void writeNext())
  }

  function full(): boolean {
    if (state !== 'waiting' || queue.length < options.batchMax) return false
    cancelWait()
    return true
  }

  async function writeNext(): Promise<void> {
    state = 'writing'
    startedAtMs = options.spacing?.clock.monotonicMs() ?? 0
    const batch = queue.splice(0, options.batchMax)
    try {
      const outcomes = await options.write(batch.map((entry) => entry.item))
      batch.forEach((entry, index) => entry.resolve(outcomes[index] as R))
    } catch (error) {
      for (const entry of batch) entry.reject(error)
    }
    if (queue.length > 0) schedule()
    else state = 'idle'
  }

  return {
    add: (item) =>
      new Promise<R>((resolve, reject) => {
        queue.push({ item, resolve, reject })
        if (state === 'idle' || full()) schedule()
      }),
    waiting: () => queue.length,
  }
}
