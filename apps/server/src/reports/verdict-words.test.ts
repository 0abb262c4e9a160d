import { REPORT_FAULTS } from '@visavis/wire'
import { expect, it } from 'vitest'
import { verdictWords } from './verdict-words.ts'

it('[T2] a moderator reads each fault in words of its own, with its code and where it is', () => {
  const sentences = verdictWords(REPORT_FAULTS.map((fault) => ({ fault, position: 7 })))
  expect(new Set(sentences).size).toBe(REPORT_FAULTS.length)
  for (const [at, fault] of REPORT_FAULTS.entries()) {
    expect(sentences[at]).toMatch(new RegExp(` \\(${fault}\\)$`))
    const isOfWhole = fault === 'unreadable' || fault === 'own-only'
    expect(/\b[Mm]essage 7\b/.test(sentences[at] ?? ''), fault).toBe(!isOfWhole)
  }
})

it('[T2] a verdict without faults says that all is proven', () => {
  expect(verdictWords([])).toEqual(['Verified: every opened message was sent by the account that is named with it.'])
})
