import { FLAGS, type Flag } from '@visavis/safety'
import { createObservable, type Readable } from '../app/observable.ts'
import type { DeviceStorage } from '../app/storage.ts'

/** What a person wants to be told. Kept on this device, and told to nobody. */
export type SafetyPreferences = {
  /** Off: no message is looked at, and nothing is noted. */
  readonly isOn: boolean
  /** A flag that is off is not shown. One's own data is no flag that is shown: see `asksBeforeSending`. */
  readonly flags: Readonly<Record<Flag, boolean>>
  readonly asksBeforeSending: boolean
}

export type SafetyPreferencesModel = Readable<SafetyPreferences> & {
  set(change: Partial<SafetyPreferences>): void
  setFlag(flag: Flag, isShown: boolean): void
}

const KEY = 'visavis.safety'

/** Everything on: whoever has never heard of it is helped, too. */
export const SAFETY_PREFERENCES_DEFAULT: SafetyPreferences = {
  isOn: true,
  flags: flagsBut([]),
  asksBeforeSending: true,
}

function flagsBut(off: readonly unknown[]): SafetyPreferences['flags'] {
  return Object.fromEntries(FLAGS.map((flag) => [flag, !off.includes(flag)])) as Record<Flag, boolean>
}

/** Reads what another version of the app may have written: what is unknown or damaged is as if it was never said. */
export function parseSafetyPreferences(text: string | undefined): SafetyPreferences {
  let raw: Record<string, unknown>
  try {
    const parsed: unknown = JSON.parse(text ?? '{}')
    if (typeof parsed !== 'object' || parsed === null) return SAFETY_PREFERENCES_DEFAULT
    raw = parsed as Record<string, unknown>
  } catch {
    return SAFETY_PREFERENCES_DEFAULT
  }
  // Only what was switched off is written, so that a flag that a later version adds begins as it should.
  const off = Array.isArray(raw['off']) ? raw['off'] : []
  return { isOn: raw['isOn'] !== false, flags: flagsBut(off), asksBeforeSending: raw['asks'] !== false }
}

export function createSafetyPreferences(deps: { readonly storage: DeviceStorage }): SafetyPreferencesModel {
  const state = createObservable(parseSafetyPreferences(deps.storage.read(KEY)))
  function set(change: Partial<SafetyPreferences>): void {
    state.update((now) => ({ ...now, ...change }))
    const { isOn, flags, asksBeforeSending: asks } = state.get()
    const off = FLAGS.filter((flag) => !flags[flag])
    if (isOn && asks && off.length === 0) deps.storage.remove(KEY)
    else deps.storage.write(KEY, JSON.stringify({ isOn, asks, off }))
  }
  return {
    get: state.get,
    subscribe: state.subscribe,
    set,
    setFlag: (flag, isShown) => set({ flags: { ...state.get().flags, [flag]: isShown } }),
  }
}

/** Whether a finding of this flag is told at all. */
export function isTold({ isOn, flags }: SafetyPreferences, flag: Flag): boolean {
  return isOn && flags[flag]
}

/** Whether one's own words are looked at before they go. */
export function isAsking({ isOn, asksBeforeSending }: SafetyPreferences): boolean {
  return isOn && asksBeforeSending
}
