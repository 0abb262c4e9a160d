import type { DeviceStorage } from '../app/storage.ts'
import { preferencesDefault, readPreferences } from '../lobby/preferences.ts'

/** Languages that a person speaks, for the rules: those of the lobby, then those of the browser. ISO 639-1, each once. */
export function spokenLanguages(storage: DeviceStorage, browserLanguages: readonly string[]): readonly string[] {
  const ofBrowser = preferencesDefault(browserLanguages)
  const { languages } = readPreferences(storage, ofBrowser)
  return [...new Set([...languages, ...ofBrowser.languages])]
}
