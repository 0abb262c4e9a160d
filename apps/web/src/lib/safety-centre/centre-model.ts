import { createObservable, type Readable } from '../app/observable.ts'
import type { DeviceStorage } from '../app/storage.ts'
import { guessCountry, pickLanguage } from './choice.ts'
import type { CentreContent, Language } from './content/shape.ts'

export type CentreState = {
  readonly language: Language
  /** The language that was asked for could not be fetched; what was there before stays. */
  readonly hasFailed: boolean
  readonly content: CentreContent | undefined
  readonly country: string | undefined
  readonly isGuessed: boolean
}

export type Centre = Readable<CentreState> & {
  chooseLanguage(language: Language): Promise<void>
  /** Undefined: none. What is not known is ignored. */
  chooseCountry(code: string | undefined): void
  /** Fetches what could not be fetched. */
  retry(): Promise<void>
}

const LANGUAGE_KEY = 'visavis.safety.language'
const COUNTRY_KEY = 'visavis.safety.country'

/** Language and country of the safety centre [S15]. Both are remembered on this device, and told to nobody. */
export function createCentre(deps: {
  readonly storage: DeviceStorage
  /** The browser's, the most wished for first. */
  readonly languages: readonly string[]
  readonly countries: ReadonlySet<string>
  readonly load: (language: Language) => Promise<CentreContent>
}): Centre {
  const { storage, languages, countries, load } = deps
  const remembered = storage.read(COUNTRY_KEY)
  const isRemembered = remembered !== undefined && countries.has(remembered)
  const state = createObservable<CentreState>({
    language: pickLanguage(storage.read(LANGUAGE_KEY), languages),
    hasFailed: false,
    content: undefined,
    country: isRemembered ? remembered : guessCountry(languages, countries),
    isGuessed: !isRemembered,
  })
  let wanted = state.get().language

  async function show(language: Language): Promise<void> {
    wanted = language
    try {
      const content = await load(language)
      // Somebody who changes their mind meanwhile gets the last choice only.
      if (wanted === language) state.update((now) => ({ ...now, language, content, hasFailed: false }))
    } catch {
      if (wanted === language) state.update((now) => ({ ...now, hasFailed: true }))
    }
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    async chooseLanguage(language) {
      storage.write(LANGUAGE_KEY, language)
      await show(language)
    },
    chooseCountry(code) {
      if (code !== undefined && !countries.has(code)) return
      if (code === undefined) storage.remove(COUNTRY_KEY)
      else storage.write(COUNTRY_KEY, code)
      state.update((now) => ({ ...now, country: code, isGuessed: false }))
    },
    retry: () => show(wanted),
  }
}
