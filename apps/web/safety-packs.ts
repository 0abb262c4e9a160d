import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Plugin } from 'vite'
import { PACK_KEY_B64, packKeyOf } from './src/lib/safety/pack-key.ts'

/**
 * The packs of `packages/safety` as files of the app: of each language one, what people wrote and what was learned together,
 * fetched by the worker of the engine and not before. The module `virtual:safety-packs` has their addresses and the public
 * key for packs that a server hands out.
 */
const SPECIFIER = 'virtual:safety-packs'
const FOLDER = path.join(import.meta.dirname, '../../packages/safety/packs')
const MADE = path.join(import.meta.dirname, '.svelte-kit/safety-packs')

/** What people wrote of a language. */
export function readWrittenPack(language: string): string {
  return readFileSync(path.join(FOLDER, `${language}.json`), 'utf8')
}

/** The pack of a language as one JSON text. */
export function readBundledPack(language: string): string {
  const written = JSON.parse(readWrittenPack(language)) as object
  const learned = path.join(FOLDER, `${language}.model.json`)
  const model = existsSync(learned) ? { model: JSON.parse(readFileSync(learned, 'utf8')) as unknown } : {}
  return JSON.stringify({ ...written, ...model })
}

export function bundledLanguages(): readonly string[] {
  return readdirSync(FOLDER)
    .flatMap((file) => /^([a-z]{2})\.json$/.exec(file)?.[1] ?? [])
    .toSorted()
}

/**
 * Answers `virtual:safety-packs`, in a build as well as in development.
 *
 * @param key in place of the app's own; empty: what a server hands out is not used
 */
export function safetyPacks(key = PACK_KEY_B64): Plugin {
  if (key !== '' && !packKeyOf(key)) throw new Error('VISAVIS_SAFETY_KEY is not the base64 of 32 bytes')
  return {
    name: 'safety-packs',
    enforce: 'pre',
    resolveId: (source) => (source === SPECIFIER ? `\0${SPECIFIER}` : null),
    load(id) {
      if (id !== `\0${SPECIFIER}`) return null
      mkdirSync(MADE, { recursive: true })
      const imports: string[] = []
      for (const language of bundledLanguages()) {
        const file = path.join(MADE, `safety-${language}.json`)
        writeIfOther(file, readBundledPack(language))
        imports.push(`import pack_${language} from ${JSON.stringify(`${file}?url&no-inline`)}`)
      }
      const names = bundledLanguages().map((language) => `${language}: pack_${language}`)
      return `${imports.join('\n')}\nexport const packs = { ${names.join(', ')} }\nexport const key = ${JSON.stringify(key)}\n`
    },
  }
}

function writeIfOther(file: string, text: string): void {
  if (existsSync(file) && hashOf(readFileSync(file)) === hashOf(text)) return
  writeFileSync(file, text)
}

function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
