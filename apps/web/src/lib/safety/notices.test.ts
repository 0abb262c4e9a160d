import type { Flag } from '@visavis/safety'
import { describe, expect, it } from 'vitest'
import type { QuotedFinding } from '../messenger/safety-types.ts'
import { newNotice, noticesOf, REPEAT_MESSAGES, type Noticed } from './notices.ts'
import { SAFETY_PREFERENCES_DEFAULT as ALL } from './preferences.ts'

function finding(flag: Flag, confidence = 0.9): QuotedFinding {
  return {
    flag,
    confidence,
    span: { start: 0, end: 4 },
    reasonId: 'asks_money',
    adviceId: 'send_no_money',
    ruleId: `${flag}.test`,
    packVersion: '2026-01-01.1',
    quote: 'text',
  }
}
/** Messages in order; each with the flags that were found in it. */
function chat(...flags: readonly (readonly Flag[])[]): readonly Noticed[] {
  return flags.map((found, index) => ({ messageId: `m${index}`, findings: found.map((flag) => finding(flag)) }))
}
const looks = (messages: readonly Noticed[]) =>
  messages.map(({ messageId }) => noticesOf(messages, ALL).of.get(messageId)?.look ?? '-')
const silence = (count: number) => Array.from({ length: count }, () => [] as const)

describe('what stands under a message', () => {
  it('[S12] one line, whatever number of flags, the gravest first', () => {
    const notice = noticesOf(chat(['love_bombing', 'urgency', 'money']), ALL).of.get('m0')
    expect(notice?.look).toBe('line')
    expect(notice?.findings.map(({ flag }) => flag)).toEqual(['money', 'urgency', 'love_bombing'])
  })
  it('[S12] nothing where nothing was found, or where it is not to be told', () => {
    expect(noticesOf(chat([]), ALL).of.size).toBe(0)
    const noMoney = { ...ALL, flags: { ...ALL.flags, money: false } }
    expect(noticesOf(chat(['money'], ['money', 'urgency']), noMoney).of.get('m0')).toBeUndefined()
    expect(noticesOf(chat(['money', 'urgency']), noMoney).of.get('m0')?.findings).toHaveLength(1)
    expect(noticesOf(chat(['threat']), { ...ALL, isOn: false }).of.size).toBe(0)
  })
  it('[S12] the same flag again is only a sign for a while, and a line again after that', () => {
    expect(looks(chat(['money'], ['money'], ['money']))).toEqual(['line', 'mark', 'mark'])
    expect(looks(chat(['money'], ...silence(REPEAT_MESSAGES - 1), ['money'])).at(-1)).toBe('mark')
    expect(looks(chat(['money'], ...silence(REPEAT_MESSAGES), ['money'])).at(-1)).toBe('line')
  })
  it('[S12] a flag that is new is told in full, also beside one that was told before', () => {
    expect(looks(chat(['money'], ['urgency', 'money'], ['urgency']))).toEqual(['line', 'line', 'mark'])
  })
  it('[S7] a threat has its card once, and is never only a sign', () => {
    expect(looks(chat(['threat'], ['threat', 'money'], ['threat']))).toEqual(['card', 'line', 'line'])
    expect(looks(chat(['threat'], ...silence(REPEAT_MESSAGES), ['threat'])).at(-1)).toBe('card')
  })
  it('[S13] not checked is said once for a run of messages', () => {
    const messages: readonly Noticed[] = [true, true, false, true].map((isUnchecked, index) => ({
      messageId: `m${index}`,
      ...(isUnchecked ? { isUnchecked: true as const } : {}),
    }))
    expect([...noticesOf(messages, ALL).unchecked]).toEqual(['m0', 'm3'])
    expect(noticesOf(messages, { ...ALL, isOn: false }).unchecked.size).toBe(0)
  })
})

describe('what is said aloud', () => {
  it('[S12] what came since, once; not what was there, what was loaded from before, or a mere sign', () => {
    const before = chat(['money'], [])
    const after = chat(['money'], [], ['urgency'])
    const heard = noticesOf(before, ALL)
    expect(newNotice(undefined, heard, before)).toBeUndefined()
    expect(newNotice(heard, noticesOf(after, ALL), after)).toMatchObject({
      message: { messageId: 'm2' },
      finding: { flag: 'urgency' },
    })
    expect(newNotice(noticesOf(after, ALL), noticesOf(after, ALL), after)).toBeUndefined()
    const again = chat(['money'], [], ['money'])
    expect(newNotice(heard, noticesOf(again, ALL), again)).toBeUndefined()
    const older = [...chat(['threat']).map((each) => ({ ...each, messageId: 'old' })), ...chat(...silence(9))]
    expect(newNotice(heard, noticesOf(older, ALL), older)).toBeUndefined()
  })
})
