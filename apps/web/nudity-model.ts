import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { Plugin } from 'vite'
import type { ModelHead, ModelWeight } from './src/lib/nudity/model-file.ts'
import { packModel } from './src/lib/nudity/model-file.ts'

/**
 * The package `nsfwjs` (MIT) carries its small model as base64 inside scripts, made to be bundled. As scripts it would be
 * fetched by everybody, kept in the cache of the app and grow by a third; so the build unpacks it into one plain file, which
 * is fetched when a call with video is near and not before.
 */
const require = createRequire(import.meta.url)
const FOLDER = path.join(path.dirname(require.resolve('nsfwjs')), '../models/mobilenet_v2')
const SPECIFIER = 'virtual:nudity-model.data?url'

type Described = {
  readonly modelTopology: object
  readonly weightsManifest: readonly { readonly paths: readonly string[]; readonly weights: readonly ModelWeight[] }[]
}

/** The model as one file, in the form of `model-file.ts`. */
export function readNudityModel(): Uint8Array<ArrayBuffer> {
  const { modelTopology, weightsManifest } = unwrap(require(path.join(FOLDER, 'model.min.js'))) as Described
  const head: ModelHead = { modelTopology, weightSpecs: weightsManifest.flatMap(({ weights }) => weights) }
  const parts = weightsManifest.flatMap(({ paths }) => paths)
  const weights = parts.map((part) =>
    Buffer.from(unwrap(require(path.join(FOLDER, `${part}.min.js`))) as string, 'base64'),
  )
  return packModel(head, Buffer.concat(weights))
}

/** Some builds of the package export a module, some the value itself. */
function unwrap(loaded: unknown): unknown {
  return (loaded as { default?: unknown } | undefined)?.default ?? loaded
}

/**
 * What the classifier does without: other ways to calculate, and to read other kinds of model and data. The library has all of
 * it in one piece, which would make the worker twice as large.
 */
const LEFT_OUT = {
  '@tensorflow/tfjs-backend-webgl': 'version_webgl',
  '@tensorflow/tfjs-converter': 'version_converter',
  '@tensorflow/tfjs-data': 'version_data',
} as const
const EMPTY = '\0left-out:'

/** Puts nothing in the place of those parts. */
export function lessTensorflow(): Plugin {
  return {
    name: 'less-tensorflow',
    enforce: 'pre',
    resolveId: (source) => (source in LEFT_OUT ? `${EMPTY}${source}` : null),
    load: (id) =>
      id.startsWith(EMPTY) ? `export const ${LEFT_OUT[id.slice(EMPTY.length) as keyof typeof LEFT_OUT]} = ''` : null,
  }
}

/** Answers `virtual:nudity-model.data?url` with the address of the unpacked model, in a build as well as in development. */
export function nudityModel(): Plugin {
  const file = path.join(import.meta.dirname, '.svelte-kit/nudity-model.data')
  return {
    name: 'nudity-model',
    enforce: 'pre',
    resolveId(source) {
      if (source !== SPECIFIER) return null
      mkdirSync(path.dirname(file), { recursive: true })
      const made = readNudityModel()
      if (!isSame(file, made)) writeFileSync(file, made)
      return `${file}?url`
    },
  }
}

function isSame(file: string, bytes: Uint8Array): boolean {
  try {
    return readFileSync(file).equals(bytes)
  } catch {
    return false
  }
}
