import { generateKeyPairSync } from 'node:crypto'
import { PACK_BYTES_MAX, readPackData } from '@visavis/safety'
import { fail, ok, SAFETY_PACK_BYTES_MAX } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { sign } from 'node:crypto'
import { signedBytes } from '@visavis/safety'
import { bundledLanguages, readWrittenPack } from '../../../safety-packs.ts'
import type { Api } from '../account/api.ts'
import { createPackLibrary, isNewer, type PackStore } from './pack-library.ts'
import { PACK_KEY_B64, packKeyOf } from './pack-key.ts'
import { createPackStore } from './pack-store.ts'

// Method: the written English rules as the app's own pack, and packs that a key of the test has signed.

const OWN = JSON.parse(readWrittenPack('en')) as { version: string; language: string }
const NEWER = '2099-01-01.1'
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const KEY = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'))

function signed(change: object, key = privateKey): Uint8Array<ArrayBuffer> {
  const pack = new TextEncoder().encode(JSON.stringify({ ...OWN, ...change }))
  return new Uint8Array(Buffer.concat([sign(null, signedBytes(pack), key), pack]))
}

function setUp(
  options: { packs?: Record<string, Uint8Array<ArrayBuffer>>; key?: Uint8Array; kept?: Uint8Array<ArrayBuffer> } = {},
) {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>(options.kept ? [['en', options.kept]] : [])
  const calls: string[] = []
  let versions: Record<string, string> = { en: NEWER }
  const store: PackStore = {
    read: async (language) => kept.get(language),
    write: async (language, bytes) => void kept.set(language, bytes),
    remove: async (language) => void kept.delete(language),
  }
  const api = {
    call: async (name: string, input?: { params?: Record<string, string> }) => {
      calls.push(name)
      if (name === 'listSafetyPacks')
        return ok({
          packs: Object.entries(versions).map(([language, version]) => ({ language, version, sizeBytes: 1 })),
        })
      const bytes = options.packs?.[input?.params?.['language'] ?? '']
      return bytes ? ok({ bytes }) : fail('NOT_FOUND')
    },
  } as unknown as Api
  const library = createPackLibrary({
    bundled: { en: '/en.json' },
    fetch: async (address) =>
      address === '/en.json' ? new Response(readWrittenPack('en')) : new Response('', { status: 404 }),
    api,
    store,
    publicKey: 'key' in options ? options.key : KEY,
  })
  return { library, kept, calls, lists: (next: Record<string, string>) => void (versions = next) }
}
const inUse = async (library: ReturnType<typeof setUp>['library'], languages = ['en']) =>
  (await library.load(languages)).map(({ language, source, version }) => [language, version, source])

describe('the rules on this device', () => {
  it('[S13] are those of the languages that somebody speaks, and English for whoever speaks none of them', async () => {
    const { library } = setUp()
    expect(await inUse(library, ['en', 'tlh', 'en'])).toEqual([['en', OWN.version, 'bundled']])
    expect(await inUse(library, ['tlh'])).toEqual([['en', OWN.version, 'bundled']])
  })

  it('[S13, SF16] newer ones that the key has signed are used from then on, also in the next life', async () => {
    const { calls, kept, library } = setUp({ packs: { en: signed({ version: NEWER }) } })
    await inUse(library)
    expect(await library.renew()).toBe(true)
    expect(await inUse(library)).toEqual([['en', NEWER, 'delivered']])
    expect(await library.renew()).toBe(false)
    expect(calls).toEqual(['listSafetyPacks', 'getSafetyPack', 'listSafetyPacks'])
    const next = setUp({ kept: kept.get('en') as Uint8Array<ArrayBuffer> })
    expect(await inUse(next.library)).toEqual([['en', NEWER, 'delivered']])
  })

  it('[S13, SF16] a language that the app came without may be handed out, to whoever speaks it', async () => {
    const { library, lists } = setUp({
      packs: { nl: signed({ version: NEWER, language: 'nl' }), it: signed({ language: 'it' }) },
    })
    lists({ nl: NEWER, it: NEWER })
    await inUse(library, ['en', 'nl'])
    expect(await library.renew()).toBe(true)
    expect(await inUse(library, ['en', 'nl'])).toEqual([
      ['en', OWN.version, 'bundled'],
      ['nl', NEWER, 'delivered'],
    ])
  })

  it.each([
    ['signed by somebody else', () => signed({ version: NEWER }, generateKeyPairSync('ed25519').privateKey)],
    ['changed on the way', () => signed({ version: NEWER }).map((byte, at) => (at === 500 ? byte ^ 1 : byte))],
    ['older than it was said to be', () => signed({ version: '2001-01-01.1' })],
    ['of another language', () => signed({ version: NEWER, language: 'de' })],
    ['no pack', () => signed({ version: NEWER, rules: 7 })],
    ['one that cannot be compiled', () => signed({ version: NEWER, guards: {} })],
    ['cut off', () => signed({ version: NEWER }).slice(0, 40)],
    ['too large', () => new Uint8Array(SAFETY_PACK_BYTES_MAX + 65)],
  ])('[S13, SF16] one that is %s is not used, and what is there goes on', async (_, pack) => {
    const { kept, library } = setUp({ packs: { en: pack() } })
    await inUse(library)
    expect(await library.renew()).toBe(false)
    expect(kept.size).toBe(0)
    // Also where it lies in the store already: somebody may have put it there.
    const next = setUp({ kept: pack() })
    expect(await inUse(next.library)).toEqual([['en', OWN.version, 'bundled']])
    expect(next.kept.size).toBe(0)
  })

  it('[S13] the rules of a newer app take the place of older ones that were handed out', async () => {
    const { kept, library } = setUp({ kept: signed({ version: '2001-01-01.1' }) })
    expect(await inUse(library)).toEqual([['en', OWN.version, 'bundled']])
    expect(kept.size).toBe(0)
  })

  it('[S13] an app that was built without a key asks for none and uses none', async () => {
    const { calls, library } = setUp({ key: undefined as never, kept: signed({ version: NEWER }) })
    expect(await inUse(library)).toEqual([['en', OWN.version, 'bundled']])
    expect(await library.renew()).toBe(false)
    expect(calls).toEqual([])
  })

  it('[S13] a language that cannot be had keeps the others from nothing, and is tried again', async () => {
    let isUp = false
    const library = createPackLibrary({
      bundled: { en: '/en.json', de: '/de.json' },
      fetch: async (address) =>
        address === '/en.json' || isUp
          ? new Response(readWrittenPack(address.slice(1, 3)))
          : Promise.reject(new TypeError('offline')),
      api: { call: async () => fail('NETWORK_OFFLINE') },
      store: createPackStore(undefined),
      publicKey: KEY,
    })
    expect((await library.load(['de', 'en'])).map(({ language }) => language)).toEqual(['en'])
    expect(await library.renew()).toBe(true)
    isUp = true
    expect((await library.load(['de', 'en'])).map(({ language }) => language)).toEqual(['de', 'en'])
    expect(await library.renew()).toBe(false)
  })

  it('[S13] without any pack there is no engine', async () => {
    const library = createPackLibrary({
      bundled: {},
      fetch: async () => new Response(''),
      api: { call: async () => fail('NETWORK_OFFLINE') },
      store: createPackStore(undefined),
      publicKey: KEY,
    })
    await expect(library.load(['en'])).rejects.toThrow('no packs')
  })
})

it('[S13] versions are ordered by date and number', () => {
  expect(isNewer('2026-11-22.10', '2026-11-22.9')).toBe(true)
  expect(isNewer('2026-11-22.9', '2026-11-22.10')).toBe(false)
  expect(isNewer('2026-11-22.1', '2026-11-22.1')).toBe(false)
  expect(isNewer('2027-01-01.1', '2026-11-22.10')).toBe(true)
  expect(isNewer('2026-11-22.1', undefined)).toBe(true)
})

it('[S13] the app has a key built in, its packs are packs, and the two bounds are one', () => {
  expect(packKeyOf(PACK_KEY_B64)).toHaveLength(32)
  for (const nonsense of ['', 'AAAA', '!!']) expect(packKeyOf(nonsense)).toBeUndefined()
  for (const language of bundledLanguages()) expect(readPackData(JSON.parse(readWrittenPack(language))).ok).toBe(true)
  expect(PACK_BYTES_MAX).toBe(SAFETY_PACK_BYTES_MAX)
})

it('[S13] packs that were handed out lie in the browser’s store for files, and a store that is refused is none', async () => {
  const files = new Map<string, Response>()
  const cache = {
    match: async (path: string) => files.get(path)?.clone(),
    put: async (path: string, response: Response) => void files.set(path, response),
    delete: async (path: string) => files.delete(path),
  }
  const store = createPackStore({ open: async () => cache as unknown as Cache })
  expect(await store.read('en')).toBeUndefined()
  await store.write('en', Uint8Array.of(1, 2))
  expect(await store.read('en')).toEqual(Uint8Array.of(1, 2))
  await store.remove('en')
  expect(await store.read('en')).toBeUndefined()
  const refused = createPackStore({ open: () => Promise.reject(new Error('refused')) })
  await refused.write('en', Uint8Array.of(1))
  expect(await refused.read('en')).toBeUndefined()
})
