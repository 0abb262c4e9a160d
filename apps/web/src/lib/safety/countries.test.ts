import { describe, expect, it } from 'vitest'
import { countriesOf } from './countries.ts'
import { phoneNumbers } from './phone-numbers.ts'
import { spokenLanguages } from './spoken.ts'

describe('what the browser says of its person', () => {
  it('[S1] leads to likely countries, each once', () => {
    expect(countriesOf(['de-AT', 'en', 'pt', 'en-US', 'no tag at all', 'es-419'])).toEqual(['AT', 'US', 'BR'])
    expect(countriesOf([])).toEqual([])
  })

  it('[S13] and to languages: those of the lobby first', () => {
    const lobby = JSON.stringify({ languages: ['pt', 'de'] })
    const storage = { read: () => lobby, write: () => undefined, remove: () => undefined }
    expect(spokenLanguages(storage, ['de-AT', 'en'])).toEqual(['pt', 'de', 'en'])
    expect(spokenLanguages({ ...storage, read: () => undefined }, ['fr-FR'])).toEqual(['fr'])
  })
})

describe('numbers that can be a telephone’s', () => {
  it.each([
    ['+4915112345678', [], true],
    ['004915112345678', [], true],
    ['+1', [], false],
    ['+999999999999', [], false],
    ['06641234567', ['AT'], true],
    ['2125550123', ['US'], true],
    ['06 nonsense', ['XX'], false],
    ['', [], false],
  ] as const)('[S1] %s in %j', (digits, countries, isPossible) => {
    expect(phoneNumbers.isPossible(digits, countries)).toBe(isPossible)
  })
})
