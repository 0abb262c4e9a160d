import type { Code, Result } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import { dayOf } from '../chat/days.ts'
import type { LogEntry } from '../messenger/safety-types.ts'

export type LogState = {
  /** Undefined while it is read. */
  readonly entries: readonly LogEntry[] | undefined
  /** Whose entries are shown; undefined for everybody's. */
  readonly handle: string | undefined
  readonly isClearing: boolean
  /** Why it could not be read or cleared. */
  readonly code?: Code
}

export type LogModel = Readable<LogState> & {
  load(): Promise<void>
  choose(handle: string | undefined): void
  clear(): Promise<void>
}

type Keeper = {
  safetyLog(): Promise<Result<readonly LogEntry[]>>
  clearSafetyLog(): Promise<Result<true>>
}

/** The safety log on screen [S16]. */
export function createLogModel(keeper: Keeper): LogModel {
  const state = createObservable<LogState>({ entries: undefined, handle: undefined, isClearing: false })
  function patch(change: Partial<Omit<LogState, 'code'>>, code?: Code): void {
    state.update((now) => {
      const { code: _, ...rest } = now
      return { ...rest, ...change, ...(code === undefined ? {} : { code }) }
    })
  }
  async function load(): Promise<void> {
    const answer = await keeper.safetyLog()
    if (!answer.ok) return patch({}, answer.code)
    const { handle } = state.get()
    // Whose entries have all gone is not chosen any more.
    const isThere = answer.value.some((entry) => entry.handle === handle)
    patch({ entries: answer.value, handle: isThere ? handle : undefined })
  }
  return {
    get: state.get,
    subscribe: state.subscribe,
    load,
    choose: (handle) => patch({ handle }),
    clear: async () => {
      if (state.get().isClearing) return
      patch({ isClearing: true })
      const answer = await keeper.clearSafetyLog()
      patch({ isClearing: false }, answer.ok ? undefined : answer.code)
      if (answer.ok) await load()
    },
  }
}

/** Everybody in the log, by name. */
export function peopleIn(entries: readonly LogEntry[]): readonly string[] {
  return [...new Set(entries.map(({ handle }) => handle))].toSorted((a, b) => a.localeCompare(b))
}

export function entriesOf({ entries = [], handle }: Pick<LogState, 'entries' | 'handle'>): readonly LogEntry[] {
  return handle === undefined ? entries : entries.filter((entry) => entry.handle === handle)
}

export type LogDay = { readonly dayMs: number; readonly entries: readonly LogEntry[] }

/** Entries by the day on which it was said, latest first. */
export function daysIn(entries: readonly LogEntry[]): readonly LogDay[] {
  const days: { dayMs: number; entries: LogEntry[] }[] = []
  for (const entry of entries.toSorted((a, b) => b.atMs - a.atMs)) {
    const dayMs = dayOf(entry.atMs)
    const last = days.at(-1)
    if (last?.dayMs === dayMs) last.entries.push(entry)
    else days.push({ dayMs, entries: [entry] })
  }
  return days
}
