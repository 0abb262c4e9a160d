import type { Clock } from '@visavis/ports'
import { createObservable, type Readable } from '../app/observable.ts'
import type { SearchHit } from '../messenger/search-types.ts'
import type { Messenger } from '../messenger/types.ts'

export const SEARCH_AFTER_MS = 150

export type SearchState = {
  readonly words: string
  /** Undefined while there is nothing to search for, or no answer yet. */
  readonly hits: readonly SearchHit[] | undefined
}

export type SearchModel = Readable<SearchState> & { seek(words: string): void; clear(): void }

/** Search in the messages kept on this device, a moment after the last key; a late answer to old words is dropped. */
export function createSearchModel(deps: { messenger: Pick<Messenger, 'search'>; clock: Clock }): SearchModel {
  const state = createObservable<SearchState>({ words: '', hits: undefined })
  let stopTimer = () => {}
  async function search(words: string): Promise<void> {
    const hits = await deps.messenger.search(words)
    if (state.get().words.trim() === words) state.update((now) => ({ ...now, hits }))
  }
  function seek(words: string): void {
    stopTimer()
    state.set({ words, hits: undefined })
    const sought = words.trim()
    if (sought.length > 1) stopTimer = deps.clock.after(SEARCH_AFTER_MS, () => void search(sought))
  }
  return { get: state.get, subscribe: state.subscribe, seek, clear: () => seek('') }
}
