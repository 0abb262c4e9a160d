import { alice, bob, carol, dave } from '@visavis/testkit'
import {
  BOUNDARIES_DEFAULT,
  type AccountId,
  type BlockId,
  type CallId,
  type ConversationId,
  type ReportCategory,
  type ReportId,
} from '@visavis/wire'
import { expect, it } from 'vitest'
import type { Block, BlockStore } from '../../src/blocks/index.ts'
import type { CallReport, MessagesReport, ReportStore } from '../../src/reports/index.ts'

/**
 * What every store must do, whatever it stores in. Each suite runs on the store in memory, on the embedded database and on
 * PostgreSQL, so that a test that uses the first is a test of all. `create` gives an empty store in which the
 * accounts of the test people exist.
 */

const uuid = (kind: string, number: number) => `${kind}0000000-0000-4000-8000-${String(number).padStart(12, '0')}`

function block(number: number, blocker: AccountId, blocked: AccountId): Block {
  return {
    blockId: uuid('b', number) as BlockId,
    blocker,
    blocked,
    pseudonym: `Quiet Heron ${number}`,
    createdAtMs: 1_767_225_600_000 + number,
  }
}

export function blockStoreContract(create: () => Promise<BlockStore>): void {
  it('[M7] keeps a block once per direction, and returns the one that stands', async () => {
    const store = await create()
    const first = await store.add(block(1, alice.accountId, bob.accountId))
    expect(first).toEqual(block(1, alice.accountId, bob.accountId))
    expect(await store.add(block(2, alice.accountId, bob.accountId))).toEqual(first)
    await store.add(block(3, bob.accountId, alice.accountId))
    expect(await store.madeBy(alice.accountId)).toEqual([first])
  })

  it('[M7] keeps both apart whoever made the block, and nobody else', async () => {
    const store = await create()
    await store.add(block(1, alice.accountId, bob.accountId))
    await store.add(block(2, carol.accountId, alice.accountId))
    expect(await store.apartFrom(alice.accountId)).toEqual(new Set([bob.accountId, carol.accountId]))
    expect(await store.apartFrom(bob.accountId)).toEqual(new Set([alice.accountId]))
    expect(await store.apartFrom(dave.accountId)).toEqual(new Set())
  })

  it('[M7] lists newest first, and removes for the maker only', async () => {
    const store = await create()
    const older = await store.add(block(1, alice.accountId, bob.accountId))
    const newer = await store.add(block(2, alice.accountId, carol.accountId))
    expect(await store.madeBy(alice.accountId)).toEqual([newer, older])
    expect(await store.remove(bob.accountId, older.blockId)).toBeUndefined()
    expect(await store.remove(alice.accountId, older.blockId)).toEqual(older)
    expect(await store.remove(alice.accountId, older.blockId)).toBeUndefined()
    expect(await store.apartFrom(bob.accountId)).toEqual(new Set())
  })

  it('[M6] [M7] tells who of some people blocks an account, in that direction only', async () => {
    const store = await create()
    await store.add(block(1, bob.accountId, alice.accountId))
    await store.add(block(2, alice.accountId, carol.accountId))
    await store.add(block(3, dave.accountId, alice.accountId))
    const among = [bob.accountId, carol.accountId]
    expect(await store.blockersAmong(alice.accountId, among)).toEqual(new Set([bob.accountId]))
    expect(await store.blockersAmong(bob.accountId, [alice.accountId])).toEqual(new Set())
    expect(await store.blockersAmong(alice.accountId, [])).toEqual(new Set())
  })
}

function report(number: number, category: ReportCategory, more: Partial<CallReport> = {}): CallReport {
  const createdAtMs = 1_767_225_600_000 + number
  return {
    kind: 'call',
    reportId: uuid('f', number) as ReportId,
    reporter: alice.accountId,
    reported: bob.accountId,
    callId: uuid('c', 1) as CallId,
    mode: 'video',
    callStartedAtMs: createdAtMs - 60_000,
    boundaries: { reporter: BOUNDARIES_DEFAULT, reported: { ...BOUNDARIES_DEFAULT, flirting: 'want' } },
    isVerified: undefined,
    category,
    severity: 'normal',
    words: undefined,
    createdAtMs,
    answerByMs: createdAtMs + 86_400_000,
    state: 'open',
    decidedAtMs: undefined,
    ...more,
  }
}

export function reportStoreContract(create: () => Promise<ReportStore>): void {
  it('[T1] keeps a report whole, words as the bytes they are', async () => {
    const store = await create()
    const words = Uint8Array.from({ length: 300 }, (_, index) => index % 256)
    const kept = await store.add(report(1, 'scam', { words }))
    expect(kept).toEqual(report(1, 'scam', { words }))
    expect(await store.queue()).toEqual({ reports: [kept], total: 1 })
  })

  it('[T1] takes the same reporter, call and category for the same report, and words that follow', async () => {
    const store = await create()
    const first = await store.add(report(1, 'scam'))
    const second = await store.add(report(2, 'scam', { words: Uint8Array.of(1, 2) }))
    expect(second).toEqual({ ...first, words: Uint8Array.of(1, 2) })
    expect(await store.add(report(3, 'scam'))).toEqual(second)
    await store.add(report(4, 'threat'))
    expect((await store.queue()).total).toBe(2)
  })

  it('[T1] [T5] orders the queue by severity, then by deadline, then by id', async () => {
    const store = await create()
    await store.add(report(4, 'other'))
    await store.add(report(3, 'scam', { createdAtMs: 1, answerByMs: 5 }))
    await store.add(report(2, 'nudity', { severity: 'high' }))
    await store.add(report(1, 'minor', { severity: 'critical' }))
    await store.add(report(5, 'impersonation', { answerByMs: 5 }))
    expect((await store.queue()).reports.map((kept) => kept.category)).toEqual([
      'minor',
      'nudity',
      'scam',
      'impersonation',
      'other',
    ])
  })

  it('[T1] shows a reporter their own reports only, newest first', async () => {
    const store = await create()
    await store.add(report(1, 'scam'))
    await store.add(report(2, 'threat'))
    await store.add(report(3, 'scam', { reporter: carol.accountId }))
    expect((await store.madeBy(alice.accountId)).map((kept) => kept.category)).toEqual(['threat', 'scam'])
    expect(await store.madeBy(bob.accountId)).toEqual([])
  })
  it('[M6] tells in which of some calls an account was reported, by whomever', async () => {
    const store = await create()
    const calls = [1, 2, 3].map((number) => uuid('c', number) as CallId)
    await store.add(report(1, 'scam'))
    await store.add(report(2, 'threat'))
    await store.add(report(3, 'scam', { reporter: carol.accountId, callId: uuid('c', 2) as CallId }))
    await store.add(report(4, 'scam', { reported: dave.accountId, callId: uuid('c', 3) as CallId }))
    expect(await store.reportedIn(bob.accountId, calls)).toEqual(new Set(calls.slice(0, 2)))
    expect(await store.reportedIn(bob.accountId, calls.slice(2))).toEqual(new Set())
    expect(await store.reportedIn(bob.accountId, [])).toEqual(new Set())
  })

  it('[M6] counts upheld reports against an account, with the time of the latest, and queues none of them', async () => {
    const store = await create()
    expect(await store.upheldAgainst(bob.accountId)).toEqual({ count: 0, latestAtMs: undefined })
    await store.add(report(1, 'scam'))
    expect(await store.upheldAgainst(bob.accountId)).toEqual({ count: 0, latestAtMs: undefined })
    await store.add(report(2, 'threat', { state: 'upheld', decidedAtMs: 20 }))
    await store.add(report(3, 'nudity', { reporter: carol.accountId, state: 'upheld', decidedAtMs: 10 }))
    await store.add(report(4, 'hate', { reported: dave.accountId, state: 'upheld', decidedAtMs: 30 }))
    expect(await store.upheldAgainst(bob.accountId)).toEqual({ count: 2, latestAtMs: 20 })
    expect((await store.queue()).total).toBe(1)
  })

  it('[T2] keeps a report of messages with its evidence as it was sealed, each as one of its own', async () => {
    const store = await create()
    const sealed = Uint8Array.from({ length: 5_000 }, (_, index) => index % 256)
    const faults = [{ fault: 'gap', position: 3 }, { fault: 'own-only' }] as const
    const first = messagesReport(1, { reported: bob.accountId })
    const second = messagesReport(2, { severity: 'high', words: Uint8Array.of(1) })
    await store.addMessages(first, { sealed, faults })
    await store.addMessages(second, { sealed: Uint8Array.of(7), faults: [] })
    await store.add(report(3, 'scam'))
    expect(await store.findMessages(first.reportId)).toEqual({ report: first, evidence: { sealed, faults } })
    expect(await store.findMessages(report(3, 'scam').reportId)).toBeUndefined()
    expect(await store.findMessages(report(9, 'scam').reportId)).toBeUndefined()
    expect(await store.queue()).toEqual({ reports: [second, first, report(3, 'scam')], total: 3 })
    expect(await store.madeBy(alice.accountId)).toEqual([report(3, 'scam'), second, first])
    expect(await store.reportedIn(bob.accountId, [report(3, 'scam').callId])).toEqual(
      new Set([report(3, 'scam').callId]),
    )
  })

  it('[T3] keeps the first evidence of a report of a call, as it was sealed, and tells what was found about it', async () => {
    const store = await create()
    const sealed = Uint8Array.from({ length: 5_000 }, (_, index) => index % 256)
    const kept = await store.add(report(1, 'nudity'))
    expect(await store.findCall(kept.reportId)).toBeUndefined()
    const first = { sealed, faults: [{ fault: 'stamp', count: 4 }], receivedAtMs: kept.createdAtMs + 5 } as const
    const finding = { isVerified: false, faults: first.faults }
    expect(await store.addFrames(kept.reportId, { ...first, isVerified: false })).toEqual(finding)
    const later = { sealed: Uint8Array.of(1), faults: [], receivedAtMs: kept.createdAtMs + 9, isVerified: true }
    expect(await store.addFrames(kept.reportId, later)).toEqual(finding)
    const whole = { ...kept, isVerified: false }
    expect(await store.findCall(kept.reportId)).toEqual({ report: whole, evidence: first })
    expect(await store.add(report(2, 'nudity'))).toEqual(whole)
    const other = await store.add(report(3, 'threat'))
    expect(await store.addFrames(other.reportId, later)).toEqual({ isVerified: true, faults: [] })
    expect((await store.findCall(other.reportId))?.report.isVerified).toBe(true)
    expect(await store.findMessages(kept.reportId)).toBeUndefined()
    expect(await store.findCall(report(9, 'scam').reportId)).toBeUndefined()
  })
}

function messagesReport(number: number, more: Partial<MessagesReport> = {}): MessagesReport {
  const { callId: _, mode: _mode, callStartedAtMs: _started, boundaries: _chosen, ...shared } = report(number, 'other')
  const about = { kind: 'messages', conversationId: uuid('e', 1) as ConversationId, isVerified: false } as const
  return { ...shared, ...about, reported: undefined, ...more }
}
