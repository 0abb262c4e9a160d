import type { Clock } from '@visavis/ports'
import type { Readable } from '../app/observable.ts'
import { createObservable } from '../app/observable.ts'
import type { DeviceStorage } from '../app/storage.ts'
import type { SafetyChoice } from '../messenger/safety-types.ts'
import { createChecker } from './checker.ts'
import { countriesOf } from './countries.ts'
import { createEngineDoor, lineOf, type EngineDoor, type EngineWorker } from './engine-door.ts'
import { createSafetyPreferences } from './preferences.ts'
import { spokenLanguages } from './spoken.ts'
import type { Safety } from './types.ts'

/** For the messenger's own worker: the same engine, and what the person has chosen. */
export type SafetyForMessenger = { readonly door: Pick<EngineDoor, 'open'>; readonly choice: Readable<SafetyChoice> }

/** Safety of the page. Nothing is fetched and no worker runs before the first question. */
export function createSafety(deps: {
  readonly clock: Clock
  readonly storage: DeviceStorage
  /** Of the browser, BCP 47. */
  readonly languages: readonly string[]
  readonly createWorker: () => EngineWorker
}): Safety & SafetyForMessenger {
  const { clock, storage } = deps
  const preferences = createSafetyPreferences({ storage })
  const countries = countriesOf(deps.languages)
  const languages = () => spokenLanguages(storage, deps.languages)
  const door = createEngineDoor({
    clock,
    createWorker: deps.createWorker,
    createChannel: () => new MessageChannel(),
    languages,
  })
  const checker = createChecker({ clock, open: (lost) => Promise.resolve(lineOf(door.open(lost))) })
  const choice = createObservable<SafetyChoice>({ isOn: preferences.get().isOn, countries })
  preferences.subscribe(({ isOn }) => choice.update((now) => (now.isOn === isOn ? now : { ...now, isOn })))
  let told = languages().join()
  return {
    checker,
    preferences,
    countries,
    door,
    choice,
    languagesChanged() {
      const now = languages().join()
      if (now === told) return
      told = now
      door.languagesChanged()
    },
  }
}
