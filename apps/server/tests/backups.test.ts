import { BACKUP_SEGMENT_BYTES_MAX, BACKUP_SEGMENTS_MAX, BACKUP_SLOT_BYTES_MAX, toB64 } from '@visavis/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBrowser, signUp, type Browser, type TestApp } from './support/app.ts'
import { codeOf, json, remove } from './support/people-app.ts'
import { openEmbeddedCopy } from './support/storages.ts'
import { startWholeApp } from './support/whole-app.ts'
import { newWriter } from './support/writing-people.ts'

// Backups over HTTP, on the whole server: who may and who may not, and what is taken.

let app: TestApp
let [ally, bobby, unlinked]: Browser[] = []
beforeAll(async () => {
  app = await startWholeApp(await openEmbeddedCopy())
  ally = (await newWriter(app)).browser
  bobby = (await newWriter(app)).browser
  unlinked = createBrowser(app)
  await signUp(unlinked, 'calm-vole-77')
})
afterAll(async () => {
  await app.end()
  await app.storage.close()
})

function sure<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nobody is there')
  return value
}
const pathOf = (uploadId: string, segment: string | number) => `/api/backup/${uploadId}/segments/${segment}`
const slot = toB64(new Uint8Array(BACKUP_SLOT_BYTES_MAX))

function put(browser: Browser, url: string, bytes: Uint8Array<ArrayBuffer>): Promise<Response> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { origin: app.origin, cookie, 'content-type': 'application/octet-stream' }
  return fetch(`http://127.0.0.1:${app.port}${url}`, { method: 'PUT', body: bytes, headers })
}

async function make(browser: Browser, version: number): Promise<string> {
  const uploadId = crypto.randomUUID()
  expect(await codeOf(put(browser, pathOf(uploadId, 0), new Uint8Array(BACKUP_SEGMENT_BYTES_MAX).fill(5)))).toBe('ok')
  const wish = { uploadId, version, segments: 1, slot, manifest: slot }
  expect(await codeOf(browser.post('/api/backup', wish))).toBe('ok')
  return uploadId
}

describe('[K9] backups over HTTP', () => {
  it('[K9] go up in segments, come back as bytes, and can be taken off the server', async () => {
    const uploadId = await make(sure(ally), 1)
    const { backup } = await json<{ backup: object }>(sure(ally).get('/api/backup'))
    expect(backup).toMatchObject({ uploadId, version: 1, segments: 1, slot, manifest: slot })
    const got = await sure(ally).get(pathOf(uploadId, 0))
    expect([got.headers.get('content-type'), got.headers.get('cache-control')]).toEqual([
      'application/octet-stream',
      'no-store',
    ])
    expect(new Uint8Array(await got.arrayBuffer())).toEqual(new Uint8Array(BACKUP_SEGMENT_BYTES_MAX).fill(5))
    expect(await codeOf(remove(app, sure(ally), '/api/backup'))).toBe('ok')
    expect(await json(sure(ally).get('/api/backup'))).toEqual({ backup: null })
  })

  it('[K9] are nobody else’s: not another account’s, not the signed out’s; and without a device they are only read', async () => {
    const uploadId = await make(sure(ally), 2)
    const attempts = (browser: Browser) =>
      Promise.all([
        codeOf(browser.get('/api/backup')),
        codeOf(browser.get(pathOf(uploadId, 0))),
        codeOf(put(browser, pathOf(crypto.randomUUID(), 0), Uint8Array.of(1))),
        codeOf(browser.post('/api/backup', { uploadId, version: 9, segments: 1, slot, manifest: slot })),
        codeOf(remove(app, browser, '/api/backup')),
      ])
    expect(await attempts(createBrowser(app))).toEqual(Array(5).fill('AUTH_REQUIRED'))
    const device = ['DEVICE_REQUIRED', 'DEVICE_REQUIRED', 'DEVICE_REQUIRED']
    expect(await attempts(sure(unlinked))).toEqual(['ok', 'BACKUP_CHANGED', ...device])
    expect(await attempts(sure(bobby))).toEqual(['ok', 'BACKUP_CHANGED', 'ok', 'BACKUP_CHANGED', 'ok'])
    expect(await json(sure(bobby).get('/api/backup'))).toEqual({ backup: null })
    expect(await codeOf(sure(ally).get(pathOf(uploadId, 0)))).toBe('ok')
  })

  it('[K9] have bounds, whatever path and body say', async () => {
    const uploadId = crypto.randomUUID()
    const large = new Uint8Array(BACKUP_SEGMENT_BYTES_MAX + 1)
    expect(await codeOf(put(sure(bobby), pathOf(uploadId, 0), large))).toBe('WIRE_FRAME_TOO_LARGE')
    for (const segment of ['-1', '00', '1e0', String(BACKUP_SEGMENTS_MAX), '%00', 'x'])
      expect([segment, await codeOf(put(sure(bobby), pathOf(uploadId, segment), Uint8Array.of(1)))]).toEqual([
        segment,
        'WIRE_INVALID',
      ])
    for (const id of ['x', '..%2f..', uploadId.toUpperCase()])
      expect(await codeOf(put(sure(bobby), pathOf(id, 0), Uint8Array.of(1)))).toBe('WIRE_INVALID')
    const wish = { uploadId, version: 1, segments: 1, slot, manifest: slot }
    for (const more of [
      { version: 0 },
      { segments: 0 },
      { segments: 201 },
      { slot: `${slot}AAAA` },
      { uploadId: 'x' },
      { extra: 1 },
    ])
      expect(await codeOf(sure(bobby).post('/api/backup', { ...wish, ...more }))).toBe('WIRE_INVALID')
  })
})
