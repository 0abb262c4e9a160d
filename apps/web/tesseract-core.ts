import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Plugin } from 'vite'

/**
 * Tesseract's engine as a module, and the address of its WebAssembly, without `tesseract.js` around it, which would start a
 * worker from text and fetch from others' servers. Every browser we build for has vector instructions.
 */
const CORE = 'virtual:tesseract-core'
const WASM = 'virtual:tesseract-core.wasm?url'
const LOADED = '\0tesseract-core.js'

const ofPackage = createRequire(createRequire(import.meta.url).resolve('tesseract.js'))
const script = ofPackage.resolve('tesseract.js-core/tesseract-core-simd-lstm.js')

export function tesseractCore(): Plugin {
  return {
    name: 'tesseract-core',
    enforce: 'pre',
    resolveId(source) {
      if (source === CORE) return LOADED
      return source === WASM ? `${script.replace(/\.js$/, '.wasm')}?url` : null
    },
    // A script for all kinds of module but this one.
    load: (id) => (id === LOADED ? `${readFileSync(script, 'utf8')}\nexport default TesseractCore\n` : null),
  }
}
