import fc from 'fast-check'
import { CLIENT_FRAMES, INTERESTS_MAX } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { addInterests } from './interests.ts'
import { languageNames, searchLanguages } from './languages.ts'
import { levelOf } from './sound-meter.ts'
import { codeOfMediaError, constraintsOf } from './devices.ts'
import { parsePreferences, preferencesDefault, wishOf } from './preferences.ts'

const FALLBACK = preferencesDefault(['en-GB', 'de', 'en'])
const { languages, interests, wish, boundaries, company, mode } = CLIENT_FRAMES['match.seek'].schema.shape

function fits(text: string | undefined): void {
  const asked = wishOf(parsePreferences(text, FALLBACK))
  expect(languages.safeParse(asked.languages).success).toBe(true)
  expect(interests.safeParse(asked.interests).success).toBe(true)
  expect(wish.safeParse(asked.wish).success).toBe(true)
  expect(boundaries.safeParse(asked.boundaries).success).toBe(true)
  expect(company.safeParse(asked.company).success).toBe(true)
  expect(mode.safeParse(asked.mode).success).toBe(true)
}

describe('choices of the lobby', () => {
  it('[M11] begins with the languages of the browser, each once', () => {
    expect(FALLBACK.languages).toEqual(['en', 'de'])
    expect(preferencesDefault(['x-private', '']).languages).toEqual(['en'])
  })
  it('[M11] [M12] whatever is stored on the device, what is asked for fits the contract', () => {
    fits(undefined)
    fc.assert(fc.property(fc.string(), fits))
    const field = fc.oneof(
      fc.jsonValue(),
      fc.array(fc.constantFrom('en', 'woman', 'chess', '!!', 'EN')),
      fc.constantFrom('text', 'man'),
    )
    const stored = fc.record(
      { mode: field, languages: field, interests: field, company: field, wish: field, boundaries: field },
      { requiredKeys: [] },
    )
    fc.assert(fc.property(stored, (value) => fits(JSON.stringify(value))))
  })
  it('[M11] what was chosen comes back', () => {
    const chosen = {
      ...FALLBACK,
      mode: 'audio' as const,
      interests: ['old films'],
      wish: ['man' as const],
      cameraId: 'c',
    }
    expect(parsePreferences(JSON.stringify(chosen), FALLBACK)).toEqual(chosen)
  })
})

describe('interests', () => {
  it('[M5] are folded to the contract’s form, without doubles', () => {
    expect(addInterests(['chess'], ' #Chess, Old   Films ,jazz-funk,').interests).toEqual([
      'chess',
      'old films',
      'jazz-funk',
    ])
  })
  it('[M5] say why one was refused', () => {
    expect(addInterests([], 'what?!').refused).toBe('form')
    const full = Array.from({ length: INTERESTS_MAX }, (_, index) => `tag ${index}`)
    expect(addInterests(full, 'one more')).toEqual({ interests: full, refused: 'many' })
  })
  it('[M5] whatever is typed, the result fits the contract', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        (typed) => interests.safeParse(addInterests([], typed).interests).success,
      ),
    )
  })
})

describe('languages and devices', () => {
  it('[M11] a language is found by its name, its own name and its code, accents aside', () => {
    const all = languageNames('en')
    expect(searchLanguages(all, 'germ')[0]?.code).toBe('de')
    expect(searchLanguages(all, 'espanol')[0]?.code).toBe('es')
    expect(searchLanguages(all, 'fr')[0]?.code).toBe('fr')
    expect(searchLanguages(all, 'zzzz')).toEqual([])
    for (const { code } of all) expect(languages.safeParse([code]).success).toBe(true)
  })
  it.each([
    ['NotAllowedError', 'MEDIA_DENIED'],
    ['SecurityError', 'MEDIA_DENIED'],
    ['NotFoundError', 'MEDIA_NONE'],
    ['NotReadableError', 'MEDIA_IN_USE'],
    ['AbortError', 'MEDIA_IN_USE'],
  ])('[M11] %s of the browser is %s', (name, code) => {
    expect(codeOfMediaError(new DOMException('', name))).toBe(code)
  })
  it('[M9] the camera is asked for in video mode only', () => {
    expect(constraintsOf('audio').video).toBe(false)
    expect(constraintsOf('video', 'front').video).toMatchObject({ deviceId: { ideal: 'front' } })
  })
  it('[M11] the meter is silent on silence, full on full scale, and never outside', () => {
    expect(levelOf([])).toBe(0)
    expect(levelOf([0, 0])).toBe(0)
    expect(levelOf([1, -1])).toBe(1)
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true })),
        (samples) => levelOf(samples) >= 0 && levelOf(samples) <= 1,
      ),
    )
  })
})
