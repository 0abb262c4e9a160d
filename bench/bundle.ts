import path from 'node:path'
import { build } from 'vite'

/** A file of a benchmark and all it imports as one classic script for a page or worker. */
export async function bundle(folder: string, file: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root: folder,
    build: {
      write: false,
      lib: { entry: path.join(folder, file), formats: ['iife'], name: 'bench', fileName: 'bench' },
    },
  })
  const [output] = Array.isArray(result) ? result : [result]
  const chunk = output && 'output' in output ? output.output[0] : undefined
  if (!chunk) throw new Error(`${file} has no bundle`)
  return chunk.code
}
