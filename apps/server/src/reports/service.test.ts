import { alice, bob, carol, createFakeClock, createFakeLog, createSeededRandom, dave } from '@visavis/testkit'
import { BOUNDARIES_DEFAULT, REPORT_ANSWER_MS, type CallId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { createMemoryReportStore } from '../../tests/support/memory-stores.ts'
import { createReports } from './service.ts'
import type { FrameFinding } from './types.ts'
import { createWordsSeal } from './words-seal.ts'

const CALL = 'c0000000-0000-4000-8000-000000000001' as CallId

const AGREED = { mine: { ...BOUNDARIES_DEFAULT, swearing: 'no' }, theirs: BOUNDARIES_DEFAULT } as const

function setUp() {
  const random = createSeededRandom(1)
  const clock = createFakeClock()
  const log = createFakeLog()
  const store = createMemoryReportStore()
  const found: FrameFinding = { isVerified: true, faults: [] }
  const evidence = { found }
  const reports = createReports({
    clock,
    random,
    log,
    store,
    seal: createWordsSeal({ key: random.bytes(32), random }),
    reportableCall: async (callId, account) =>
      callId === CALL && account !== dave.accountId
        ? { accountId: bob.accountId, mode: 'video', startedAtMs: clock.nowMs() - 60_000, agreed: AGREED }
        : undefined,
    checkEvidence: async () => ({ ...evidence.found, frames: [], stills: [], notes: '' }),
  })
  return { clock, log, store, reports, evidence }
}

describe('reports', () => {
  it('[T1] one click makes a report: who, whom, which call, when, with a receipt and a deadline', async () => {
    const { reports, clock } = setUp()
    const made = await reports.report(alice.accountId, { callId: CALL, category: 'threat' })
    if (!made.ok) throw new Error(made.code)
    expect(made.value.evidence).toBeUndefined()
    // [M12] As the server matched them: what the reporter says of them is not asked.
    expect(made.value.report.boundaries).toEqual({ reporter: AGREED.mine, reported: AGREED.theirs })
    expect(made.value.report).toMatchObject({
      reporter: alice.accountId,
      reported: bob.accountId,
      callId: CALL,
      mode: 'video',
      severity: 'critical',
      createdAtMs: clock.nowMs(),
      answerByMs: clock.nowMs() + REPORT_ANSWER_MS,
    })
    expect(await reports.madeBy(alice.accountId)).toEqual([made.value.report])
    expect(await reports.madeBy(bob.accountId)).toEqual([])
  })

  it('[T1] details can follow: the receipt and the deadline stay, the words are added', async () => {
    const { reports, clock } = setUp()
    const first = await reports.report(alice.accountId, { callId: CALL, category: 'scam' })
    await clock.advance(60_000)
    const second = await reports.report(alice.accountId, {
      callId: CALL,
      category: 'scam',
      words: ' asked for gift cards ',
    })
    const third = await reports.report(alice.accountId, { callId: CALL, category: 'scam' })
    if (!first.ok || !second.ok || !third.ok) throw new Error('refused')
    expect(second.value.report.reportId).toBe(first.value.report.reportId)
    expect(second.value.report.answerByMs).toBe(first.value.report.answerByMs)
    const { reports: queue, total } = await reports.queue()
    expect([queue[0]?.words, total]).toEqual(['asked for gift cards', 1])
  })

  it('[T1] words are sealed where they are stored, and never logged', async () => {
    const { reports, store, log } = setUp()
    await reports.report(alice.accountId, { callId: CALL, category: 'scam', words: 'asked for gift cards' })
    const stored = (await store.queue()).reports[0]
    expect(Buffer.from(stored?.words ?? []).includes('gift')).toBe(false)
    expect(log.text()).not.toContain('gift')
  })

  it('[T3] evidence may follow, the first is kept, and what does not open is told and not kept', async () => {
    const { reports, evidence, store } = setUp()
    const wish = { callId: CALL, category: 'nudity' } as const
    const send = async (found: FrameFinding, sealed: number) => {
      evidence.found = found
      const made = await reports.report(alice.accountId, { ...wish, sealed: Uint8Array.of(sealed) })
      if (!made.ok) throw new Error(made.code)
      return made.value
    }
    await reports.report(alice.accountId, wish)
    const unreadable: FrameFinding = { isVerified: false, faults: [{ fault: 'unreadable' }] }
    const refused = await send(unreadable, 1)
    expect(refused.evidence).toEqual(unreadable)
    expect(await store.findCall(refused.report.reportId)).toBeUndefined()
    const doubted: FrameFinding = { isVerified: false, faults: [{ fault: 'stamp', count: 2 }] }
    expect((await send(doubted, 2)).evidence).toEqual(doubted)
    expect((await send({ isVerified: true, faults: [] }, 3)).evidence).toEqual(doubted)
    expect((await store.findCall(refused.report.reportId))?.evidence.sealed).toEqual(Uint8Array.of(2))
    expect((await reports.queue()).reports.map(({ report }) => report.isVerified)).toEqual([false])
  })

  it('[T1] who was not in the call, or comes too late, is told so', async () => {
    const { reports } = setUp()
    expect(await reports.report(dave.accountId, { callId: CALL, category: 'other' })).toEqual({
      ok: false,
      code: 'REPORT_WINDOW_CLOSED',
    })
  })

  it('[T1] [T5] moderators read the most urgent first', async () => {
    const { reports, clock } = setUp()
    await reports.report(alice.accountId, { callId: CALL, category: 'scam' })
    await clock.advance(1_000)
    await reports.report(carol.accountId, { callId: CALL, category: 'nudity' })
    await clock.advance(1_000)
    await reports.report(alice.accountId, { callId: CALL, category: 'minor' })
    expect((await reports.queue()).reports.map(({ report }) => report.category)).toEqual(['minor', 'nudity', 'scam'])
  })
})
