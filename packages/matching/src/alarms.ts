import type { Seat } from './seat.ts'

/**
 * Who is to be looked at again when. Exact to the millisecond; a heap over distinct times with a bucket of people each,
 * so that a crowd that came together costs one heap step and not thousands.
 */
export type Alarms = {
  /** Replaces the alarm this seat had. Infinity means none. */
  set(seat: Seat, atMs: number): void
  /** Takes up to `max` people whose time has come, earliest first. */
  take(nowMs: number, max: number): Seat[]
  /** No alarm is due before this; Infinity when there is none. */
  earliestMs(): number
  /** People with an alarm set. */
  size(): number
}

export function createAlarms(): Alarms {
  const times: number[] = []
  const buckets = new Map<number, Set<Seat>>()

  function clear(seat: Seat): void {
    const bucket = buckets.get(seat.wakeAtMs)
    bucket?.delete(seat)
    if (bucket?.size === 0) buckets.delete(seat.wakeAtMs)
    seat.wakeAtMs = Number.POSITIVE_INFINITY
  }

  return {
    set(seat, atMs) {
      if (seat.wakeAtMs === atMs) return
      clear(seat)
      if (atMs === Number.POSITIVE_INFINITY) return
      seat.wakeAtMs = atMs
      const bucket = buckets.get(atMs)
      if (bucket !== undefined) {
        bucket.add(seat)
        return
      }
      buckets.set(atMs, new Set([seat]))
      pushTime(times, atMs)
    },
    take(nowMs, max) {
      const due: Seat[] = []
      for (;;) {
        const atMs = times[0]
        if (atMs === undefined || atMs > nowMs) return due
        for (const seat of buckets.get(atMs) ?? []) {
          if (due.length >= max) return due
          clear(seat)
          due.push(seat)
        }
        popTime(times)
      }
    },
    earliestMs: () => times[0] ?? Number.POSITIVE_INFINITY,
    size: () => [...buckets.values()].reduce((sum, bucket) => sum + bucket.size, 0),
  }
}

function pushTime(heap: number[], value: number): void {
  let i = heap.length
  heap.push(value)
  while (i > 0) {
    const parent = (i - 1) >> 1
    if ((heap[parent] as number) <= value) break
    heap[i] = heap[parent] as number
    i = parent
  }
  heap[i] = value
}

function popTime(heap: number[]): void {
  const value = heap.pop()
  if (value === undefined || heap.length === 0) return
  let i = 0
  for (;;) {
    let child = 2 * i + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child += 1
    if ((heap[child] as number) >= value) break
    heap[i] = heap[child] as number
    i = child
  }
  heap[i] = value
}
