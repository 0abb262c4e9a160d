import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { MINUTE, type Clock, type Log } from '@visavis/ports'
import { packLanguage, packVersion, SAFETY_PACK_BYTES_MAX, SAFETY_SIGNATURE_BYTES } from '@visavis/wire'
import * as z from 'zod'

/** Whoever puts a new pack there waits no longer than this; whoever asks does not make the disk work. */
export const LOOK_EVERY_MS = MINUTE
const PACKS_MAX = 64

export type ListedPack = { readonly language: string; readonly version: string; readonly sizeBytes: number }

/** Newer rules of safety for clients, from a folder of the operator's. The server neither makes nor believes them. */
export type SafetyPacks = {
  list(): Promise<readonly ListedPack[]>
  /** Signature and pack in one, as clients want it; undefined when there is none of this language. */
  signed(language: string): Promise<Uint8Array<ArrayBuffer> | undefined>
}

type Found = ListedPack & { readonly bytes: Uint8Array<ArrayBuffer> }

/** Of a pack the server reads no more than this; clients check all of it, and the signature first. */
const head = z.object({ language: packLanguage, version: packVersion })

/**
 * The folder is read when somebody asks, at most every `LOOK_EVERY_MS`. Names of files come from the folder's own list and
 * never from a request. What is no pack is left out and logged once; a folder that cannot be read offers nothing.
 */
export function createSafetyPacks(deps: {
  /** Undefined: none are published. */
  readonly folder: string | undefined
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly log: Log
}): SafetyPacks {
  const { clock, folder, log } = deps
  let found: ReadonlyMap<string, Found> = new Map()
  let looking: Promise<void> | undefined
  let lookedMs: number | undefined
  let seen = ''
  let complaints = new Set<string>()

  async function look(from: string): Promise<void> {
    const names = await namesIn(from)
    const now = await stampOf(from, names)
    if (now === seen) return
    const refused = new Set<string>()
    const next = new Map<string, Found>()
    for (const language of names) {
      const pack = await readPack(from, language)
      if (pack) next.set(language, pack)
      else refused.add(language)
    }
    for (const language of refused) {
      if (!complaints.has(language)) log.warn('safety-packs.refused', { reason: language })
    }
    complaints = refused
    found = next
    seen = now
    log.info('safety-packs.read', { count: next.size })
  }

  async function fresh(): Promise<ReadonlyMap<string, Found>> {
    const nowMs = clock.monotonicMs()
    if (folder === undefined) return found
    if (looking === undefined && (lookedMs === undefined || nowMs - lookedMs >= LOOK_EVERY_MS)) {
      lookedMs = nowMs
      looking = look(folder)
        .catch((err: unknown) => {
          found = new Map()
          seen = ''
          log.error('safety-packs.unreadable', { err })
        })
        .finally(() => (looking = undefined))
    }
    await looking
    return found
  }

  return {
    list: async () =>
      [...(await fresh()).values()].map(({ language, version, sizeBytes }) => ({ language, version, sizeBytes })),
    signed: async (language) => (await fresh()).get(language)?.bytes,
  }
}

/** Languages that have a pack and a signature. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const files = new Set(await readdir(folder))
  return [...files]
    .flatMap((file) => /^([a-z]{2})\.pack$/.exec(file)?.[1] ?? [])
    .filter((language) => files.has(`${language}.sig`))
    .toSorted()
    .slice(0, PACKS_MAX)
}

/** The same as long as nobody has touched the files. */
async function stampOf(folder: string, languages: readonly string[]): Promise<string> {
  const files = languages.flatMap((language) => [`${language}.pack`, `${language}.sig`])
  const stats = await Promise.all(files.map((file) => stat(path.join(folder, file))))
  return JSON.stringify(stats.map(({ mtimeMs, size }, at) => [files[at], mtimeMs, size]))
}

async function readPack(folder: string, language: string): Promise<Found | undefined> {
  const file = path.join(folder, language)
  const { size } = await stat(`${file}.pack`)
  if (size > SAFETY_PACK_BYTES_MAX) return undefined
  const [pack, signature] = await Promise.all([readFile(`${file}.pack`), readFile(`${file}.sig`)])
  if (signature.byteLength !== SAFETY_SIGNATURE_BYTES) return undefined
  const read = head.safeParse(jsonOf(pack))
  if (!read.success || read.data.language !== language) return undefined
  const bytes = new Uint8Array(SAFETY_SIGNATURE_BYTES + pack.byteLength)
  bytes.set(signature)
  bytes.set(pack, SAFETY_SIGNATURE_BYTES)
  return { language, version: read.data.version, sizeBytes: pack.byteLength, bytes }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
