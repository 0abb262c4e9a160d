import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { createMatrixTrip, type MatrixLibrary } from './matrix.ts'
import { createSignalTrip, type SignalLibrary } from './signal.ts'
import type { RoundTrip } from './workload.ts'

/**
 * Libraries of others. They are no dependencies of ours (libsignal is AGPL) and are never shipped: whoever wants to compare
 * puts them into a folder that is not committed.
 */
const FOLDER = path.join(import.meta.dirname, '..', '.contestants')
const PACKAGES = { matrix: '@matrix-org/matrix-sdk-crypto-wasm@18.9.0', signal: '@signalapp/libsignal-client@0.103.0' }

/** A round trip of each library that is there; tells how to get the others. */
export async function contestantTrips(): Promise<Record<string, RoundTrip>> {
  const trips: Record<string, RoundTrip> = {}
  const matrix = fileOf('@matrix-org/matrix-sdk-crypto-wasm/node.mjs')
  if (matrix) trips['matrix'] = await createMatrixTrip((await import(matrix)) as MatrixLibrary)
  const signal = fileOf('@signalapp/libsignal-client/dist/index.js')
  if (signal) trips['signal'] = await createSignalTrip((await import(signal)) as SignalLibrary)
  const missing = Object.entries(PACKAGES).filter(([name]) => !trips[name])
  if (missing.length > 0) {
    const wanted = missing.map(([, name]) => name).join(' ')
    console.error(`Left out. To compare: npm install --no-save --prefix bench/.contestants ${wanted}`)
  }
  return trips
}

function fileOf(name: string): string | undefined {
  const file = path.join(FOLDER, 'node_modules', name)
  return existsSync(file) ? pathToFileURL(file).href : undefined
}
