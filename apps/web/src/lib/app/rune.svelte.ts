import { createSubscriber } from 'svelte/reactivity'
import type { Engine, EngineState } from '#lib/engine/types.ts'
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

/** The engine's state as a reactive `current`. */
export function fromEngine(engine: Engine): { readonly current: EngineState } {
  return fromReadable({ get: () => engine.snapshot(), subscribe: (listener) => engine.state.subscribe(listener) })
}
