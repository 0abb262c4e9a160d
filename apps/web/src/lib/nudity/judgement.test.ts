import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AGREEING_MIN, createJudgement, LOOKS_KEPT, type Scores } from './judgement.ts'
import { NUDITY_SETTINGS, readNuditySetting, writeNuditySetting } from './setting.ts'

const PLAIN: Scores = { drawing: 0, hentai: 0, neutral: 1, porn: 0, sexy: 0 }
const NUDE: Scores = { ...PLAIN, neutral: 0.1, porn: 0.9 }
const LITTLE_CLOTHING: Scores = { ...PLAIN, neutral: 0.3, porn: 0.1, sexy: 0.6 }

function judge(setting: 'usual' | 'strict', looks: readonly Scores[]): boolean[] {
  const judgement = createJudgement(setting)
  return looks.map((scores) => judgement(scores))
}

describe('what is taken for nudity', () => {
  it('[M15] one picture may err; two of three are likely', () => {
    expect(judge('usual', [NUDE, PLAIN, PLAIN, NUDE, PLAIN, PLAIN])).not.toContain(true)
    expect(judge('usual', [NUDE, NUDE])).toEqual([false, true])
    expect(judge('usual', [NUDE, PLAIN, NUDE])).toEqual([false, false, true])
  })

  it('[M15] little clothing counts in the strict setting only', () => {
    const looks = [LITTLE_CLOTHING, LITTLE_CLOTHING, LITTLE_CLOTHING]
    expect(judge('usual', looks)).not.toContain(true)
    expect(judge('strict', looks)).toContain(true)
  })

  it('[M15] half of it drawn and half of it not is one sort of nudity', () => {
    const both: Scores = { ...PLAIN, neutral: 0.2, hentai: 0.4, porn: 0.4 }
    expect(judge('usual', [both, both])).toContain(true)
  })

  it('[M15] it is likely exactly when enough of the last pictures agree, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (looks) => {
        const found = judge(
          'usual',
          looks.map((isNude) => (isNude ? NUDE : PLAIN)),
        )
        const expected = looks.map(
          (_, at) => looks.slice(Math.max(0, at + 1 - LOOKS_KEPT), at + 1).filter(Boolean).length >= AGREEING_MIN,
        )
        expect(found).toEqual(expected)
      }),
    )
  })

  it('[M15] the strict setting covers whatever the usual one covers', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }), (parts) => {
        const sum = parts.reduce((whole, part) => whole + part, 0) || 1
        const [drawing = 0, hentai = 0, neutral = 0, porn = 0, sexy = 0] = parts.map((part) => part / sum)
        const scores = { drawing, hentai, neutral, porn, sexy }
        if (judge('usual', [scores, scores])[1]) expect(judge('strict', [scores, scores])[1]).toBe(true)
      }),
    )
  })
})

describe('the setting', () => {
  function storage(kept: Map<string, string>) {
    return {
      read: (key: string) => kept.get(key),
      write: (key: string, value: string) => void kept.set(key, value),
      remove: (key: string) => void kept.delete(key),
    }
  }

  it('[M15] is on without a word, is kept, and anything else in its place is as if it were not there', () => {
    const kept = new Map<string, string>()
    expect(readNuditySetting(storage(kept))).toBe('usual')
    for (const setting of NUDITY_SETTINGS) {
      writeNuditySetting(storage(kept), setting)
      expect(readNuditySetting(storage(kept))).toBe(setting)
    }
    for (const key of kept.keys()) kept.set(key, 'never')
    expect(readNuditySetting(storage(kept))).toBe('usual')
  })
})
