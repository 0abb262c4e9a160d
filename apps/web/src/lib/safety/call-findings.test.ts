import { settle } from '@visavis/testkit'
import { fail, ok, type CallId, type MessageId, type Result } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { createObservable } from '../app/observable.ts'
import type { ChatMessage } from '../engine/types.ts'
import { createCallFindings, noticedIn, type FollowedCall } from './call-findings.ts'
import { SAFETY_PREFERENCES_DEFAULT } from './preferences.ts'
import { checkerOf, deliveredEngine } from './sim/delivered-engine.ts'
import type { SafetyChecker } from './types.ts'

const engine = checkerOf(deliveredEngine())
const MONEY = 'can you send me 500 dollars please, i pay you back next week'
const START_MS = 1_790_000_000_000

/** A script of `<` for them and `>` for me, a minute between two lines. */
function callOf(lines: readonly string[], id = 'c1'): FollowedCall {
  return {
    callId: id as CallId,
    startedAtMs: START_MS,
    partner: { pseudonym: 'Quiet Heron' } as FollowedCall['partner'],
    messages: lines.map((line, index): ChatMessage => ({
      messageId: `${id}-${index}` as MessageId,
      from: line.startsWith('<') ? 'them' : 'me',
      text: line.slice(2),
      atMs: START_MS + index * 60_000,
      state: 'delivered',
    })),
  }
}

function world(check: SafetyChecker['check'] = engine.check, note: Result<true> = ok(true)) {
  const preferences = createObservable(SAFETY_PREFERENCES_DEFAULT)
  const asked: Parameters<SafetyChecker['check']>[0][] = []
  const noted: unknown[][] = []
  const calls = createCallFindings({
    preferences,
    countries: [],
    checker: {
      check: (message) => {
        asked.push(message)
        return check(message)
      },
    },
    note: async (...given) => {
      noted.push(given)
      return note
    },
  })
  const flags = () => [...calls.get().found].map(([id, found]) => [id, found.map(({ flag }) => flag)])
  return { calls, preferences, asked, noted, flags }
}

describe('the texts of a call', () => {
  it('[S3] each is looked at once, in order; what was noticed in theirs is told with its words', async () => {
    const { calls, asked, flags } = world()
    const lines = ['< hello there', '> hi', `< ${MONEY}`]
    for (let count = 1; count <= lines.length; count++) calls.follow(callOf(lines.slice(0, count)))
    calls.follow(callOf(lines))
    await settle(20)
    expect(asked.map(({ text, direction }) => [text, direction])).toEqual([
      ['hello there', 'in'],
      ['hi', 'out'],
      [MONEY, 'in'],
    ])
    expect(asked.map(({ context }) => context?.minutesKnown)).toEqual([0, 1, 2])
    expect(asked.map(({ state }) => state?.messages)).toEqual([0, 1, 2])
    expect(flags()).toEqual([['c1-2', ['money']]])
    expect(calls.get().found.get('c1-2')?.[0]?.quote).toBe('pay you back')
  })
  it('[S16] red flags go to the log under the name of the call, own words never', async () => {
    const { calls, noted } = world()
    calls.follow(callOf(['> my card is 4111 1111 1111 1111', `< ${MONEY}`]))
    await settle(20)
    expect(noted).toHaveLength(1)
    expect(noted[0]?.slice(0, 3)).toEqual(['c1', 'Quiet Heron', START_MS + 60_000])
    expect(noted[0]?.[3]).toMatchObject([{ finding: { flag: 'money' }, quote: 'pay you back' }])
  })
  it('[S16] a log that cannot be written is said', async () => {
    const { calls } = world(engine.check, fail('VAULT_LOCKED'))
    calls.follow(callOf([`< ${MONEY}`]))
    await settle(20)
    expect(calls.get().logCode).toBe('VAULT_LOCKED')
  })
  it('[S8] a contradiction names both quotes and when the first was said', async () => {
    const { calls } = world()
    calls.follow(callOf(['> hi', "< i'm 45 years old", '> ok', '< i am 52 years old and never felt so young']))
    await settle(20)
    const found = calls
      .get()
      .found.get('c1-3')
      ?.find(({ flag }) => flag === 'inconsistent')
    expect(found?.earlier?.quote).toContain('45')
    expect(found?.earlierAtMs).toBe(START_MS + 60_000)
  })
  it('[S1] the next call begins with nothing of the one before, also what was still being looked at', async () => {
    const { calls, flags } = world()
    calls.follow(callOf([`< ${MONEY}`]))
    await settle(20)
    calls.mute('money', true)
    calls.follow(callOf([`< ${MONEY}`, '< i know where you live'], 'c2'))
    calls.follow(callOf(['< hello'], 'c3'))
    await settle(20)
    expect(flags()).toEqual([])
    expect(calls.get().muted.size).toBe(0)
    calls.follow(undefined)
    expect(calls.get().found.size).toBe(0)
  })
  it('[S12] ignored: not told of this message; muted: of none in this call, until it is taken back', async () => {
    const { calls } = world()
    const call = callOf([`< ${MONEY}`, '< please send me some money for rent'])
    calls.follow(call)
    await settle(20)
    const told = () => noticedIn(call.messages, calls.get()).map(({ findings }) => findings?.length)
    expect(told()).toEqual([1, 1])
    calls.ignore('c1-0', 'money')
    expect(told()).toEqual([0, 1])
    calls.mute('money', true)
    expect(told()).toEqual([0, 0])
    calls.mute('money', false)
    expect(told()).toEqual([0, 1])
  })
  it('[S13] not checked is said, and the memory of the call goes on without it', async () => {
    let isBroken = true
    const { calls } = world(async (message) => (isBroken ? fail('SAFETY_UNAVAILABLE') : engine.check(message)))
    calls.follow(callOf(['< hello', '> hi']))
    await settle(20)
    isBroken = false
    calls.follow(callOf(['< hello', '> hi', `< ${MONEY}`]))
    await settle(20)
    expect([...calls.get().unchecked]).toEqual(['c1-0'])
    expect(calls.get().found.has('c1-2')).toBe(true)
  })
  it('[S1] switched off, nothing is looked at', async () => {
    const { calls, preferences, asked } = world()
    preferences.set({ ...SAFETY_PREFERENCES_DEFAULT, isOn: false })
    calls.follow(callOf([`< ${MONEY}`]))
    await settle(20)
    expect(asked).toEqual([])
  })
})
