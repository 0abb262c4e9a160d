import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { MINUTE } from '@visavis/ports'
import { createFakeClock, createFakeLog } from '@visavis/testkit'
import { SAFETY_PACK_BYTES_MAX, SAFETY_SIGNATURE_BYTES } from '@visavis/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSafetyPacks } from '../src/safety-packs/index.ts'
import { createBrowser, signUp, type TestApp } from './support/app.ts'
import { openEmbeddedCopy } from './support/storages.ts'
import { startWholeApp } from './support/whole-app.ts'

// Rules of safety from a folder of the operator's, first the subject over real files, then the whole server over HTTP.

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'visavis-packs-'))
  folders.push(folder)
  return folder
}

const { privateKey } = generateKeyPairSync('ed25519')
function put(folder: string, language: string, pack: unknown, signature?: Uint8Array): Uint8Array {
  const bytes = Buffer.from(typeof pack === 'string' ? pack : JSON.stringify(pack))
  writeFileSync(path.join(folder, `${language}.pack`), bytes)
  writeFileSync(path.join(folder, `${language}.sig`), signature ?? sign(null, bytes, privateKey))
  return bytes
}
const packOf = (language: string, version = '2026-11-22.1') => ({ language, version, more: 'rules' })

function setUp(folder: string | undefined) {
  const clock = createFakeClock()
  const log = createFakeLog()
  return { clock, log, packs: createSafetyPacks({ folder, clock, log }) }
}

describe('packs in a folder', () => {
  it('[S13] are listed with their versions, and come as signature and pack', async () => {
    const folder = newFolder()
    const bytes = put(folder, 'en', packOf('en'))
    put(folder, 'de', packOf('de', '2026-12-01.3'))
    const { packs } = setUp(folder)
    expect(await packs.list()).toEqual([
      { language: 'de', version: '2026-12-01.3', sizeBytes: expect.any(Number) },
      { language: 'en', version: '2026-11-22.1', sizeBytes: bytes.byteLength },
    ])
    const signed = await packs.signed('en')
    expect(Buffer.from(signed?.slice(SAFETY_SIGNATURE_BYTES) ?? []).equals(bytes)).toBe(true)
    expect(signed?.byteLength).toBe(SAFETY_SIGNATURE_BYTES + bytes.byteLength)
    for (const name of ['fr', '..', '../en', 'en.pack', '', 'EN']) expect(await packs.signed(name)).toBeUndefined()
  })

  it('[S13] a new one is noticed within a minute, and one that was taken away is gone', async () => {
    const folder = newFolder()
    put(folder, 'en', packOf('en'))
    const { clock, packs } = setUp(folder)
    await packs.list()
    put(folder, 'en', packOf('en', '2026-11-23.1'))
    utimesSync(path.join(folder, 'en.pack'), 1, 1)
    expect((await packs.list())[0]?.version).toBe('2026-11-22.1')
    await clock.advance(MINUTE)
    expect((await packs.list())[0]?.version).toBe('2026-11-23.1')
    rmSync(path.join(folder, 'en.sig'))
    await clock.advance(MINUTE)
    expect(await packs.list()).toEqual([])
  })

  it('[S13] what is no pack is left out, and said once', async () => {
    const folder = newFolder()
    put(folder, 'aa', 'no json')
    put(folder, 'bb', packOf('cc'))
    put(folder, 'dd', packOf('dd'), new Uint8Array(3))
    put(folder, 'ee', packOf('ee', 'yesterday'))
    put(folder, 'ff', 'x'.repeat(SAFETY_PACK_BYTES_MAX + 1))
    writeFileSync(path.join(folder, 'gg.pack'), JSON.stringify(packOf('gg')))
    put(folder, 'long', packOf('long'))
    put(folder, 'en', packOf('en'))
    const { clock, log, packs } = setUp(folder)
    expect((await packs.list()).map(({ language }) => language)).toEqual(['en'])
    await clock.advance(MINUTE)
    utimesSync(path.join(folder, 'en.pack'), 1, 1)
    await packs.list()
    const refused = log.lines.filter(({ event }) => event === 'safety-packs.refused')
    expect(refused.map(({ fields }) => fields?.reason)).toEqual(['aa', 'bb', 'dd', 'ee', 'ff'])
  })

  it('[S13] a folder that is not there offers nothing, and is looked for again', async () => {
    const folder = path.join(newFolder(), 'later')
    const { clock, log, packs } = setUp(folder)
    expect(await packs.list()).toEqual([])
    expect(log.lines.map(({ event }) => event)).toEqual(['safety-packs.unreadable'])
    mkdirSync(folder)
    put(folder, 'en', packOf('en'))
    await clock.advance(MINUTE)
    expect(await packs.list()).toHaveLength(1)
    expect(await setUp(undefined).packs.list()).toEqual([])
  })

  it('[S13] many who ask at once make it read once', async () => {
    const folder = newFolder()
    put(folder, 'en', packOf('en'))
    const { log, packs } = setUp(folder)
    const all = await Promise.all(Array.from({ length: 20 }, () => packs.list()))
    expect(all.every((listed) => listed.length === 1)).toBe(true)
    expect(log.lines.filter(({ event }) => event === 'safety-packs.read')).toHaveLength(1)
  })
})

describe('packs over HTTP', () => {
  let app: TestApp
  const folder = newFolder()
  const bytes = put(folder, 'en', packOf('en'))
  beforeAll(async () => {
    app = await startWholeApp(await openEmbeddedCopy(), { env: { VISAVIS_SAFETY_PACKS: folder } })
  })
  afterAll(async () => {
    await app.end()
    await app.storage.close()
  })

  it('[S13, WH1, WH6] are for whoever is signed in, the same for all, and for nobody else', async () => {
    const [one, other, nobody] = [createBrowser(app), createBrowser(app), createBrowser(app)]
    await signUp(one, 'calm-vole-91')
    await signUp(other, 'calm-vole-92')
    const answers = await Promise.all(
      [one, other].map(async (browser) => [
        await (await browser.get('/api/safety/packs')).json(),
        Buffer.from(await (await browser.get('/api/safety/packs/en')).arrayBuffer()),
      ]),
    )
    expect(answers[0]).toEqual(answers[1])
    expect(answers[0]?.[0]).toEqual({
      packs: [{ language: 'en', version: '2026-11-22.1', sizeBytes: bytes.byteLength }],
    })
    const signed = answers[0]?.[1] as Buffer | undefined
    expect(signed?.subarray(SAFETY_SIGNATURE_BYTES).equals(bytes)).toBe(true)
    for (const url of ['/api/safety/packs', '/api/safety/packs/en', '/api/safety/packs/xx']) {
      expect([url, (await nobody.get(url)).status]).toEqual([url, 401])
    }
  })

  it('[S13, WH6] any other language is not found, whatever it is called, and who asked for what is in no line of the log', async () => {
    const browser = createBrowser(app)
    await signUp(browser, 'calm-vole-93')
    for (const name of ['xx', '..%2fsecret', '%2e%2e', 'en.pack', 'EN']) {
      expect([name, (await browser.get(`/api/safety/packs/${name}`)).status]).toEqual([name, 404])
    }
    const lines = app.log.lines.filter(({ event }) => event.startsWith('safety-packs'))
    expect(lines.map(({ event, fields }) => [event, fields])).toEqual([['safety-packs.read', { count: 1 }]])
  })
})
