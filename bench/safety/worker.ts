import { measureLoad, spin, type Load } from './workload.ts'

/** The worker, as in the app: one request, one answer. */
type Scope = {
  addEventListener(type: 'message', listen: (event: { readonly data: Load | 'spin' }) => void): void
  postMessage(answer: unknown, options: { readonly transfer: readonly never[] }): void
}
const scope = globalThis as unknown as Scope
scope.addEventListener('message', ({ data }) =>
  scope.postMessage(data === 'spin' ? spin() : measureLoad(data), { transfer: [] }),
)
