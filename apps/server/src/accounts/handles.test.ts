import { createSeededRandom } from '@visavis/testkit'
import { handle as handleSchema } from '@visavis/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ADJECTIVES, CREATURES } from './handle-words.ts'
import { admitHandle, adviseHandle, suggestHandles } from './handles.ts'

describe('[A2] handles', () => {
  it('are suggested from at least 200 x 200 words, valid, different, and without advice against them', () => {
    expect(new Set(ADJECTIVES).size).toBe(ADJECTIVES.length)
    expect(new Set(CREATURES).size).toBe(CREATURES.length)
    expect(Math.min(ADJECTIVES.length, CREATURES.length)).toBeGreaterThanOrEqual(200)
    const suggestions = suggestHandles(createSeededRandom(7), 2_000)
    expect(new Set(suggestions).size).toBe(2_000)
    for (const suggestion of suggestions) {
      expect([suggestion, adviseHandle(suggestion), admitHandle(suggestion).ok]).toEqual([suggestion, [], true])
    }
  })

  it('no word of the suggestions is itself advised against', () => {
    for (const word of [...ADJECTIVES, ...CREATURES]) expect([word, adviseHandle(word)]).toEqual([word, []])
  })

  it('that give away a name, a year of birth, a place or a way of contact are advised against', () => {
    expect(adviseHandle('maria-fox')).toEqual(['looks-like-name'])
    expect(adviseHandle('annasmith')).toEqual(['looks-like-name'])
    expect(adviseHandle('fox1992')).toEqual(['has-birth-year'])
    expect(adviseHandle('fox-92')).toEqual(['has-birth-year'])
    expect(adviseHandle('berlin-fox')).toEqual(['has-place'])
    expect(adviseHandle('fox-insta')).toEqual(['has-contact'])
    expect(adviseHandle('call-5550123')).toEqual(['has-contact'])
    expect(adviseHandle('peter.paris.1985')).toEqual(['looks-like-name', 'has-birth-year', 'has-place'])
    expect(adviseHandle('calm-otter-417')).toEqual([])
  })

  it('that pretend to be somebody famous or official are advised against, also in other languages and letters', () => {
    expect(adviseHandle('keanu-reeves')).toContain('looks-famous')
    expect(adviseHandle('k3anu_r33ves')).toContain('looks-famous')
    expect(adviseHandle('verified-anna-7')).toContain('looks-official')
    expect(adviseHandle('sevilla-luz')).toContain('has-place')
    expect(adviseHandle('calm-otter-417')).toEqual([])
  })

  it('that speak for the service are refused, decorated or not', () => {
    for (const name of [
      'admin',
      'admin7',
      'a-d-m-i-n',
      'm0derator',
      'moderator-jo',
      'visavis-team',
      'xvisavisx',
      'support',
      'staff.member',
      'UPPER',
      'a',
      '-x-',
      'a--b',
    ]) {
      expect([name, admitHandle(name).ok]).toEqual([name, false])
    }
  })

  it('rules never throw and answer every handle of the contract', () => {
    const any = fc.stringMatching(/^[a-z0-9]+([-_.][a-z0-9]+)*$/).filter((text) => handleSchema.safeParse(text).success)
    fc.assert(
      fc.property(any, (text) => {
        expect(Array.isArray(adviseHandle(text))).toBe(true)
        expect(typeof admitHandle(text).ok).toBe('boolean')
      }),
    )
    fc.assert(fc.property(fc.string(), (text) => handleSchema.safeParse(text).success || !admitHandle(text).ok))
  })
})
