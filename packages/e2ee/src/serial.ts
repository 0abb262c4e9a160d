/**
 * Runs asynchronous pieces of work one after the other, in the order they were handed in. A piece that fails does not
 * stop the next; its error goes to its own caller only.
 */
export function createSerial(): <T>(work: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = tail.then(work)
    tail = result.catch(() => undefined)
    return result
  }
}
