import { readFileSync } from 'node:fs'
import { ADVICE, FLAGS, REASONS } from '@visavis/safety'
import { describe, expect, it } from 'vitest'
import { findingWords, graveSteps, graveTitle, noticeWords, SURE } from './words.ts'

const messages = JSON.parse(readFileSync(new URL('../../../messages/en.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>
const named = (prefix: string) =>
  Object.keys(messages)
    .filter((key) => key.startsWith(`${prefix}_`))
    .map((key) => key.slice(prefix.length + 1))
    .toSorted()

describe('words for what was noticed', () => {
  it.each([
    ['safety_reason', REASONS],
    ['safety_why', REASONS],
    ['safety_do', ADVICE],
    ['safety_flag', FLAGS],
    ['safety_tell', FLAGS],
  ] as const)('[S1] [S12] the words of %s are exactly those of the engine', (prefix, ids) => {
    expect(named(prefix)).toEqual([...ids].toSorted())
  })
  it('[S12] a reason goes on with a sentence, and what explains it is one or two of them, without blame', () => {
    for (const id of REASONS) {
      expect(messages[`safety_reason_${id}`], id).not.toMatch(/[.!?]$|^[A-Z]/)
      expect(messages[`safety_why_${id}`]?.match(/[.?](?=\s|$)/g)?.length, id).toBeLessThanOrEqual(2)
      expect(messages[`safety_why_${id}`], id).not.toMatch(/you should have|stupid|naive|your fault/i)
    }
  })
  it('[S1] what is not sure is said as what may be', () => {
    const money = { flag: 'money', reasonId: 'asks_money' } as const
    expect(findingWords({ ...money, confidence: SURE })).toBe('This looks like a request for money.')
    expect(findingWords({ ...money, confidence: SURE - 0.01 })).toBe('This may be a request for money.')
    expect(noticeWords([{ ...money, confidence: 1 }])).toBe('Noticed: This looks like a request for money.')
  })
  it('[S8] a contradiction is told as two things that were said, never as a lie', () => {
    const job = { flag: 'inconsistent', reasonId: 'changed_job', confidence: 0.7 } as const
    expect(findingWords(job)).toBe('Earlier they said something else about their work.')
    expect(findingWords({ ...job, reasonId: 'camera_again' })).toMatch(/camera stays off/)
    for (const id of REASONS.filter((each) => each.startsWith('changed'))) {
      expect(messages[`safety_why_${id}`], id).toMatch(/But |can also/)
    }
  })
  it('[S7] each kind of threat has its own first steps, and who is threatened is told first that it is not their doing', () => {
    for (const reasonId of ['exposure', 'violence', 'stalking', 'self_harm_pressure'] as const) {
      expect(graveTitle({ reasonId, confidence: 1 })).toMatch(/not to blame|not responsible/)
      expect(graveTitle({ reasonId, confidence: 0.6 })).toMatch(/may be/)
      expect(new Set([...graveSteps(reasonId, 'chat', 'fox'), ...graveSteps(reasonId, 'call', 'fox')]).size).toBe(
        reasonId === 'self_harm_pressure' ? 3 : 4,
      )
    }
    expect(graveSteps('exposure', 'chat', 'fox').join(' ')).toMatch(/Do not pay.*Do not delete.*fox is not told/)
  })
})
