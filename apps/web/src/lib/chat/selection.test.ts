import { REPORT_MESSAGES_MAX, REPORT_WORDS_CHARS_MAX } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { messageOf } from './rows-sample.ts'
import { canChoose, isChosen, reportOf, toggled } from './selection.ts'

describe('choosing messages for a report', () => {
  it('[T2] messages are ticked and unticked, and go out in the order of the conversation', () => {
    const chosen = [3, 1, 2].reduce(
      (now, position) => toggled(now, messageOf(position)),
      toggled({ chosen: [] }, messageOf(9)),
    )
    expect(reportOf(chosen, 'hate', ' ')).toEqual({ positions: [1, 2, 3, 9], category: 'hate' })
    expect(isChosen(toggled(chosen, messageOf(2)), messageOf(2))).toBe(false)
  })
  it('[T2] only what can be proven can be chosen', () => {
    const { position: _, ...waiting } = messageOf(1)
    expect(canChoose(waiting)).toBe(false)
    expect(toggled({ chosen: [] }, messageOf(1, { canReport: false })).chosen).toEqual([])
  })
  it('[T1] words are optional and bounded; no more messages than a report may hold', () => {
    const all = Array.from({ length: REPORT_MESSAGES_MAX + 2 }, (_, index) => messageOf(index + 1))
    const full = all.reduce(toggled, { chosen: [] })
    expect(full.chosen).toHaveLength(REPORT_MESSAGES_MAX)
    expect(reportOf(full, 'scam', 'x'.repeat(REPORT_WORDS_CHARS_MAX + 5)).words).toHaveLength(REPORT_WORDS_CHARS_MAX)
  })
})
