import { createFakeClock, settle } from '@visavis/testkit'
import { fail, ok } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { createObservable } from '../app/observable.ts'
import { SAFETY_PREFERENCES_DEFAULT, type SafetyPreferences } from './preferences.ts'
import { CHECK_MS_MAX, createSendGuard, maskedText } from './question.ts'
import { checkerOf, deliveredEngine } from './sim/delivered-engine.ts'
import type { SafetyChecker } from './types.ts'

const engine = checkerOf(deliveredEngine())
const CARD = 'take it, 4111 1111 1111 1111 is my card'

function world(check: SafetyChecker['check'] = engine.check) {
  const clock = createFakeClock()
  const preferences = createObservable<SafetyPreferences>(SAFETY_PREFERENCES_DEFAULT)
  const asked: string[] = []
  let isQuiet = false
  const guard = createSendGuard({
    clock,
    preferences,
    countries: ['DE'],
    isQuiet: () => isQuiet,
    checker: {
      check: (message) => {
        asked.push(message.text)
        return check(message)
      },
    },
  })
  return { clock, preferences, asked, guard, quiet: () => void (isQuiet = true) }
}

describe('before one’s own data goes', () => {
  it('[S10] what tells nothing goes, and nothing is said about it', async () => {
    const { guard } = world()
    expect(await guard.pass('hello, how was your day?')).toBe(true)
    expect(guard.get()).toEqual({ question: undefined, isUnchecked: false })
  })
  it('[S10] a card number waits for an answer, named and quoted, and masking hides it and nothing else', async () => {
    const { guard } = world()
    expect(await guard.pass(CARD)).toBe(false)
    const { question } = guard.get()
    expect(question?.findings.map(({ reasonId, span }) => [reasonId, CARD.slice(span.start, span.end)])).toEqual([
      ['own_card', '4111 1111 1111 1111'],
    ])
    expect(question && maskedText(question)).toBe('take it, •••• •••• •••• •••• is my card')
    guard.dismiss()
    expect(guard.get().question).toBeUndefined()
  })
  it('[S10] what was masked is not asked about again', async () => {
    const { guard } = world()
    await guard.pass(CARD)
    const { question } = guard.get()
    guard.dismiss()
    expect(await guard.pass(question ? maskedText(question) : CARD)).toBe(true)
  })
  it('[S10] while a question stands nothing goes past it', async () => {
    const { guard } = world()
    expect(await Promise.all([guard.pass(CARD), guard.pass('and also this')])).toEqual([false, false])
    expect(guard.get().question?.text).toBe(CARD)
  })
  it('[S10] texts are answered in the order in which they were written', async () => {
    const answers: (() => void)[] = []
    const { guard, asked } = world(async (message) => {
      await new Promise<void>((resolve) => void answers.push(resolve))
      return engine.check(message)
    })
    const done: string[] = []
    for (const text of ['one', 'two']) void guard.pass(text).then(() => done.push(text))
    await settle()
    expect(asked).toEqual(['one'])
    answers[0]?.()
    await settle()
    answers[1]?.()
    await settle()
    expect(done).toEqual(['one', 'two'])
  })
  it('[S10] [S13] a check that takes too long, or cannot be had, holds nothing up, and it is said', async () => {
    const { guard, clock } = world(() => new Promise(() => {}))
    const going = guard.pass(CARD)
    await clock.advance(CHECK_MS_MAX)
    expect(await going).toBe(true)
    expect(guard.get()).toEqual({ question: undefined, isUnchecked: true })
    expect(clock.pending()).toBe(0)

    const broken = world(async () => fail('SAFETY_UNAVAILABLE'))
    expect(await broken.guard.pass(CARD)).toBe(true)
    expect(broken.guard.get().isUnchecked).toBe(true)
    broken.guard.dismiss()
    expect(broken.guard.get().isUnchecked).toBe(false)
    expect(broken.clock.pending()).toBe(0)
  })
  it('[S10] not asked: switched off, not wanted in this chat, or nothing written', async () => {
    for (const change of [{ isOn: false }, { asksBeforeSending: false }]) {
      const { guard, preferences, asked } = world()
      preferences.set({ ...SAFETY_PREFERENCES_DEFAULT, ...change })
      expect(await guard.pass(CARD)).toBe(true)
      expect(asked).toEqual([])
    }
    const chat = world()
    chat.quiet()
    expect(await chat.guard.pass(CARD)).toBe(true)
    const empty = world()
    expect(await empty.guard.pass('')).toBe(true)
    expect([...chat.asked, ...empty.asked]).toEqual([])
  })
  it('[S10] it is asked about own data and nothing else: what somebody writes themselves is their affair', async () => {
    const { guard } = world(async ({ text }) =>
      ok({
        findings: [
          {
            flag: 'coercion',
            confidence: 1,
            span: { start: 0, end: text.length },
            reasonId: 'guilt',
            adviceId: 'you_may_say_no',
            ruleId: 'test',
            packVersion: '2026-01-01.1',
          },
        ],
        state: { v: 1, messages: 1, found: [], mine: [], claims: [] },
      }),
    )
    expect(await guard.pass('after all I did for you')).toBe(true)
  })
})
