import { compilePack, openPack, readPackData, type Pack, type PackData } from '@visavis/safety'
import { SAFETY_PACK_BYTES_MAX, SAFETY_SIGNATURE_BYTES, type Result } from '@visavis/wire'
import type { Api } from '../account/api.ts'
import type { PackVersion } from './types.ts'

export type LoadedPack = PackVersion & { readonly pack: Pack }

/** Packs that were handed out later, as they came: signature and pack. They are checked each time they are read. */
export type PackStore = {
  read(language: string): Promise<Uint8Array | undefined>
  write(language: string, signed: Uint8Array<ArrayBuffer>): Promise<void>
  remove(language: string): Promise<void>
}

/** For whoever speaks none of the languages there are rules for: links, numbers and many words are the same everywhere. */
const FALLBACK_LANGUAGE = 'en'

export type PackLibrary = {
  /**
   * The packs of these languages, of each the newest that is sound; English where there is none of any of them. What cannot
   * be had keeps the others from nothing; rejects when there is not even one.
   */
  load(languages: readonly string[]): Promise<readonly LoadedPack[]>
  /** Asks the server for newer ones. True when `load` may give more than before: these, or one that could not be had. */
  renew(): Promise<boolean>
}

/**
 * The rules of safety on this device: those that were built with the app, and newer ones of the server, if the key that was
 * built with the app has signed them (safety SPEC SF16). A server can hand out newer rules, and can neither make them nor
 * take the app's own away.
 */
export function createPackLibrary(deps: {
  /** Addresses of the app's own packs, by language. */
  readonly bundled: Readonly<Record<string, string>>
  readonly fetch: (address: string) => Promise<Response>
  readonly api: Api
  readonly store: PackStore
  /** 32 bytes. Undefined: the app was built without one, and uses its own packs only. */
  readonly publicKey: Uint8Array | undefined
}): PackLibrary {
  const { api, bundled, publicKey, store } = deps
  let wanted: readonly string[] = []
  let inUse: readonly LoadedPack[] = []
  let isIncomplete = false

  async function ownPack(language: string): Promise<LoadedPack | undefined> {
    const address = bundled[language]
    if (address === undefined) return undefined
    const response = await deps.fetch(address)
    if (!response.ok) throw new Error('a pack could not be had')
    const data = readPackData(await response.json())
    if (!data.ok) throw new Error('a pack of the app is damaged')
    return compiled(data.value, 'bundled')
  }

  /** One that was handed out and is newer than `own`; what is kept and is not is deleted. */
  async function keptPack(language: string, own: LoadedPack | undefined): Promise<LoadedPack | undefined> {
    const signed = await store.read(language)
    if (!signed) return undefined
    const pack = await opened(signed, language)
    if (pack && isNewer(pack.version, own?.version)) return pack
    await store.remove(language)
    return undefined
  }

  async function opened(signed: Uint8Array, language: string): Promise<LoadedPack | undefined> {
    if (!publicKey || signed.length > SAFETY_SIGNATURE_BYTES + SAFETY_PACK_BYTES_MAX) return undefined
    const signature = signed.slice(0, SAFETY_SIGNATURE_BYTES)
    const data = await openPack(signed.slice(SAFETY_SIGNATURE_BYTES), signature, publicKey)
    return data.ok && data.value.language === language ? compiled(data.value, 'delivered') : undefined
  }

  async function loadOne(language: string): Promise<LoadedPack | undefined> {
    const known = inUse.find((pack) => pack.language === language && pack.source === 'bundled')
    const own = known ?? (await ownPack(language))
    return (await keptPack(language, own)) ?? own
  }

  async function load(languages: readonly string[]): Promise<readonly LoadedPack[]> {
    wanted = [...new Set(languages)]
    const loaded = await Promise.allSettled(wanted.map(loadOne))
    const found = loaded.flatMap((each) => (each.status === 'fulfilled' && each.value ? [each.value] : []))
    isIncomplete = loaded.some(({ status }) => status === 'rejected')
    const fallback = found.length > 0 ? undefined : await loadOne(FALLBACK_LANGUAGE)
    inUse = fallback ? [fallback] : found
    if (inUse.length === 0) throw new Error('there are no packs')
    return inUse
  }

  async function renewOne(language: string, version: string): Promise<boolean> {
    const known = inUse.find((pack) => pack.language === language)
    if (!isNewer(version, known?.version)) return false
    const answer = await api.call('getSafetyPack', { params: { language } })
    if (!answer.ok) return false
    const pack = await opened(answer.value.bytes, language)
    if (!pack || !isNewer(pack.version, known?.version)) return false
    await store.write(language, answer.value.bytes)
    return true
  }

  return {
    load,
    async renew() {
      if (!publicKey) return isIncomplete
      const listed: Result<{ readonly packs: readonly { language: string; version: string }[] }> =
        await api.call('listSafetyPacks')
      if (!listed.ok) return isIncomplete
      const using = new Set([...wanted, ...inUse.map(({ language }) => language)])
      let isNew = isIncomplete
      for (const { language, version } of listed.value.packs) {
        if (using.has(language) && (await renewOne(language, version))) isNew = true
      }
      return isNew
    },
  }
}

/** Undefined for one that the engine cannot use. */
function compiled(data: PackData, source: PackVersion['source']): LoadedPack | undefined {
  const pack = compilePack(data)
  return pack.ok ? { language: data.language, version: data.version, source, pack: pack.value } : undefined
}

/** Versions are a date and a number: `2026-11-22.10` is newer than `2026-11-22.9`. */
export function isNewer(version: string, than: string | undefined): boolean {
  if (than === undefined) return true
  const [date = '', count = ''] = version.split('.')
  const [thanDate = '', thanCount = ''] = than.split('.')
  return date === thanDate ? Number(count) > Number(thanCount) : date > thanDate
}
