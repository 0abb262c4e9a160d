import { FLAGS, FRESH_STATE, readState, type Finding, type State } from '@visavis/safety'
import type { AccountId } from '@visavis/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  afterHistory,
  among,
  LATE_MAX,
  NOTES_MAX,
  NOTHING_NOTED,
  OWN,
  safetyRecord,
  since,
  stateOf,
  withChecked,
  withIgnored,
  withLooked,
  withMuted,
  without,
  withoutNotes,
  withPassedOver,
  withSoundStates,
  withUnchecked,
  type SafetyRecord,
} from './memory.ts'

const BOB = 'bob' as AccountId
const finding = (change: Partial<Finding> = {}): Finding => ({
  flag: 'money',
  confidence: 0.9,
  span: { start: 0, end: 4 },
  reasonId: 'asks_money',
  adviceId: 'send_no_money',
  ruleId: 'money.a',
  packVersion: 'en 1',
  ...change,
})
const claim = (at: number) => ({ topic: 'age', value: '25', quote: `quote ${at}`, at })
const stateAfter = (messages: number, claims: readonly number[] = []): State => ({
  ...FRESH_STATE,
  messages,
  claims: claims.map(claim),
})

/** Any change that can happen to a record. */
type Deed = (record: SafetyRecord) => SafetyRecord
const position = fc.integer({ min: 1, max: 40 })
const flag = fc.constantFrom(...FLAGS)
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc
    .tuple(position, fc.boolean(), fc.boolean(), fc.option(position))
    .map(([at, isClaim, hasFound, shownAt]): Deed => (record) => {
      const { claims, messages } = stateOf(record, BOB)
      const earlier = claims.length === 0 ? {} : { earlier: { quote: 'x', messageNumber: claims[0]?.at ?? 0 } }
      return withLooked(record, {
        position: at,
        atMs: at * 1_000,
        by: BOB,
        handle: 'bob',
        text: 'give me money',
        findings: hasFound ? [finding(), finding({ flag: 'inconsistent', ...earlier })] : [],
        state: stateAfter(messages + 1, [...claims.map((each) => each.at), ...(isClaim ? [messages] : [])].slice(-5)),
        ...(shownAt !== null && { shownAt }),
      })
    }),
  fc.tuple(position, fc.uniqueArray(position)).map(
    ([upTo, present]): Deed =>
      (record) =>
        withChecked(record, upTo, new Set(present)),
  ),
  position.map(
    (at): Deed =>
      (record) =>
        withUnchecked(record, { position: at, atMs: at * 1_000, by: BOB, handle: 'b' }),
  ),
  fc.uniqueArray(position).map(
    (all): Deed =>
      (record) =>
        without(record, new Set(all)),
  ),
  position.map(
    (at): Deed =>
      (record) =>
        since(record, at * 1_000),
  ),
  fc.tuple(position, flag).map(
    ([at, which]): Deed =>
      (record) =>
        withIgnored(record, at, which),
  ),
  fc.tuple(flag, fc.boolean()).map(
    ([which, isMuted]): Deed =>
      (record) =>
        withMuted(record, which, isMuted),
  ),
  fc.tuple(position, position).map(
    ([upTo, read]): Deed =>
      (record) =>
        withPassedOver(record, upTo, read),
  ),
  fc.constant<Deed>(withoutNotes),
  position.map(
    (at): Deed =>
      (record) =>
        afterHistory(record, at),
  ),
)
const records = fc
  .array(deed, { maxLength: 40 })
  .map((deeds) => deeds.reduce((record, next) => next(record), NOTHING_NOTED))

describe('what is known of a conversation', () => {
  it('[S12] is a sound record of bounded size whatever was done to it, and survives the vault', () => {
    fc.assert(
      fc.property(records, (record) => {
        expect(safetyRecord.open(structuredClone(safetyRecord.write(record)))).toEqual({ ok: true, value: record })
        expect(record.notes.length).toBeLessThanOrEqual(NOTES_MAX)
        expect(record.late.length).toBeLessThanOrEqual(LATE_MAX)
        expect(new Set(record.notes.map((note) => note.position)).size).toBe(record.notes.length)
        expect(record.late.every((at) => at <= record.checkedTo)).toBe(true)
        for (const state of Object.values(record.states)) expect(readState(state).ok).toBe(true)
        // Every claim that the engine remembers can be found again by its message.
        for (const { at } of stateOf(record, BOB).claims) expect(record.said.map(({ number }) => number)).toContain(at)
      }),
    )
  })

  it('[K5] forgets a message with everything that quotes it, once and for all', () => {
    fc.assert(
      fc.property(records, position, (record, at) => {
        const after = without(record, new Set([at]))
        expect(after.notes.some((note) => note.position === at)).toBe(false)
        expect(after.said.some((each) => each.position === at)).toBe(false)
        expect(
          after.notes.flatMap(({ findings }) => findings).some(({ earlierPosition }) => earlierPosition === at),
        ).toBe(false)
        const numbers = new Set(record.said.filter((each) => each.position === at).map(({ number }) => number))
        expect(stateOf(after, BOB).claims.some((each) => numbers.has(each.at))).toBe(false)
        expect(without(after, new Set([at]))).toBe(after)
        // Nothing else goes.
        expect(after.checkedTo).toBe(record.checkedTo)
        expect(after.muted).toEqual(record.muted)
      }),
    )
  })

  it('[K5] forgets what is old, and nothing younger', () => {
    fc.assert(
      fc.property(records, position, (record, at) => {
        const after = since(record, at * 1_000)
        expect(after.notes.every(({ atMs }) => atMs >= at * 1_000)).toBe(true)
        expect(after.said).toEqual(record.said.filter(({ atMs }) => atMs >= at * 1_000))
        expect(since(after, at * 1_000)).toBe(after)
      }),
    )
  })

  it('[S16] more than can be kept pushes the oldest out', () => {
    let record = NOTHING_NOTED
    for (let at = 1; at <= NOTES_MAX + 2; at++) {
      const looked = { position: at, atMs: at, by: BOB, handle: 'bob', text: 'give', findings: [finding()] }
      record = withLooked(record, { ...looked, state: stateAfter(at) })
    }
    expect(record.notes.map(({ position: at }) => at).at(0)).toBe(3)
    expect(record.notes).toHaveLength(NOTES_MAX)
  })

  it('[S12] a later look replaces an earlier one, and what was ignored stays so', () => {
    const looked = { position: 1, atMs: 1, by: BOB, handle: 'bob', text: 'give', state: stateAfter(1) }
    const first = withLooked(NOTHING_NOTED, { ...looked, findings: [finding()] })
    const ignored = withIgnored(first, 1, 'money')
    const again = withLooked(ignored, { ...looked, position: 5, shownAt: 1, findings: [finding({ confidence: 0.7 })] })
    expect(again.notes).toMatchObject([
      { position: 1, ignored: ['money'], findings: [{ confidence: 0.7, quote: 'give' }] },
    ])
    expect(withLooked(again, { ...looked, findings: [] }).notes).toEqual([])
  })

  it('[S12] whoever is new in a group has heard what oneself said; who has left is forgotten', () => {
    const record: SafetyRecord = { ...NOTHING_NOTED, states: { [OWN]: stateAfter(3), bob: stateAfter(9) } }
    expect(stateOf(record, 'bob').messages).toBe(9)
    expect(stateOf(record, 'carol').messages).toBe(3)
    expect(among(record, new Set(['bob']))).toBe(record)
    expect(Object.keys(among(record, new Set(['carol'])).states)).toEqual([OWN])
    expect(stateOf(NOTHING_NOTED, 'bob')).toBe(FRESH_STATE)
  })

  it('[K5] a damaged memory costs itself and nothing beside it', () => {
    const record = {
      ...NOTHING_NOTED,
      checkedTo: 4,
      states: { bob: { v: 1 } as unknown as State, carol: stateAfter(2) },
    }
    expect(withSoundStates(record)).toEqual({ record: { ...record, states: { carol: stateAfter(2) } }, lost: 1 })
    const sound = { ...record, states: {} }
    expect(withSoundStates(sound)).toEqual({ record: sound, lost: 0 })
  })

  it('[S12] of a long absence the last stretch that nobody has read is remembered', () => {
    expect(withPassedOver(NOTHING_NOTED, 100, 40)).toMatchObject({ checkedTo: 100, passedOver: { from: 41, to: 100 } })
    expect(withPassedOver(NOTHING_NOTED, 100, 100).passedOver).toBeUndefined()
    expect(withPassedOver(NOTHING_NOTED, -5, 0)).toBe(NOTHING_NOTED)
  })
})
