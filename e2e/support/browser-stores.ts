import type { Page } from '@playwright/test'

/** What a page of an origin can find in the browser's stores, without the code that wrote it. */
type BrowserStores = {
  /** Names of the databases and all keys and values of their records; local and session storage; names of caches and files. */
  readonly bytes: Buffer
  readonly databases: readonly string[]
  readonly records: number
  /** Of each key that lies there as an object: whether a script can carry it away. */
  readonly areKeysExtractable: readonly boolean[]
}

/** Reads everything that the browser keeps for the origin of this page. */
export async function readBrowserStores(page: Page): Promise<BrowserStores> {
  const found = await page.evaluate(readStores)
  return { ...found, bytes: Buffer.concat(found.pieces.map((piece) => Buffer.from(`${piece}\n`, 'latin1'))) }
}

/** Runs in the page. `pieces` are bytes as Latin-1. */
async function readStores() {
  const pieces: string[] = []
  const databases: string[] = []
  const areKeysExtractable: boolean[] = []
  let records = 0
  const addBytes = (bytes: Uint8Array) => {
    let piece = ''
    for (const byte of bytes) piece += String.fromCharCode(byte)
    pieces.push(piece)
  }
  const add = (value: unknown): void => {
    if (value instanceof CryptoKey) areKeysExtractable.push(value.extractable)
    else if (value instanceof ArrayBuffer) addBytes(new Uint8Array(value))
    else if (ArrayBuffer.isView(value)) addBytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
    else if (value instanceof Map) for (const entry of value) add(entry)
    else if (Array.isArray(value) || value instanceof Set) for (const each of value) add(each)
    else if (typeof value === 'object' && value !== null) for (const entry of Object.entries(value)) add(entry)
    else addBytes(new TextEncoder().encode(String(value)))
  }
  const ended = async <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result))
      request.addEventListener('error', () => reject(request.error ?? new Error('not read')))
    })
  for (const { name } of await indexedDB.databases()) {
    if (!name) continue
    databases.push(name)
    const database = await ended(indexedDB.open(name))
    for (const storeName of database.objectStoreNames) {
      const store = database.transaction(storeName).objectStore(storeName)
      const [keys, values] = await Promise.all([ended(store.getAllKeys()), ended(store.getAll())])
      records += values.length
      add([storeName, keys, values])
    }
    database.close()
  }
  add([Object.entries(localStorage), Object.entries(sessionStorage), await caches.keys()])
  const folder = await navigator.storage.getDirectory()
  for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) add(name)
  return { pieces, databases, records, areKeysExtractable }
}

/** Puts a text where a careless application would: proves that a search of the stores finds what lies there. */
export async function plantInBrowser(page: Page, text: string): Promise<void> {
  await page.evaluate(
    async (planted) =>
      new Promise<void>((resolve, reject) => {
        localStorage.setItem('planted', planted)
        const request = indexedDB.open('planted', 1)
        request.addEventListener('upgradeneeded', () => void request.result.createObjectStore('planted'))
        request.addEventListener('error', () => reject(request.error ?? new Error('not opened')))
        request.addEventListener('success', () => {
          const transaction = request.result.transaction('planted', 'readwrite', { durability: 'strict' })
          transaction.objectStore('planted').put({ text: planted }, 1)
          transaction.addEventListener('complete', () => {
            request.result.close()
            resolve()
          })
        })
      }),
    text,
  )
}
