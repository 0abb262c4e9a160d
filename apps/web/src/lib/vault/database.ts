import { VisavisError } from '@visavis/wire'
import type { Shelf, VaultKey, VaultRange } from './types.ts'

/**
 * IndexedDB with promises, as far as the vault needs it: one object store per shelf and one for the key. Knows nothing of
 * what is in the records. Everything that goes wrong here is VAULT_UNAVAILABLE: storage that is refused, full or gone.
 */
export const SHELVES: readonly Shelf[] = [
  'self',
  'key-packages',
  'groups',
  'conversations',
  'contacts',
  'messages',
  'outbox',
  'drafts',
  'transfers',
  'safety',
]
const KEY_STORE = 'key'
const KEY_NAME = 'key'
const WRITER_NAME = 'writer'
/** 2 has the shelf `safety`. Shelves that are missing are made; nothing that is kept is changed. */
const VERSION = 2
/** An empty array sorts after every number and text (Indexed Database API 3.0, section 2.4). */
const AFTER_ALL: readonly never[] = []

export type StoredRecord = { readonly key: VaultKey; readonly bytes: unknown }
export type StoredChange = {
  readonly shelf: Shelf
  readonly key: VaultKey
  readonly bytes: Uint8Array<ArrayBuffer> | undefined
}

export type Database = {
  readKey(): Promise<unknown>
  writeKey(record: unknown): Promise<void>
  /** Makes a new vault: whatever was left on the shelves goes in the same step. */
  begin(keyRecord: unknown): Promise<void>
  /**
   * From now on only this connection writes, whoever did before: waits for the writes that are under way anywhere, and
   * every later one of another tab is aborted. A lock between tabs alone would leave a moment in which both believe.
   */
  claim(writer: string): Promise<void>
  get(shelf: Shelf, key: VaultKey): Promise<unknown>
  list(range: VaultRange): Promise<readonly StoredRecord[]>
  /** One transaction; it is queued before this returns, so that calls take effect in their order. */
  write(changes: readonly StoredChange[]): Promise<void>
  /** The key first, so that what a crash leaves behind can be read by nobody. */
  destroy(): Promise<void>
  close(): void
}

export function createDatabase(deps: { readonly indexedDb: IDBFactory | undefined; readonly name: string }): Database {
  let opening: Promise<IDBDatabase> | undefined
  let ownWriter: string | undefined

  function connection(): Promise<IDBDatabase> {
    opening ??= openConnection(deps.indexedDb, deps.name, () => (opening = undefined))
    opening.catch(() => (opening = undefined))
    return opening
  }

  async function run<T>(
    stores: readonly string[],
    mode: IDBTransactionMode,
    work: (store: (name: string) => IDBObjectStore) => () => T,
  ): Promise<T> {
    const database = await connection()
    return new Promise((resolve, reject) => {
      const failed = (cause: unknown) => reject(new VisavisError('VAULT_UNAVAILABLE', { cause }))
      try {
        const transaction = database.transaction([...stores], mode, { durability: 'strict' })
        const result = work((name) => transaction.objectStore(name))
        transaction.addEventListener('complete', () => resolve(result()))
        transaction.addEventListener('abort', () => failed(transaction.error))
      } catch (cause) {
        failed(cause)
      }
    })
  }

  function erase(): Promise<void> {
    return run([KEY_STORE, ...SHELVES], 'readwrite', (store) => {
      store(KEY_STORE).clear()
      for (const shelf of SHELVES) store(shelf).clear()
      return () => undefined
    })
  }

  function close(): void {
    opening?.then((database) => database.close()).catch(() => undefined)
    opening = undefined
  }

  return {
    readKey: () =>
      run([KEY_STORE], 'readonly', (store) => {
        const request = store(KEY_STORE).get(KEY_NAME)
        return () => request.result as unknown
      }),
    writeKey: (record) =>
      run([KEY_STORE], 'readwrite', (store) => {
        store(KEY_STORE).put(record, KEY_NAME)
        return () => undefined
      }),
    begin: (keyRecord) =>
      run([KEY_STORE, ...SHELVES], 'readwrite', (store) => {
        for (const shelf of SHELVES) store(shelf).clear()
        store(KEY_STORE).put(keyRecord, KEY_NAME)
        return () => undefined
      }),
    async claim(writer) {
      await run([KEY_STORE, ...SHELVES], 'readwrite', (store) => {
        store(KEY_STORE).put(writer, WRITER_NAME)
        return () => undefined
      })
      ownWriter = writer
    },
    get: (shelf, key) =>
      run([shelf], 'readonly', (store) => {
        const request = store(shelf).get([...key])
        return () => request.result as unknown
      }),
    list: (range) =>
      run([range.shelf], 'readonly', (store) =>
        range.direction === 'down' ? listDown(store(range.shelf), range) : listUp(store(range.shelf), range),
      ),
    write: (changes) =>
      run([KEY_STORE, ...new Set(changes.map(({ shelf }) => shelf))], 'readwrite', (store) => {
        const writer = store(KEY_STORE).get(WRITER_NAME)
        writer.addEventListener('success', () => writer.result !== ownWriter && writer.transaction?.abort())
        for (const { shelf, key, bytes } of changes) {
          if (bytes) store(shelf).put(bytes, [...key])
          else store(shelf).delete([...key])
        }
        return () => undefined
      }),
    async destroy() {
      // A database too damaged to be opened can still be deleted whole.
      const erased = await erase().then(
        () => true,
        () => false,
      )
      close()
      const deleted = await deleteDatabase(deps.indexedDb, deps.name)
      if (!erased && !deleted) throw new VisavisError('VAULT_UNAVAILABLE')
    },
    close,
  }
}

function listUp(store: IDBObjectStore, range: VaultRange): () => readonly StoredRecord[] {
  const within = keyRange(range)
  const keys = store.getAllKeys(within, range.limit)
  const values = store.getAll(within, range.limit)
  return () => keys.result.map((key, at) => ({ key: key as (string | number)[], bytes: values.result[at] as unknown }))
}

function listDown(store: IDBObjectStore, range: VaultRange): () => readonly StoredRecord[] {
  const found: StoredRecord[] = []
  const request = store.openCursor(keyRange(range), 'prev')
  request.addEventListener('success', () => {
    const cursor = request.result
    if (!cursor) return
    found.push({ key: cursor.key as (string | number)[], bytes: cursor.value as unknown })
    if (found.length < (range.limit ?? Infinity)) cursor.continue()
  })
  return () => found
}

/** Keys that begin with the prefix, and whose next part lies between the bounds. */
function keyRange({ prefix, from, to }: VaultRange): IDBKeyRange {
  const isBounded = from !== undefined || to !== undefined
  const lower = isBounded ? [...prefix, from ?? -Infinity] : [...prefix]
  const upper = to === undefined ? [...prefix, AFTER_ALL] : [...prefix, to, AFTER_ALL]
  return IDBKeyRange.bound(lower, upper)
}

function openConnection(factory: IDBFactory | undefined, name: string, lost: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const failed = (cause: unknown) => reject(new VisavisError('VAULT_UNAVAILABLE', { cause }))
    if (!factory) return failed(undefined)
    try {
      const request = factory.open(name, VERSION)
      request.addEventListener('upgradeneeded', () => {
        const { objectStoreNames: known } = request.result
        const missing = [KEY_STORE, ...SHELVES].filter((store) => !known.contains(store))
        for (const store of missing) request.result.createObjectStore(store)
      })
      request.addEventListener('error', () => failed(request.error))
      request.addEventListener('success', () => {
        const database = request.result
        // The browser may cut a connection at any time (storage cleared, page in the background); the next step opens anew.
        database.addEventListener('close', lost)
        database.addEventListener('versionchange', () => {
          database.close()
          lost()
        })
        resolve(database)
      })
    } catch (cause) {
      failed(cause)
    }
  })
}

/** Whether it is gone, or will be as soon as another tab lets go of it. */
function deleteDatabase(factory: IDBFactory | undefined, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    if (!factory) return resolve(false)
    try {
      const request = factory.deleteDatabase(name)
      request.addEventListener('success', () => resolve(true))
      request.addEventListener('blocked', () => resolve(true))
      request.addEventListener('error', () => resolve(false))
    } catch {
      resolve(false)
    }
  })
}
