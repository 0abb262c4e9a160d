import { expect, it } from 'vitest'
import { createCentre } from './centre-model.ts'
import { countriesIn, guessCountry, pickLanguage } from './choice.ts'
import type { CentreContent, Language } from './content/shape.ts'
import { EMERGENCY } from './data/numbers.ts'
import { loadContent } from './load-content.ts'

const known = new Set(EMERGENCY.keys())

function createMemory() {
  const kept = new Map<string, string>()
  return {
    kept,
    read: (key: string) => kept.get(key),
    write: (key: string, value: string) => void kept.set(key, value),
    remove: (key: string) => void kept.delete(key),
  }
}

function setUp(languages: readonly string[], load: (language: Language) => Promise<CentreContent> = loadContent) {
  const storage = createMemory()
  const open = () => createCentre({ storage, languages, countries: known, load })
  return { storage, open }
}

it('[S15] the language is the chosen one, else the first of the browser that there is, else English', () => {
  expect(pickLanguage(undefined, ['nl-NL', 'de-AT', 'fr'])).toBe('de')
  expect(pickLanguage('pt', ['de'])).toBe('pt')
  expect(pickLanguage('xx', ['ES-419'])).toBe('es')
  expect(pickLanguage(undefined, ['nl', 'ja'])).toBe('en')
})

it('[S15] the country is one that the browser names, never a guess from a language alone', () => {
  expect(guessCountry(['en', 'de-CH'], known)).toBe('CH')
  expect(guessCountry(['zh-Hant-TW'], known)).toBe('TW')
  for (const nowhere of [['en'], ['de', 'fr'], ['es-419'], ['not a tag!'], ['de-ZZ'], []])
    expect(guessCountry(nowhere, known)).toBeUndefined()
})

it('[S15] countries are named and ordered in the language', () => {
  const german = countriesIn('de', ['AT', 'DE', 'EG', 'CH'])
  expect(german.map(({ name }) => name)).toEqual(['Ägypten', 'Deutschland', 'Österreich', 'Schweiz'])
})

it('[S15] what was chosen is remembered on the device', async () => {
  const { storage, open } = setUp(['en-GB'])
  const first = open()
  expect(first.get()).toMatchObject({ language: 'en', country: 'GB', isGuessed: true })
  await first.chooseLanguage('fr')
  first.chooseCountry('BE')
  first.chooseCountry('not a country')
  expect(first.get()).toMatchObject({ language: 'fr', country: 'BE', isGuessed: false })
  expect(open().get()).toMatchObject({ language: 'fr', country: 'BE', isGuessed: false })
  first.chooseCountry(undefined)
  expect(first.get().country).toBeUndefined()
  expect([...storage.kept.keys()]).toEqual(['visavis.safety.language'])
})

it('[S15] a language that cannot be fetched leaves what was there, says so, and can be tried again', async () => {
  let isAway = false
  const { open } = setUp(['en'], async (language) => {
    if (isAway) throw new TypeError('no network')
    return loadContent(language)
  })
  const centre = open()
  await centre.retry()
  isAway = true
  await centre.chooseLanguage('de')
  expect(centre.get()).toMatchObject({ hasFailed: true, language: 'en' })
  expect(centre.get().content?.language).toBe('en')
  isAway = false
  await centre.retry()
  expect(centre.get()).toMatchObject({ hasFailed: false, language: 'de' })
})

it('[S15] whoever chooses twice gets the last choice, whichever comes first', async () => {
  const waiting = new Map<Language, () => void>()
  const { open } = setUp(['en'], async (language) => {
    await new Promise<void>((resolve) => void waiting.set(language, resolve))
    return loadContent(language)
  })
  const centre = open()
  const both = [centre.chooseLanguage('de'), centre.chooseLanguage('pt')]
  waiting.get('pt')?.()
  waiting.get('de')?.()
  await Promise.all(both)
  expect(centre.get().content?.language).toBe('pt')
})
