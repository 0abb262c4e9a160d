import { createReportKeys, sealFrameReport, stillOf, type FrameEvidence, type FrameReport } from '@visavis/e2ee'
import { createSeededRandom } from '@visavis/testkit'
import { fromB64, toB64, type CallId, type ReportId, type RouteResponse } from '@visavis/wire'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadSecrets } from '../src/secrets.ts'
import type { Storage } from '../src/storage/index.ts'
import { createBrowser, signUp, type Browser, type TestApp } from './support/app.ts'
import { callTogether, newCaller, type Caller, type Calling } from './support/calling-people.ts'
import { codeOf, json } from './support/people-app.ts'
import { openEmbeddedCopy } from './support/storages.ts'
import { startWholeApp } from './support/whole-app.ts'

// Evidence of a call from the group of the two to the moderator, with real keys, real commitments and the server's own
// stamps. What evidence can and cannot prove is e2ee's matter (verdict.test.ts); here it is whether the server holds to it.

type Receipt = RouteResponse<'createReport'>
type Opened = RouteResponse<'readCallReport'>

/** A real VP8 key frame of 33 by 17 pixels; only a byte of its last partition differs by number. */
const KEY_FRAME =
  '0AMAnQEqIQARAD9xqMhcNKwoJCqqApAuCWIArk--QL3YAkVcahtAAPnWhe4T1redXncwvkYBLJ2NyGyAPrRV96M-KkqPXaR3XSrSa7YsgAA'
const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2)
const NOTES = 'she said she would send it to my family'
const TURN = { TURN_URL: 'turn:192.0.2.77:3478', TURN_SECRET: 'a shared secret of more than 32 characters' }

/** Of the deployment, so that a restarted server knows its own. */
const secrets = loadSecrets({
  configured: 'a configured secret of more than 32 characters',
  dataDir: '',
  random: createSeededRandom(1),
})

function frameNumber(number: number): Uint8Array {
  const frame = fromB64(KEY_FRAME) ?? new Uint8Array()
  frame[frame.length - 1] = number
  return frame
}

describe('evidence of calls', () => {
  let storage: Storage
  let app: TestApp
  let moderator: Browser
  let ally: Caller
  let bobby: Caller
  let earlier: { readonly call: Calling; readonly frame: FrameEvidence }
  let call: Calling
  let frames: readonly FrameEvidence[]
  let own: FrameEvidence
  let publicKey: Uint8Array

  beforeAll(async () => {
    storage = await openEmbeddedCopy()
    app = await startWholeApp(storage, { env: TURN, secrets })
    ;[ally, bobby] = [await newCaller(app), await newCaller(app)]
    moderator = createBrowser(app)
    await signUp(moderator, 'mossy-owl-05')
    await sql`update accounts set role = 'moderator' where username = 'mossy-owl-05'`.execute(storage.db)
    const before = await callTogether(ally, bobby)
    earlier = { call: before, frame: await before.sendA(frameNumber(1)) }
    await before.end()
    call = await callTogether(ally, bobby)
    frames = [await call.sendA(frameNumber(11)), await call.sendA(frameNumber(12)), await call.sendA(frameNumber(13))]
    own = await call.sendB(frameNumber(21))
    const key = await json<{ publicKey: string }>(bobby.browser.get('/api/report-key'))
    publicKey = fromB64(key.publicKey) ?? new Uint8Array()
  }, 180_000)
  afterAll(async () => {
    for (const { socket } of [ally, bobby]) await socket.end()
    await app.end()
    await storage.close()
  })

  const at = (index: number): FrameEvidence => {
    const frame = frames[index]
    if (!frame) throw new Error('no such frame')
    return frame
  }
  /** Each report is one for its call and category: a test that wants a fresh one takes a category of its own. */
  const categories = ['nudity', 'sexual-harassment', 'minor', 'threat', 'hate', 'scam', 'impersonation', 'recording']
  let used = 0
  const freshCategory = () => categories[used++] ?? 'other'

  async function sealed(evidence: Partial<FrameReport>, by: Caller = bobby, callId: CallId = call.callId) {
    const whole = { frames: [], stills: [], notes: '', ...evidence }
    return toB64(await sealFrameReport({ ...whole, publicKey, reporter: by.accountId, callId }))
  }
  async function report(evidence: Partial<FrameReport>, category = freshCategory(), more: object = {}) {
    const wish = { callId: call.callId, category, sealed: await sealed(evidence), ...more }
    return json<Receipt>(bobby.browser.post('/api/reports', wish))
  }
  const read = (reportId: ReportId) => json<Opened>(moderator.get(`/staff/call-reports/${reportId}`))
  const listed = async (reportId: ReportId) => {
    const { reports } = await json<RouteResponse<'listReports'>>(moderator.get('/staff/reports'))
    return reports.find((each) => each.reportId === reportId)
  }
  const forget = () => sql`delete from reports`.execute(storage.db).then(() => void (used = 0))

  it('[T3] an honest report is verified, and a moderator sees the very frames, and what is unproven apart', async () => {
    const receipt = await report({ frames: [at(0), at(2)], stills: [JPEG], notes: NOTES }, 'nudity', { words: 'help' })
    expect(receipt).toMatchObject({ isVerified: true, faults: [] })
    const opened = await read(receipt.reportId)
    expect(opened).toMatchObject({
      isVerified: true,
      faults: [],
      verdict: ['Verified: every frame was sent by the reported account in this call.'],
      reporter: bobby.accountId,
      reported: ally.accountId,
      callId: call.callId,
      mode: 'video',
      category: 'nudity',
      words: 'help',
      unprovenStills: [{ mime: 'image/jpeg', image: toB64(JPEG) }],
      unprovenNotes: NOTES,
    })
    expect(opened.frames).toEqual(
      [at(0), at(2)].map(({ count, atMs, frame }) => ({
        count,
        atMs,
        isProven: true,
        webp: toB64(stillOf(frame) ?? new Uint8Array()),
      })),
    )
    expect(await listed(receipt.reportId)).toMatchObject({ kind: 'call', isVerified: true, reported: ally.accountId })
    const theirs = await json<RouteResponse<'listOwnReports'>>(ally.browser.get('/api/reports'))
    expect(theirs.reports).toEqual([])
  })

  it('[T3] altered, replayed, invented, own and turned frames are told, each with its reason, and prove nothing', async () => {
    await forget()
    const invented = { ...at(2), count: 9, commitment: new Uint8Array(32).fill(1), stamp: new Uint8Array(32) }
    const cases: [FrameEvidence, string, RegExp][] = [
      [{ ...at(1), frame: frameNumber(99) }, 'commitment', /altered/],
      [earlier.frame, 'other-call', /replayed/],
      [{ ...earlier.frame, callId: call.callId }, 'stamp', /invented/],
      [invented, 'stamp', /invented/],
      [own, 'own-only', /sent by the reporter/],
      [{ ...at(0), stampKeyId: at(0).stampKeyId - 1 }, 'too-old', /older than 30 days/],
    ]
    for (const [frame, fault, words] of cases) {
      const receipt = await report({ frames: [frame] })
      expect([receipt.isVerified, receipt.faults]).toEqual([false, [{ fault, count: frame.count }]])
      const opened = await read(receipt.reportId)
      expect(opened.verdict[0]).toMatch(words)
      expect(opened.frames).toMatchObject([{ count: frame.count, isProven: false, webp: null }])
      expect(await listed(receipt.reportId)).toMatchObject({ isVerified: false })
    }
    const turned = await report({ frames: [at(2), at(0)] })
    expect(turned).toMatchObject({ isVerified: false, faults: [{ fault: 'order', count: at(0).count }] })
    expect((await read(turned.reportId)).frames.map(({ isProven }) => isProven)).toEqual([true, true])
  })

  it('[T3] one bad frame hides neither its fault nor the others', async () => {
    const receipt = await report({ frames: [at(0), { ...at(1), frame: frameNumber(98) }, at(2)] })
    expect(receipt).toMatchObject({ isVerified: false, faults: [{ fault: 'commitment', count: at(1).count }] })
    expect((await read(receipt.reportId)).frames.map(({ isProven }) => isProven)).toEqual([true, false, true])
  })

  it('[T3] the other side reports by what was sent to it, and not by what it has sent itself', async () => {
    const wish = { callId: call.callId, category: 'other', sealed: await sealed({ frames: [at(0)] }, ally) }
    const receipt = await json<Receipt>(ally.browser.post('/api/reports', wish))
    expect(receipt).toMatchObject({ isVerified: false, faults: [{ fault: 'own-only', count: at(0).count }] })
    const right = { ...wish, category: 'scam', sealed: await sealed({ frames: [own] }, ally) }
    expect(await json<Receipt>(ally.browser.post('/api/reports', right))).toMatchObject({ isVerified: true })
  })

  it('[T3, WE4] evidence may follow a report of one press; the first stays; what does not open is told, not kept', async () => {
    await forget()
    const bare = await json<Receipt>(bobby.browser.post('/api/reports', { callId: call.callId, category: 'nudity' }))
    expect(Object.keys(bare).toSorted()).toEqual(['answerByMs', 'reportId'])
    expect(await codeOf(moderator.get(`/staff/call-reports/${bare.reportId}`))).toBe('NOT_FOUND')
    expect(await listed(bare.reportId)).toMatchObject({ isVerified: null })
    // Sealed by ally for herself, handed in by bobby; and noise.
    for (const bytes of [await sealed({ frames: [own] }, ally), toB64(new Uint8Array(200))]) {
      const receipt = await report({}, 'nudity', { sealed: bytes })
      expect(receipt).toEqual({ ...bare, isVerified: false, faults: [{ fault: 'unreadable' }] })
      expect(await codeOf(moderator.get(`/staff/call-reports/${bare.reportId}`))).toBe('NOT_FOUND')
    }
    expect(await report({ frames: [at(0)] }, 'nudity')).toEqual({ ...bare, isVerified: true, faults: [] })
    expect(await report({ frames: [earlier.frame] }, 'nudity')).toEqual({ ...bare, isVerified: true, faults: [] })
    expect((await read(bare.reportId)).frames.map(({ count }) => count)).toEqual([at(0).count])
  })

  it('[T3] evidence without a frame proves nothing and is told apart', async () => {
    const receipt = await report({ stills: [JPEG], notes: NOTES }, 'hate')
    expect(receipt).toMatchObject({ isVerified: false, faults: [] })
    expect((await read(receipt.reportId)).verdict).toEqual([
      'No frame of the call is attached: nothing here is proven.',
    ])
  })

  it('[T3, WH2] bytes that are none, or too many, are refused', async () => {
    const wish = { callId: call.callId, category: 'threat' }
    const post = (more: object) => codeOf(bobby.browser.post('/api/reports', { ...wish, ...more }))
    expect(await post({ sealed: 'A' })).toBe('WIRE_INVALID')
    expect(await post({ receipt: 'A' })).toBe('WIRE_INVALID')
    expect(await post({ receipt: 'A'.repeat(400) })).toBe('WIRE_INVALID')
    expect(await post({ sealed: 'A'.repeat(3 * 1024 * 1024) })).toBe('WIRE_FRAME_TOO_LARGE')
  })

  it('[T3] only a moderator opens the evidence of a call, and only one that is there', async () => {
    const { reportId } = await report({ frames: [at(0)] }, 'recording')
    for (const { browser } of [bobby, ally])
      expect(await codeOf(browser.get(`/staff/call-reports/${reportId}`))).toBe('NOT_ALLOWED')
    expect(await codeOf(createBrowser(app).get(`/staff/call-reports/${reportId}`))).toBe('AUTH_REQUIRED')
    for (const id of [crypto.randomUUID(), 'x', '..%2f'])
      expect(await codeOf(moderator.get(`/staff/call-reports/${id}`))).toBe('NOT_FOUND')
    expect(await codeOf(moderator.get(`/staff/message-reports/${reportId}`))).toBe('NOT_FOUND')
  })

  it('[T3] the evidence stays sealed in the database, and out of the log', async () => {
    const { rows } = await sql<{ sealed: Uint8Array; faults: unknown }>`select * from report_evidence`.execute(
      storage.db,
    )
    const stored = rows.map((row) => Buffer.from(row.sealed).toString('latin1')).join()
    expect(stored.length).toBeGreaterThan(500)
    for (const secret of [NOTES, Buffer.from(frameNumber(11).subarray(0, 40)).toString('latin1')]) {
      expect(stored).not.toContain(secret)
      expect(app.log.text()).not.toContain(secret)
    }
    const others = await createReportKeys(new Uint8Array(32).fill(2))
    expect(Buffer.from(others.publicKey).equals(publicKey)).toBe(false)
  })

  it('[T1, T3] a third person reports neither with nor without somebody’s receipt', async () => {
    const carl = await newCaller(app)
    const wish = { callId: call.callId, category: 'scam' }
    const mine = toB64(call.receipts[1])
    expect(await codeOf(carl.browser.post('/api/reports', wish))).toBe('REPORT_WINDOW_CLOSED')
    expect(await codeOf(carl.browser.post('/api/reports', { ...wish, receipt: mine }))).toBe('REPORT_WINDOW_CLOSED')
    await carl.socket.end()
  })

  it('[T3, S16, WE3] a call the server has forgotten is reported by its receipt, after a restart, and still verifies', async () => {
    await forget()
    await call.end()
    await app.end()
    await sql`delete from calls`.execute(storage.db)
    app = await startWholeApp(storage, { env: TURN, secrets })
    const [allys, bobbys] = [ally, bobby].map(({ browser }) => {
      const again = createBrowser(app)
      for (const [name, value] of browser.cookies) again.cookies.set(name, value)
      return again
    }) as [Browser, Browser]
    const [allysReceipt, bobbysReceipt] = call.receipts.map(toB64)
    const wish = { callId: call.callId, category: 'nudity', sealed: await sealed({ frames: [at(0)] }) }
    expect(await codeOf(bobbys.post('/api/reports', wish))).toBe('REPORT_WINDOW_CLOSED')
    expect(await codeOf(bobbys.post('/api/reports', { ...wish, receipt: allysReceipt }))).toBe('REPORT_WINDOW_CLOSED')
    expect(await codeOf(allys.post('/api/reports', { ...wish, receipt: bobbysReceipt }))).toBe('REPORT_WINDOW_CLOSED')
    const receipt = await json<Receipt>(bobbys.post('/api/reports', { ...wish, receipt: bobbysReceipt }))
    expect(receipt).toMatchObject({ isVerified: true, faults: [] })
    const { rows } = await sql<{ reported: string }>`select reported_id as reported from reports`.execute(storage.db)
    expect(rows).toEqual([{ reported: ally.accountId }])
  })
})
