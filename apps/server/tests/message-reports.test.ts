import { createReportKeys, openAndVerifyReport, sealReport, type MessageContent, type ReportEntry } from '@visavis/e2ee'
import { alice, bob, carol, createFakeClock, createFakeLog, createSeededRandom } from '@visavis/testkit'
import { fromB64, toB64, type AccountId, type ConversationId, type ReportId, type RouteResponse } from '@visavis/wire'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMessageReports, createWordsSeal } from '../src/reports/index.ts'
import { createBrowser, signUp, type Browser, type TestApp } from './support/app.ts'
import { createMemoryReportStore } from './support/memory-stores.ts'
import { codeOf, json } from './support/people-app.ts'
import { openEmbeddedCopy } from './support/storages.ts'
import { startWholeApp } from './support/whole-app.ts'
import { newWriter, writeTogether, type Writer, type Writing } from './support/writing-people.ts'

// Reports of messages from the group to the moderator, with real keys, a real group and the server's own stamps. What a
// report can and cannot prove is e2ee's matter (verdict.test.ts); here it is whether the server holds to it.

type Receipt = RouteResponse<'reportMessages'>
type Opened = RouteResponse<'readMessageReport'>
const text = (words: string): MessageContent => ({ kind: 'text', text: words })

describe('reports of messages', () => {
  let app: TestApp
  let moderator: Browser
  let bobby: Writer
  let writing: Writing
  let elsewhere: Writing
  let publicKey: Uint8Array

  beforeAll(async () => {
    app = await startWholeApp(await openEmbeddedCopy())
    const [ally, carl] = [await newWriter(app), await newWriter(app)]
    bobby = await newWriter(app)
    moderator = createBrowser(app)
    await signUp(moderator, 'mossy-owl-05')
    await sql`update accounts set role = 'moderator' where username = 'mossy-owl-05'`.execute(app.storage.db)
    writing = await writeTogether(app, ally, bobby)
    await writing.sayB(text('hello from bobby'))
    await writing.sayA(text('send money or else'))
    await writing.sayA(text('i know your street'))
    await writing.sayB(text('please stop this'))
    await writing.sayA(text('last warning'))
    elsewhere = await writeTogether(app, carl, bobby)
    await elsewhere.sayA(text('meant for elsewhere'))
    const key = await json<{ publicKey: string }>(bobby.browser.get('/api/report-key'))
    publicKey = fromB64(key.publicKey) ?? new Uint8Array()
  })
  afterAll(async () => {
    for (const { a, b } of [writing, elsewhere]) for (const { socket } of [a, b]) await socket.end()
    await app.end()
    await app.storage.close()
  })

  const entry = (position: number, of = writing.b.entries): ReportEntry => {
    const found = of.get(position)
    if (!found) throw new Error('no such message')
    return found
  }
  const withheld = ({ stamped, stamp }: ReportEntry): ReportEntry => ({ stamped, stamp })
  const conversation = () => writing.conversationId

  async function report(
    entries: readonly ReportEntry[],
    by: Writer = bobby,
    about = conversation(),
  ): Promise<Response> {
    const sealed = await sealReport({ publicKey, reporter: by.accountId, conversationId: about, entries })
    const wish = { conversationId: about, category: 'threat', words: 'I am afraid', sealed: toB64(sealed) }
    return by.browser.post('/api/message-reports', wish)
  }
  const receiptOf = (entries: readonly ReportEntry[], by = bobby) => json<Receipt>(report(entries, by))
  const read = (reportId: ReportId) => json<Opened>(moderator.get(`/staff/message-reports/${reportId}`))
  const listed = async (reportId: ReportId) => {
    const { reports } = await json<RouteResponse<'listReports'>>(moderator.get('/staff/reports'))
    return reports.find((each) => each.reportId === reportId)
  }

  it('[T2] three messages are verified, with a receipt, and a moderator reads them with who wrote them', async () => {
    const receipt = await receiptOf([entry(2), entry(3), entry(4)])
    expect(receipt).toMatchObject({ isVerified: true, faults: [] })
    const opened = await read(receipt.reportId)
    const ally = writing.a.person.accountId
    expect(opened).toMatchObject({
      isVerified: true,
      words: 'I am afraid',
      reporter: bobby.accountId,
      category: 'threat',
    })
    expect(opened.verdict).toEqual(['Verified: every opened message was sent by the account that is named with it.'])
    expect(opened.messages.map(({ sender, kind, text: words, isProven }) => [sender, kind, words, isProven])).toEqual([
      [ally, 'text', 'send money or else', true],
      [ally, 'text', 'i know your street', true],
      [bobby.accountId, 'text', 'please stop this', true],
    ])
    expect(await listed(receipt.reportId)).toMatchObject({
      kind: 'messages',
      severity: 'critical',
      reporter: bobby.accountId,
      reported: ally,
      isVerified: true,
      conversationId: conversation(),
      callId: null,
      mode: null,
      callStartedAtMs: null,
      words: 'I am afraid',
      answerByMs: receipt.answerByMs,
    })
    const own = await json<RouteResponse<'listOwnReports'>>(bobby.browser.get('/api/reports'))
    expect(own.reports.map(({ reportId }) => reportId)).toContain(receipt.reportId)
    const theirs = await json<RouteResponse<'listOwnReports'>>(writing.a.person.browser.get('/api/reports'))
    expect(theirs.reports).toEqual([])
  })

  it('[T2] what was not opened stays unreadable: to the moderator, in the database, in the log', async () => {
    const { reportId } = await receiptOf([withheld(entry(2)), entry(3), withheld(entry(4))])
    const { messages } = await read(reportId)
    expect(messages.map(({ kind, text: words }) => [kind, words])).toEqual([
      ['withheld', null],
      ['text', 'i know your street'],
      ['withheld', null],
    ])
    const { rows: tables } = await sql<{ name: string }>`
      select table_name as name from information_schema.tables where table_schema = 'public'`.execute(app.storage.db)
    let stored = ''
    for (const { name } of tables) {
      const { rows } = await sql`select * from ${sql.ref(name)}`.execute(app.storage.db)
      for (const value of rows.flatMap((row) => Object.values(row as object)))
        stored += value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : JSON.stringify(value)
    }
    expect(stored.length).toBeGreaterThan(10_000)
    for (const words of ['bobby', 'money', 'street', 'please stop', 'warning', 'afraid'])
      expect([words, stored.includes(words), app.log.text().includes(words)]).toEqual([words, false, false])
  })

  it('[T2] forged words, an altered stamp and another device are named, and prove nothing against anybody', async () => {
    const { evidence, stamped, stamp } = entry(3)
    if (!evidence) throw new Error('no evidence')
    const body = evidence.body.with(evidence.body.length - 1, 33)
    const cases: [ReportEntry, string][] = [
      [{ stamped, stamp, evidence: { ...evidence, body } }, 'commitment'],
      [{ stamped, stamp: stamp.with(0, (stamp[0] ?? 0) ^ 1), evidence }, 'stamp'],
      [{ stamped: { ...stamped, senderAccount: bobby.accountId }, stamp, evidence }, 'stamp'],
      [{ stamped: { ...stamped, position: 9 }, stamp, evidence }, 'stamp'],
      [{ stamped: { ...stamped, stampKeyId: stamped.stampKeyId - 1 }, stamp, evidence }, 'too-old'],
    ]
    for (const [forged, fault] of cases) {
      const receipt = await receiptOf([forged])
      expect([receipt.isVerified, receipt.faults[0]]).toEqual([false, { fault, position: forged.stamped.position }])
      const { messages, verdict } = await read(receipt.reportId)
      expect(verdict[0]).toMatch(new RegExp(`^Message ${forged.stamped.position} .+ \\(${fault}\\)$`))
      expect(messages).toMatchObject([{ isProven: false, kind: 'withheld', text: null }])
      expect(await listed(receipt.reportId)).toMatchObject({ reported: null, isVerified: false })
    }
  })

  it('[T2] a message left out in the middle, a turned order and own words only are told', async () => {
    const gap = await receiptOf([entry(2), entry(4), entry(5)])
    expect(gap).toMatchObject({ isVerified: false, faults: [{ fault: 'gap', position: 4 }] })
    expect((await read(gap.reportId)).verdict).toEqual([
      'Messages are missing right before message 4: they were left out, or never arrived. (gap)',
    ])
    expect((await listed(gap.reportId))?.reported).toBe(writing.a.person.accountId)
    expect((await receiptOf([entry(3), entry(2)])).faults).toContainEqual({ fault: 'order', position: 2 })
    const own = await receiptOf([entry(4)])
    expect(own.faults).toEqual([{ fault: 'own-only' }])
    expect((await listed(own.reportId))?.reported).toBeNull()
  })

  it('[T2] a message from another conversation, or replayed by the other side, is no proof', async () => {
    const foreign = await receiptOf([entry(1, elsewhere.b.entries)])
    expect(foreign.faults[0]).toEqual({ fault: 'other-conversation', position: 1 })
    const ally = writing.a.person
    expect((await receiptOf([entry(2)], ally)).faults[0]).toEqual({ fault: 'stamp', position: 2 })
    // Sealed by bobby for himself, handed in by ally.
    const sealed = await sealReport({
      publicKey,
      reporter: bobby.accountId,
      conversationId: conversation(),
      entries: [entry(2)],
    })
    const wish = { conversationId: conversation(), category: 'threat', sealed: toB64(sealed) }
    const replayed = await json<Receipt>(ally.browser.post('/api/message-reports', wish))
    expect(replayed.faults).toEqual([{ fault: 'unreadable' }])
    expect((await read(replayed.reportId)).messages).toEqual([])
  })

  it('[T2] who wrote it cannot deny it: the sender proves the very same message by the own stamp', async () => {
    const both = [
      await receiptOf([entry(1), entry(2)]),
      await receiptOf([entry(1, writing.a.entries), entry(2, writing.a.entries)], writing.a.person),
    ]
    const [bobs, allys] = [await read(both[0]?.reportId as ReportId), await read(both[1]?.reportId as ReportId)]
    expect(bobs.messages).toEqual(allys.messages)
    expect([bobs.isVerified, allys.isVerified]).toEqual([true, true])
  })

  it('[T2] who was never in the conversation reports nothing there, and bytes that are none are refused', async () => {
    const stranger = elsewhere.a.person
    expect(await codeOf(report([entry(2)], stranger))).toBe('CONVERSATION_UNKNOWN')
    const wish = { conversationId: conversation(), category: 'threat', sealed: 'A' }
    expect(await codeOf(bobby.browser.post('/api/message-reports', wish))).toBe('WIRE_INVALID')
    const large = { ...wish, sealed: 'A'.repeat(3 * 1024 * 1024) }
    expect(await codeOf(bobby.browser.post('/api/message-reports', large))).toBe('WIRE_FRAME_TOO_LARGE')
    const noise = { ...wish, sealed: toB64(new Uint8Array(200)) }
    expect((await json<Receipt>(bobby.browser.post('/api/message-reports', noise))).isVerified).toBe(false)
  })

  it('[T2] only a moderator opens a report, and only one that is there', async () => {
    const { reportId } = await receiptOf([entry(2)])
    for (const browser of [bobby.browser, writing.a.person.browser])
      expect(await codeOf(browser.get(`/staff/message-reports/${reportId}`))).toBe('NOT_ALLOWED')
    for (const id of [crypto.randomUUID(), 'x', '..%2f'])
      expect(await codeOf(moderator.get(`/staff/message-reports/${id}`))).toBe('NOT_FOUND')
  })

  it('[T2] a hostile entry that names nobody does not hide the others from the moderator', async () => {
    const odd = { ...entry(3), stamped: { ...entry(3).stamped, senderAccount: '<nobody>' } }
    const { reportId } = await receiptOf([entry(2), odd])
    expect((await read(reportId)).messages).toMatchObject([{ position: 2, isProven: true }])
  })

  it('[T2] a conversation that is over can still be reported', async () => {
    const { accountId } = writing.a.person
    expect(await codeOf(bobby.browser.post('/api/blocks', { accountId }))).toBe('ok')
    expect(await receiptOf([entry(5)])).toMatchObject({ isVerified: true })
  })
})

describe('[T2] reports of messages, apart from the server', () => {
  const CONVERSATION = 'c0000000-0000-4000-8000-000000000009' as ConversationId
  const LEFT: AccountId = carol.accountId

  it('[T2] counts as proof of having been there what was stamped for who has left since', async () => {
    const clock = createFakeClock()
    const random = createSeededRandom(3)
    const store = createMemoryReportStore()
    const stamped = {
      stampKeyId: 1,
      senderAccount: bob.accountId,
      senderDevice: bob.deviceId,
      conversationId: CONVERSATION,
      generation: 1,
      position: 1,
      sentAtMs: clock.nowMs(),
      commitment: new Uint8Array(32),
    }
    let isProven = true
    const reports = createMessageReports({
      clock,
      random,
      store,
      log: createFakeLog(),
      seal: createWordsSeal({ key: random.bytes(32), random }),
      keys: () => createReportKeys(new Uint8Array(32)),
      verify: async () => ({ isVerified: false, faults: [], entries: [{ stamped, isProven, content: text('x') }] }),
      stampKey: async () => undefined,
      isMember: async (_, account) => account === alice.accountId,
    })
    const wish = { conversationId: CONVERSATION, category: 'scam', sealed: new Uint8Array(3) } as const
    expect((await reports.report(LEFT, wish)).ok).toBe(true)
    isProven = false
    expect(await reports.report(LEFT, wish)).toEqual({ ok: false, code: 'CONVERSATION_UNKNOWN' })
    expect((await reports.report(alice.accountId, wish)).ok).toBe(true)
    const reported = (await store.queue()).reports.map((each) => [each.reporter, each.reported])
    expect(new Map(reported as [])).toEqual(
      new Map([
        [LEFT, bob.accountId],
        [alice.accountId, undefined],
      ]),
    )
  })

  it('[T2] opens with the key of the server only: neither the database nor another server does', async () => {
    const keys = await createReportKeys(new Uint8Array(32).fill(1))
    const others = await createReportKeys(new Uint8Array(32).fill(2))
    const stamped = {
      stampKeyId: 1,
      senderAccount: bob.accountId,
      senderDevice: bob.deviceId,
      conversationId: CONVERSATION,
      generation: 1,
      position: 1,
      sentAtMs: 1,
      commitment: new Uint8Array(32),
    }
    const place = { reporter: alice.accountId, conversationId: CONVERSATION }
    const entries = [{ stamped, stamp: new Uint8Array(32) }]
    const sealed = await sealReport({ ...place, publicKey: keys.publicKey, entries })
    const verify = (privateKey: Uint8Array) =>
      openAndVerifyReport({ ...place, privateKey, sealed, stampKey: async () => undefined, nowMs: 1 })
    expect((await verify(keys.privateKey)).entries).toHaveLength(1)
    expect((await verify(others.privateKey)).faults).toEqual([{ fault: 'unreadable' }])
  })
})
