import type { Clock } from '@visavis/ports'
import { createObservable, type Readable } from '../app/observable.ts'

export const UNDO_MS = 6_000

/** `words` say what is being done; `undo` is offered while it has not happened. */
export type Pending = { readonly words: string; readonly canUndo: boolean }

export type Undo = Readable<Pending | undefined> & {
  /** Does `work` after UNDO_MS unless it is undone. A second one makes the first happen at once. */
  later(words: string, work: () => void): void
  /** Says what has happened, with a way back while it is said. */
  offer(words: string, back: () => void): void
  /** Says what has happened and cannot be undone here. */
  say(words: string): void
  undo(): void
  /** What is waiting happens now: when the screen is left. */
  flush(): void
}

export function createUndo(deps: { clock: Clock }): Undo {
  const state = createObservable<Pending | undefined>(undefined)
  let waiting: { work?: () => void; back?: () => void } = {}
  let stopTimer = () => {}
  function end(): void {
    stopTimer()
    const { work } = waiting
    waiting = {}
    state.set(undefined)
    work?.()
  }
  function show(words: string, next: typeof waiting): void {
    end()
    waiting = next
    state.set({ words, canUndo: next.work !== undefined || next.back !== undefined })
    stopTimer = deps.clock.after(UNDO_MS, end)
  }
  return {
    get: state.get,
    subscribe: state.subscribe,
    later: (words, work) => show(words, { work }),
    offer: (words, back) => show(words, { back }),
    say: (words) => show(words, {}),
    undo: () => {
      const { back } = waiting
      waiting = {}
      end()
      back?.()
    },
    flush: end,
  }
}
