import { readdirSync } from 'node:fs'
import path from 'node:path'
import { FILE_BYTES_MAX, FILE_PART_BYTES, type ConversationId, type FileId } from '@visavis/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBrowser, type Browser, type TestApp } from './support/app.ts'
import { codeOf, json, remove } from './support/people-app.ts'
import { openEmbeddedCopy } from './support/storages.ts'
import { startWholeApp } from './support/whole-app.ts'
import { befriend, newWriter, type Writer } from './support/writing-people.ts'

// Files over HTTP, on the whole server with its disk: who may and who may not, and what is taken.

let app: TestApp
let [ally, bobby, carl]: Writer[] = []
let conversationId: ConversationId

beforeAll(async () => {
  app = await startWholeApp(await openEmbeddedCopy())
  ;[ally, bobby, carl] = [await newWriter(app), await newWriter(app), await newWriter(app)]
  conversationId = await befriend(sure(ally), sure(bobby))
})
afterAll(async () => {
  await app.end()
  await app.storage.close()
})

function sure<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nobody is there')
  return value
}
const browserOf = (writer: Writer | undefined) => sure(writer).browser
const partPath = (fileId: string, part: string | number) => `/api/files/${fileId}/parts/${part}`
const OCTETS = { 'content-type': 'application/octet-stream' }

function put(
  browser: Browser,
  url: string,
  body: NonNullable<RequestInit['body']>,
  headers: Record<string, string> = OCTETS,
): Promise<Response> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const given = { origin: app.origin, cookie, ...headers }
  return fetch(`http://127.0.0.1:${app.port}${url}`, {
    method: 'PUT',
    body,
    headers: given,
    duplex: 'half',
  })
}

async function create(sizeBytes: number): Promise<FileId> {
  const made = browserOf(ally).post('/api/files', { conversationId, sizeBytes })
  return (await json<{ fileId: FileId }>(made)).fileId
}

describe('[K2] files over HTTP', () => {
  it('[K2] travel as bytes from one to the other, and are never shown as anything else', async () => {
    const page = Buffer.concat([Buffer.from('<!doctype html><script>'), Buffer.alloc(FILE_PART_BYTES, 7)])
    const fileId = await create(page.byteLength)
    const parts = [page.subarray(0, FILE_PART_BYTES), page.subarray(FILE_PART_BYTES)]
    const answers = []
    for (const [part, bytes] of parts.entries())
      answers.push(await json(put(browserOf(ally), partPath(fileId, part), new Uint8Array(bytes))))
    expect(answers).toEqual([{ complete: false }, { complete: true }])
    expect(await json(browserOf(bobby).get(`/api/files/${fileId}`))).toMatchObject({
      sizeBytes: page.byteLength,
      complete: true,
      missing: [],
    })
    const got = await browserOf(bobby).get(partPath(fileId, 0))
    expect(Buffer.from(await got.arrayBuffer()).equals(sure(parts[0]))).toBe(true)
    expect(['content-type', 'cache-control', 'x-content-type-options'].map((name) => got.headers.get(name))).toEqual([
      'application/octet-stream',
      'no-store',
      'nosniff',
    ])
  })

  it('[K2] go on over a connection that was cut in the middle of a part', async () => {
    const fileId = await create(FILE_PART_BYTES + 5)
    const cut = new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(200_000)),
      pull: (controller) => controller.error(new Error('cut')),
    })
    await expect(put(browserOf(ally), partPath(fileId, 0), cut)).rejects.toThrow()
    await put(browserOf(ally), partPath(fileId, 1), new Uint8Array(5))
    expect(await json(browserOf(ally).get(`/api/files/${fileId}`))).toMatchObject({ complete: false, missing: [0] })
    const whole = put(browserOf(ally), partPath(fileId, 0), new Uint8Array(FILE_PART_BYTES))
    expect(await json(whole)).toEqual({ complete: true })
  })

  it('[K2] are nobody else’s: strangers, the signed out and the blocked get nothing from any route', async () => {
    const fileId = await create(5)
    await put(browserOf(ally), partPath(fileId, 0), new Uint8Array(5))
    const attempts = (browser: Browser) =>
      Promise.all([
        codeOf(browser.post('/api/files', { conversationId, sizeBytes: 5 })),
        codeOf(put(browser, partPath(fileId, 0), new Uint8Array(5))),
        codeOf(browser.get(`/api/files/${fileId}`)),
        codeOf(browser.get(partPath(fileId, 0))),
        codeOf(remove(app, browser, `/api/files/${fileId}`)),
      ])
    const gone = ['FILE_GONE', 'FILE_GONE', 'FILE_GONE', 'FILE_GONE']
    expect(await attempts(browserOf(carl))).toEqual(['CONVERSATION_UNKNOWN', ...gone])
    expect(await attempts(createBrowser(app))).toEqual(Array(5).fill('AUTH_REQUIRED'))
    expect((await attempts(browserOf(bobby))).slice(1)).toEqual(['FILE_GONE', 'ok', 'ok', 'FILE_GONE'])
    await browserOf(bobby).post('/api/blocks', { accountId: sure(ally).accountId })
    expect((await attempts(browserOf(bobby))).slice(1)).toEqual(gone)
    expect(await codeOf(browserOf(ally).get(partPath(fileId, 0)))).toBe('ok')
    expect(await codeOf(remove(app, browserOf(ally), `/api/files/${fileId}`))).toBe('ok')
    expect(await codeOf(browserOf(ally).get(partPath(fileId, 0)))).toBe('FILE_GONE')
  })

  it('[K2] [WV7] come into no conversation that is over, and are for who was asked only after a yes', async () => {
    const [dora, emil] = [await newWriter(app), await newWriter(app)]
    const over = await befriend(dora, emil)
    const upload = (from: Writer, to: ConversationId) =>
      codeOf(from.browser.post('/api/files', { conversationId: to, sizeBytes: 9 }))
    const half = await json<{ fileId: FileId }>(
      dora.browser.post('/api/files', { conversationId: over, sizeBytes: FILE_PART_BYTES + 9 }),
    )
    expect(await codeOf(put(dora.browser, partPath(half.fileId, 1), new Uint8Array(9)))).toBe('ok')
    expect(await codeOf(remove(app, emil.browser, `/api/contacts/${dora.accountId}`))).toBe('ok')
    for (const writer of [dora, emil]) expect(await upload(writer, over)).toBe('CONVERSATION_UNKNOWN')
    const whole = new Uint8Array(FILE_PART_BYTES)
    expect(await codeOf(put(dora.browser, partPath(half.fileId, 0), whole))).toBe('CONVERSATION_UNKNOWN')
    expect(await codeOf(emil.browser.get(partPath(half.fileId, 1)))).toBe('ok')

    const { code } = await json<{ code: string }>(emil.browser.post('/api/contact-code', { on: true }))
    const request = () => json<{ conversationId: ConversationId }>(dora.browser.post('/api/contact-requests', { code }))
    const { conversationId: asked } = await request()
    expect([await upload(dora, asked), await upload(emil, asked)]).toEqual(['ok', 'CONVERSATION_WAITS'])
    await emil.browser.post(`/api/contact-requests/${asked}`, { accept: false })
    // Who was declined cannot tell.
    expect([await upload(dora, asked), await upload(emil, asked)]).toEqual(['ok', 'CONVERSATION_UNKNOWN'])
  })

  it('[K2] [M7] are taken from somebody who was blocked as before, and reach nobody', async () => {
    const [dora, emil] = [await newWriter(app), await newWriter(app)]
    const shared = await befriend(dora, emil)
    expect(await codeOf(emil.browser.post('/api/blocks', { accountId: dora.accountId }))).toBe('ok')
    const made = await dora.browser.post('/api/files', { conversationId: shared, sizeBytes: 9 })
    const { fileId } = await json<{ fileId: FileId }>(made)
    expect(await json(put(dora.browser, partPath(fileId, 0), new Uint8Array(9)))).toEqual({ complete: true })
    expect(await codeOf(emil.browser.get(partPath(fileId, 0)))).toBe('FILE_GONE')
  })

  it('[K2] have sizes and parts within their bounds, whatever the path says', async () => {
    for (const sizeBytes of [0, -1, 1.5, FILE_BYTES_MAX + 1, '9', 2 ** 53])
      expect(await codeOf(browserOf(ally).post('/api/files', { conversationId, sizeBytes }))).toBe('WIRE_INVALID')
    const fileId = await create(10)
    const hostile = [
      '1',
      '-1',
      '00',
      '0x0',
      '1e0',
      '%30%20',
      '..%2f0',
      'NaN',
      '99999',
      '4294967296',
      '0.0',
      '%00',
      'part',
    ]
    for (const part of hostile) {
      expect([part, await codeOf(put(browserOf(ally), partPath(fileId, part), new Uint8Array(10)))]).toEqual([
        part,
        'FILE_GONE',
      ])
      expect(await codeOf(browserOf(ally).get(partPath(fileId, part)))).toBe('FILE_GONE')
    }
    for (const id of ['x', '..%2f..%2fsecret', crypto.randomUUID(), fileId.toUpperCase()]) {
      expect(await codeOf(browserOf(ally).get(`/api/files/${id}`))).toBe('FILE_GONE')
      expect(await codeOf(put(browserOf(ally), partPath(id, 0), new Uint8Array(10)))).toBe('FILE_GONE')
    }
  })

  it('[WH3] a body of bytes has its type and its bound, and comes from our own pages', async () => {
    const fileId = await create(FILE_PART_BYTES)
    const to = partPath(fileId, 0)
    const bytes = new Uint8Array(FILE_PART_BYTES)
    const from = browserOf(ally)
    for (const type of ['application/json', 'text/plain', 'application/octet-streams'])
      expect(await codeOf(put(from, to, bytes, { 'content-type': type }))).toBe('WIRE_INVALID')
    expect(await codeOf(put(from, to, new Uint8Array(FILE_PART_BYTES + 1)))).toBe('WIRE_FRAME_TOO_LARGE')
    expect(await codeOf(put(from, to, bytes.slice(1)))).toBe('WIRE_INVALID')
    expect(await codeOf(put(from, to, bytes, { ...OCTETS, origin: 'https://evil.example' }))).toBe('AUTH_ORIGIN')
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) })
    const refused = await put(from, to, endless).then(
      ({ status }) => status,
      () => 413,
    )
    expect(refused).toBe(413)
    expect(await codeOf(put(from, to, bytes))).toBe('ok')
  })

  it('[K2] lie in the data folder of the server, and no line of the log tells of them', async () => {
    const fileId = await create(4)
    await put(browserOf(ally), partPath(fileId, 0), Buffer.from('zuzu'))
    expect(app.log.text()).not.toMatch(/zuzu/)
    const shelf = path.join(app.dataDir, 'files', fileId.slice(0, 2), fileId)
    expect(readdirSync(shelf)).toEqual(['0'])
  })
})
