import type { Flag } from '@visavis/safety'
import { settle } from '@visavis/testkit'
import { fail, ok, type CallId, type ConversationId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import type { LogEntry } from '../messenger/safety-types.ts'
import { logJson, logText } from './log-file.ts'
import { createLogModel, daysIn, entriesOf, peopleIn } from './log-model.ts'

const NOON = new Date(2026, 10, 20, 12).getTime()
const HOUR = 3_600_000

function entry(id: string, change: Partial<LogEntry> = {}, flag: Flag = 'money'): LogEntry {
  return {
    id,
    atMs: NOON,
    source: { kind: 'conversation', conversationId: 'c1' as ConversationId, position: 7 },
    handle: 'quiet-heron',
    finding: {
      flag,
      confidence: 0.876,
      span: { start: 0, end: 3 },
      reasonId: 'asks_money',
      adviceId: 'send_no_money',
      ruleId: 'money.ask',
      packVersion: '2026-11-22.1',
    },
    quote: 'send money',
    state: 'open',
    ...change,
  }
}
const CALL = { kind: 'call', callId: 'k1' as CallId } as const
const ENTRIES = [
  entry('3', { atMs: NOON + HOUR, handle: 'loud-badger', source: CALL }),
  entry('2', { state: 'ignored' }),
  entry('1', { atMs: NOON - 24 * HOUR }),
]

describe('the safety log on screen', () => {
  it('[S16] by day, latest first, of everybody or of one person', async () => {
    const model = createLogModel({ safetyLog: async () => ok(ENTRIES), clearSafetyLog: async () => ok(true) })
    expect(model.get().entries).toBeUndefined()
    await model.load()
    expect(peopleIn(model.get().entries ?? [])).toEqual(['loud-badger', 'quiet-heron'])
    expect(daysIn(entriesOf(model.get())).map(({ entries }) => entries.map(({ id }) => id))).toEqual([
      ['3', '2'],
      ['1'],
    ])
    model.choose('quiet-heron')
    expect(entriesOf(model.get()).map(({ id }) => id)).toEqual(['2', '1'])
    model.choose(undefined)
    expect(entriesOf(model.get())).toHaveLength(3)
  })
  it('[S16] a log that cannot be read says why, and is there when it is tried again', async () => {
    let isLocked = true
    const model = createLogModel({
      safetyLog: async () => (isLocked ? fail('VAULT_LOCKED') : ok(ENTRIES)),
      clearSafetyLog: async () => ok(true),
    })
    await model.load()
    expect(model.get()).toMatchObject({ entries: undefined, code: 'VAULT_LOCKED' })
    isLocked = false
    await model.load()
    expect(model.get().code).toBeUndefined()
    expect(model.get().entries).toHaveLength(3)
  })
  it('[S16] cleared once, and what could not be cleared stays and says why', async () => {
    let kept: readonly LogEntry[] = ENTRIES
    let cleared = 0
    let isBroken = true
    const model = createLogModel({
      safetyLog: async () => ok(kept),
      clearSafetyLog: async () => {
        cleared += 1
        if (isBroken) return fail('VAULT_LOCKED')
        kept = []
        return ok(true)
      },
    })
    await model.load()
    model.choose('loud-badger')
    await model.clear()
    expect(model.get()).toMatchObject({ isClearing: false, code: 'VAULT_LOCKED' })
    expect(model.get().entries).toHaveLength(3)
    isBroken = false
    const [first, second] = [model.clear(), model.clear()]
    await Promise.all([first, second])
    await settle()
    expect(cleared).toBe(2)
    expect(model.get()).toEqual({ entries: [], handle: undefined, isClearing: false })
  })
})

describe('the safety log as a file', () => {
  it('[S16] as data: oldest first, every fact, and readable as JSON', () => {
    const earlier = { quote: 'i am 30', messageNumber: 2 }
    const odd = entry('4', { quote: 'i am 40', atMs: NOON + 2 * HOUR }, 'inconsistent')
    const told = { ...odd, finding: { ...odd.finding, earlier, earlierAtMs: NOON } }
    const file = JSON.parse(logJson([told, ...ENTRIES], NOON)) as { entries: Record<string, unknown>[] }
    expect(file.entries.map(({ who, where, isIgnored }) => [who, where, isIgnored])).toEqual([
      ['quiet-heron', 'conversation', false],
      ['quiet-heron', 'conversation', true],
      ['loud-badger', 'call', false],
      ['quiet-heron', 'conversation', false],
    ])
    expect(file.entries[0]).toMatchObject({ flag: 'money', confidence: 0.88, quote: 'send money' })
    expect(file.entries[3]).toMatchObject({ earlierQuote: 'i am 30', earlierAt: new Date(NOON).toISOString() })
  })
  it('[S16] as text: a block for each, quotes whole', () => {
    const text = logText([entry('1', { quote: 'send\nmoney' }), entry('0', { atMs: NOON - HOUR, quote: '' })], {
      head: 'Head',
      line: ({ id, handle }) => `${id} ${handle}`,
      earlier: (quote) => quote,
    })
    expect(text).toBe('Head\n\n0 quiet-heron\n\n1 quiet-heron\n  “send\n  money”\n')
  })
})
