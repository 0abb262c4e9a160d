import { readFileSync } from 'node:fs'
import { BOUNDARY_SUBJECTS, CODES, COMPANIES, HANDLE_ADVICE, MODES, REPORT_CATEGORIES, STANCES } from '@visavis/wire'
import { describe, expect, it } from 'vitest'

const messages = JSON.parse(readFileSync(new URL('../../../messages/en.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>
const named = (prefix: string) => Object.keys(messages).filter((key) => key.startsWith(`${prefix}_`))
const keys = (prefix: string, names: readonly string[]) => names.map((name) => `${prefix}_${name.replaceAll('-', '_')}`)

describe('words for people', () => {
  it('[O5] every error code has its words, and no words are left for a code that is gone', () => {
    expect(named('error').toSorted()).toEqual(keys('error', Object.keys(CODES)).toSorted())
  })
  it('[O5] an error says in sentences what happened or what to do, without its code', () => {
    for (const key of named('error')) {
      expect(messages[key], key).toMatch(/^[A-Z].{20,}[.]$/)
      expect(messages[key], key).not.toMatch(/[A-Z]{2,}_|undefined|null|\berror\b/i)
    }
  })
  it.each([
    ['boundary', BOUNDARY_SUBJECTS],
    ['stance', STANCES],
    ['company_many', COMPANIES],
    ['mode_hint', MODES],
    ['category', REPORT_CATEGORIES],
    ['advice', HANDLE_ADVICE],
  ] as const)('[M12] [T1] the words for %s are exactly those of the contract', (prefix, names) => {
    expect(named(prefix).toSorted()).toEqual(keys(prefix, names).toSorted())
  })
})
