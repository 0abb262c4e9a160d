import { measureLoad, spin, type Load, type Timed } from './workload.ts'

/** What runs in the browser: the same work in a worker and on the thread of the page. */
type Work = {
  postMessage(request: Load | 'spin', options: { readonly transfer: readonly never[] }): void
  addEventListener(
    type: 'message',
    listen: (event: { readonly data: unknown }) => void,
    options: { readonly once: true },
  ): void
}
const { Worker } = globalThis as unknown as { readonly Worker: new (url: string) => Work }
const worker = new Worker('/worker.js')

function ask(request: Load | 'spin'): Promise<unknown> {
  return new Promise((resolve) => {
    worker.addEventListener('message', ({ data }) => resolve(data), { once: true })
    worker.postMessage(request, { transfer: [] })
  })
}

Object.assign(globalThis, {
  inWorker: (load: Load) => ask(load) as Promise<Timed>,
  onPage: (load: Load) => measureLoad(load),
  spins: async () => ({ page: spin(), worker: (await ask('spin')) as number }),
})
