import type { Clock } from '@visavis/ports'
import { createObservable, type Readable } from '../app/observable.ts'

export const UNDO_MS = 6_000

/** `words` say what is being done; `undo` is offered while it has not happened. */
export type Pending = { readonly words: string; readonly canUndo: boolean }

export type Undo = Readable<Pending | undefined> & {
  /** Does `work` after UNDO_MS unless it is undone. A second one makes the first happen at once. */
  later(words: string, work: () => void): void
  /** Says what has happened and cannot be undone here. */
  say(words: string): void
  undo(): void
  /** What is waiting happens now: when the screen is left. */
  flush(): void
}

export function createUndo(deps: { clock: Clock }): Undo {
  const state = createObservable<Pending | undefined>(undefined)
  let waiting: { work: () => void } | undefined
  let stopTimer = () => {}
  function end(): void {
    stopTimer()
    const ended = waiting
    waiting = undefined
    state.set(undefined)
    ended?.work()
  }
  function show(words: string, work: (() => void) | undefined): void {
    end()
    waiting = work ? { work } : undefined
    state.set({ words, canUndo: work !== undefined })
    stopTimer = deps.clock.after(UNDO_MS, end)
  }
  return {
    get: state.get,
    subscribe: state.subscribe,
    later: show,
    say: (words) => show(words, undefined),
    undo: () => {
      waiting = undefined
      end()
    },
    flush: end,
  }
}
