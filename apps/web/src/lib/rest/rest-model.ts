import { HOUR, MINUTE, type Clock } from '@visavis/ports'
import { createObservable, type Readable } from '../app/observable.ts'
import type { DeviceStorage } from '../app/storage.ts'
import { minuteOfDay, quietUntil, type QuietHours } from './quiet-hours.ts'
import { readRestPreferences, writeRestPreferences, type RestPreferences } from './rest-preferences.ts'

/** What is said between two calls, never in one: the longest first when there are several. */
export type Nudge =
  | { readonly kind: 'long'; readonly hours: number }
  | { readonly kind: 'quiet' }
  | { readonly kind: 'late' }

export type RestState = {
  readonly preferences: RestPreferences
  readonly nudge: Nudge | undefined
  /** The minute of the day at which the quiet hours of now end. */
  readonly quietUntil: number | undefined
}

/**
 * Time spent with strangers, and the hour of the day [M19]: says something after every hour, once a night when it is late, and when
 * the quiet hours begin that somebody has set. It never stops anybody.
 */
export type Rest = Readable<RestState> & {
  /** Somebody is meeting people from now until the returned function is called. */
  meeting(): () => void
  /** The nudge was read: it does not come again for the same reason. */
  dismiss(): void
  choose(change: Partial<RestPreferences>): void
}

/** Who was away for so long begins anew. */
export const BREAK_MS = 20 * MINUTE
const LOOK_EVERY_MS = MINUTE / 2
const KEY = 'visavis.rest-time'
/** Half past midnight to five: later than an evening, earlier than a day. */
export const LATE: QuietHours = { isOn: true, fromMinute: 30, toMinute: 5 * 60 }

type Spent = {
  readonly spentMs: number
  readonly lastMs: number
  readonly toldHours: number
  readonly lateToldMs: number
}
const FRESH: Spent = { spentMs: 0, lastMs: 0, toldHours: 0, lateToldMs: 0 }

export function createRest(deps: {
  readonly clock: Pick<Clock, 'nowMs' | 'every'>
  readonly storage: DeviceStorage
  /** Where the service worker finds the quiet hours. */
  readonly keepQuiet: (quiet: QuietHours) => void
}): Rest {
  const { clock, storage } = deps
  let spent = readSpent(storage)
  let quietToldMs = 0
  let meetings = 0
  let stop = () => {}
  const preferences = readRestPreferences(storage)
  const state = createObservable<RestState>({ preferences, nudge: undefined, quietUntil: quietNow(preferences) })

  function quietNow({ quiet }: RestPreferences): number | undefined {
    return quietUntil(quiet, minuteOfDay(clock.nowMs()))
  }

  function keep(next: Spent): void {
    spent = next
    storage.write(KEY, [next.spentMs, next.lastMs, next.toldHours, next.lateToldMs].join(' '))
  }

  /** Adds what went by since the last look; a wall clock that jumped counts as no more than one look. */
  function count(): void {
    const nowMs = clock.nowMs()
    const passedMs = nowMs - spent.lastMs
    if (passedMs < 0 || passedMs >= BREAK_MS) keep({ ...spent, spentMs: 0, toldHours: 0, lastMs: nowMs })
    else keep({ ...spent, spentMs: spent.spentMs + Math.min(passedMs, 2 * LOOK_EVERY_MS), lastMs: nowMs })
  }

  function look(): void {
    if (meetings > 0) count()
    const { preferences: wishes, nudge } = state.get()
    state.set({ preferences: wishes, nudge: nudge ?? due(wishes), quietUntil: quietNow(wishes) })
  }

  function due(wishes: RestPreferences): Nudge | undefined {
    if (meetings === 0) return undefined
    const nowMs = clock.nowMs()
    const hours = Math.floor(spent.spentMs / HOUR)
    if (wishes.longSession && hours > spent.toldHours) return { kind: 'long', hours }
    const isTold = (toldMs: number) => Math.abs(nowMs - toldMs) < 12 * HOUR
    if (quietNow(wishes) !== undefined && !isTold(quietToldMs)) return { kind: 'quiet' }
    const isLate = quietUntil(LATE, minuteOfDay(nowMs)) !== undefined
    return wishes.lateNight && isLate && !isTold(spent.lateToldMs) ? { kind: 'late' } : undefined
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    meeting() {
      meetings += 1
      if (meetings === 1) {
        // Whoever starts in their quiet hours was asked in the lobby already.
        if (quietNow(state.get().preferences) !== undefined) quietToldMs = clock.nowMs()
        stop = clock.every(LOOK_EVERY_MS, look)
        look()
      }
      let isOver = false
      return () => {
        if (isOver) return
        isOver = true
        look()
        meetings -= 1
        if (meetings === 0) stop()
      }
    },
    dismiss() {
      const { nudge } = state.get()
      if (nudge?.kind === 'long') keep({ ...spent, toldHours: nudge.hours })
      if (nudge?.kind === 'late') keep({ ...spent, lateToldMs: clock.nowMs() })
      if (nudge?.kind === 'quiet') quietToldMs = clock.nowMs()
      state.update((now) => ({ ...now, nudge: undefined }))
    },
    choose(change) {
      const next = { ...state.get().preferences, ...change }
      writeRestPreferences(storage, next)
      if (change.quiet) deps.keepQuiet(next.quiet)
      state.set({ preferences: next, nudge: undefined, quietUntil: quietNow(next) })
    },
  }
}

function readSpent(storage: DeviceStorage): Spent {
  const [spentMs, lastMs, toldHours, lateToldMs] = (storage.read(KEY) ?? '').split(' ').map(Number)
  const numbers = [spentMs, lastMs, toldHours, lateToldMs]
  if (numbers.some((number) => number === undefined || !(number >= 0))) return FRESH
  return { spentMs: spentMs ?? 0, lastMs: lastMs ?? 0, toldHours: toldHours ?? 0, lateToldMs: lateToldMs ?? 0 }
}
