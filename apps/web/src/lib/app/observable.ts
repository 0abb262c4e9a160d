/** A value that tells its listeners when it was replaced. Values are immutable; the same value again tells nobody. */
export type Readable<T> = {
  readonly get: () => T
  /** Calls `listener` after every change, not at once; returns the way out. */
  readonly subscribe: (listener: (value: T) => void) => () => void
}
export type Observable<T> = Readable<T> & {
  readonly set: (value: T) => void
  readonly update: (change: (value: T) => T) => void
}

export function createObservable<T>(initial: T): Observable<T> {
  let value = initial
  const listeners = new Set<(value: T) => void>()
  function set(next: T): void {
    if (Object.is(next, value)) return
    value = next
    // A listener that leaves or joins meanwhile is honoured: a set may change while it is walked.
    for (const listener of listeners) listener(next)
  }
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}
