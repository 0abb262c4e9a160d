import type { Clock } from '@visavis/ports'
import type { CallId, Code } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import { createUndo, type Pending } from '../chat/undo.ts'
import type { CapsuleList, Capsules } from './capsules.ts'

export type KeptState = {
  /** Undefined while it is read. */
  readonly list: CapsuleList | undefined
  /** Why the last one could not be shredded. */
  readonly shredCode?: Code
}

export type KeptModel = Readable<KeptState> & {
  /** What is about to be shredded, while it can be undone. */
  readonly pending: Readable<Pending | undefined>
  load(): Promise<void>
  /** Out of sight at once, and out of the vault as soon as it cannot be undone any more. */
  shred(callId: CallId, words: string): void
  undo(): void
  /** The page is left: what was to be shredded is shredded now. */
  close(): void
}

/** The list of kept evidence. */
export function createKeptModel(deps: {
  readonly clock: Clock
  readonly capsules: Pick<Capsules, 'list' | 'shred'>
}): KeptModel {
  const state = createObservable<KeptState>({ list: undefined })
  const undo = createUndo(deps)
  const hidden = new Set<CallId>()

  async function load(): Promise<void> {
    // An error is not shown again while it is tried again; a list stays until there is another.
    if (state.get().list?.code) state.set({ list: undefined })
    const list = await deps.capsules.list()
    state.set({ list: { ...list, items: list.items.filter(({ callId }) => !hidden.has(callId)) } })
  }

  async function shredNow(callId: CallId): Promise<void> {
    const shredded = await deps.capsules.shred(callId)
    hidden.delete(callId)
    await load()
    if (!shredded.ok) state.update((now) => ({ ...now, shredCode: shredded.code }))
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    pending: undo,
    load,
    shred(callId, words) {
      undo.later(words, () => void shredNow(callId))
      hidden.add(callId)
      void load()
    },
    undo() {
      undo.undo()
      hidden.clear()
      void load()
    },
    close: () => undo.flush(),
  }
}
