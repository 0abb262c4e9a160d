import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { createFakeLog } from '@visavis/testkit'
import type { RouteResponse } from '@visavis/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStorage, type Storage } from '../src/storage/index.ts'
import { createBrowser, signUp, type Browser, type TestApp } from './support/app.ts'
import { openSocket, startWholeApp, type SocketClient } from './support/whole-app.ts'

// The way of a report from the person who makes it to the moderator who reads it, with everything in between real: the
// command that makes the moderator, the database on disk, HTTP, sockets, and the call the report is about.

const CLI = path.join(import.meta.dirname, '../src/staff-cli.ts')
const WORDS = 'He asked for money twice, züg ma!'

let folder: string
let printed = ''

function staff(...words: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const env = { ...process.env, VISAVIS_DATA: folder, DATABASE_URL: '' }
  const child = spawn(process.execPath, [CLI, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  return new Promise((resolve) => void child.on('close', (code) => resolve({ code, out, err })))
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'visavis-staff-'))
  printed = (await staff('create', 'mossy-owl-05')).out
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('[T1] the command that makes a moderator', () => {
  it('prints a random password once, and only then', () => {
    expect(printed).toMatch(/^Moderator mossy-owl-05 was made\. Password, shown only now: [\w-]{24}\n$/)
  })

  it('refuses a name that is taken or is none, in words, and prints no password', async () => {
    expect(await staff('create', 'mossy-owl-05')).toEqual({ code: 1, out: '', err: 'This name is taken.\n' })
    const odd = await staff('create', 'Not A Name')
    expect(odd).toMatchObject({ code: 1, out: '' })
    expect(odd.err).toContain('3 to 24')
  })

  it('explains itself when asked for something else', async () => {
    for (const words of [[], ['create'], ['create', 'one', 'two'], ['delete', 'mossy-owl-05'], ['restored', 'x']]) {
      const answer = await staff(...words)
      expect(answer).toMatchObject({ code: 2, out: '' })
      expect(answer.err).toContain('create NAME')
    }
  }, 120_000)
})

describe('a report, from the call to the moderator', () => {
  let storage: Storage
  let app: TestApp
  let people: { browser: Browser; socket: SocketClient }[]
  let moderator: Browser

  beforeAll(async () => {
    storage = await openStorage({ dataDir: folder, log: createFakeLog() })
    app = await startWholeApp(storage)
    people = []
    for (const handle of ['amber-otter-41', 'brisk-heron-17']) {
      const browser = createBrowser(app)
      await signUp(browser, handle)
      people.push({ browser, socket: await openSocket(app, browser) })
    }
    moderator = createBrowser(app)
    const password = printed.trim().split(' ').at(-1)
    expect((await moderator.post('/api/sign-in', { handle: 'mossy-owl-05', password })).status).toBe(200)
  })
  afterAll(async () => {
    for (const { socket } of people) await socket.end()
    await app.end()
    await storage.close()
  })

  it('is not made while the server holds the folder', async () => {
    const answer = await staff('create', 'mossy-owl-06')
    expect(answer).toMatchObject({ code: 1, out: '' })
    expect(answer.err).toContain('stop it')
  })

  it('[T1] [T5] is made with a receipt, read by a moderator with its words, and told to nobody else', async () => {
    const [alice, bob] = people
    if (!alice || !bob) throw new Error('nobody is there')
    await alice.socket.seek()
    await bob.socket.seek()
    const { callId } = await alice.socket.nth('match.found', 1)
    const framesBefore = bob.socket.frames.length
    const made = await alice.browser.post('/api/reports', { callId, category: 'scam', words: WORDS })
    expect(made.status).toBe(200)
    const receipt = (await made.json()) as RouteResponse<'createReport'>

    const read = await moderator.get('/staff/reports')
    expect(read.status).toBe(200)
    const { reports, total } = (await read.json()) as RouteResponse<'listReports'>
    const idOf = async (handle: string) =>
      (await sql<{ id: string }>`select id from accounts where username = ${handle}`.execute(storage.db)).rows[0]?.id
    expect(total).toBe(1)
    expect(reports[0]).toMatchObject({
      ...receipt,
      callId,
      category: 'scam',
      severity: 'normal',
      words: WORDS,
      mode: 'text',
      reporter: await idOf('amber-otter-41'),
      reported: await idOf('brisk-heron-17'),
    })

    // The reported side can do what everybody can, and sees nothing.
    const own = (await (await bob.browser.get('/api/reports')).json()) as RouteResponse<'listOwnReports'>
    expect(own.reports).toEqual([])
    await alice.socket.ask('call.end', { callId, reason: 'end' })
    await bob.socket.nth('call.ended', 1)
    const later = bob.socket.frames.slice(framesBefore).filter((frame) => frame.name !== 'heartbeat')
    expect(later.map((frame) => frame.name)).toEqual(['call.ended'])
    expect(JSON.stringify([later, app.log.lines])).not.toContain(receipt.reportId)
    const mine = (await (await alice.browser.get('/api/reports')).json()) as RouteResponse<'listOwnReports'>
    expect(mine.reports).toMatchObject([{ ...receipt, category: 'scam', state: 'open' }])
  })

  it('[T1] is for moderators only', async () => {
    const refused = await people[0]?.browser.get('/staff/reports')
    expect([refused?.status, await refused?.json()]).toEqual([403, { code: 'NOT_ALLOWED' }])
    const anonymous = await createBrowser(app).get('/staff/reports')
    expect([anonymous.status, await anonymous.json()]).toEqual([401, { code: 'AUTH_REQUIRED' }])
  })

  it('[T1] keeps its words sealed in the database, and out of every log line', async () => {
    const rows = await sql<{ words: Uint8Array }>`select words from reports`.execute(storage.db)
    const stored = rows.rows.map((row) => Buffer.from(row.words).toString('latin1')).join()
    expect(stored.length).toBeGreaterThan(WORDS.length)
    expect(stored).not.toContain('money')
    expect(app.log.text()).not.toContain('money')
  })
})
