import { FRAME_FAULTS } from '@visavis/wire'
import { expect, it } from 'vitest'
import { frameVerdictWords } from './frame-verdict-words.ts'

it('[T3] a moderator reads each fault of a frame in words of its own, with its code and which frame it is', () => {
  const sentences = frameVerdictWords(
    false,
    FRAME_FAULTS.map((fault) => ({ fault, count: 7 })),
  )
  expect(new Set(sentences).size).toBe(FRAME_FAULTS.length)
  for (const [at, fault] of FRAME_FAULTS.entries()) {
    expect(sentences[at]).toMatch(new RegExp(` \\(${fault}\\)$`))
    expect(/\bFrame 7\b/.test(sentences[at] ?? ''), fault).toBe(fault !== 'unreadable')
  }
})

it('[T3] evidence without a fault is told apart from evidence without a frame', () => {
  expect(frameVerdictWords(true, [])).toEqual(['Verified: every frame was sent by the reported account in this call.'])
  expect(frameVerdictWords(false, [])).toEqual(['No frame of the call is attached: nothing here is proven.'])
})
