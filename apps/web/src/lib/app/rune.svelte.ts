import { createSubscriber } from 'svelte/reactivity'
import type { Readable } from './observable.ts'

/** A view-model's value as a reactive `current`: subscribed only while something on screen reads it. */
export function fromReadable<T>(source: Readable<T>): { readonly current: T } {
  const track = createSubscriber((changed) => source.subscribe(changed))
  return {
    get current() {
      track()
      return source.get()
    },
  }
}
