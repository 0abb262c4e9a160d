import createEngine from '@mediapipe/tasks-vision/vision_wasm_module_internal.js'
import { ENGINE_BYTES } from './engine-size.ts'

/** MediaPipe's engine in a worker: its files from our own server, and nothing of it to anywhere else. */
type Settings = { wasmBinary?: Uint8Array; print?: () => void; printErr?: () => void }
type EngineScope = { ModuleFactory?: unknown; Module?: Settings }

/** The library takes both from the global scope and empties it. It prints what only its makers want to read. */
export function layOutEngine(bytes: Uint8Array): void {
  const scope = globalThis as EngineScope
  scope.ModuleFactory = createEngine
  scope.Module = { wasmBinary: bytes, print: () => undefined, printErr: () => undefined }
}

/** Fetches the engine; `progress` hears of the share that is here. Rejects when it cannot be had. */
export function downloadEngine(address: string, progress: (share: number) => void): Promise<Uint8Array> {
  return download(address, (length) => progress(Math.min(1, length / ENGINE_BYTES)))
}

/**
 * The library would report its use to its makers, under an address of theirs: nothing of a call may go anywhere, and so the
 * worker's `fetch` knows our own server only.
 */
export function stayAtHome(): void {
  const { fetch: fetchAnything, location } = globalThis
  globalThis.fetch = (input, init) => {
    const { origin } = new URL(input instanceof Request ? input.url : String(input), location.href)
    return origin === location.origin ? fetchAnything(input, init) : Promise.reject(new TypeError('not our server'))
  }
}

/** A file of our own server; `progress` hears how many bytes are here. Rejects when it cannot be had. */
export async function download(address: string, progress: (bytes: number) => void): Promise<Uint8Array> {
  const answer = await fetch(address)
  if (!answer.ok || !answer.body) throw new Error('a file could not be had')
  const parts: Uint8Array[] = []
  let length = 0
  for (const reader = answer.body.getReader(); ;) {
    const { done, value } = await reader.read()
    if (done) break
    parts.push(value)
    length += value.length
    progress(length)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
