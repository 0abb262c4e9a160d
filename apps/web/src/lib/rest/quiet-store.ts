import * as z from 'zod/mini'
import type { QuietHours } from './quiet-hours.ts'

/**
 * The quiet hours where the service worker finds them, too: it cannot read what pages remember. Two times of a day, and nothing
 * else about anybody.
 */
const format = z.object({ isOn: z.boolean(), fromMinute: z.number(), toMinute: z.number() })
const STORE = 'quiet'
const KEY = 'hours'

/** Rejects when the browser refuses storage. */
export async function keepQuiet(quiet: QuietHours): Promise<void> {
  await inStore('readwrite', (store) => store.put(quiet, KEY))
}

/** Undefined when none were set, or storage is refused. */
export async function readQuiet(): Promise<QuietHours | undefined> {
  try {
    const read = z.safeParse(format, await inStore('readonly', (store) => store.get(KEY)))
    return read.success ? read.data : undefined
  } catch {
    return undefined
  }
}

async function inStore(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
  const opening = indexedDB.open('visavis-rest', 1)
  opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(STORE))
  const database = (await ended(opening)) as IDBDatabase
  try {
    return await ended(work(database.transaction(STORE, mode).objectStore(STORE)))
  } finally {
    database.close()
  }
}

function ended(request: IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('storage refused')))
  })
}
