import { createFranked } from './workload.ts'

/** The messenger's worker as far as crypto goes: seals and opens a message whenever the page says so. */
type Order = { readonly n: number; readonly text: string }
const scope = globalThis as unknown as EventTarget & {
  postMessage(message: Order, transfer: readonly object[]): void
}
const trip = createFranked()
let last: Promise<void> = Promise.resolve()
scope.addEventListener('message', (event) => {
  const { data } = event as unknown as { readonly data: Order }
  last = last.then(async () => {
    await (
      await trip
    )()
    scope.postMessage(data, [])
  })
})
