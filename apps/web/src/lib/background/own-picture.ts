/**
 * The person's own picture to sit before. Kept in this browser only, sealed (AES-256-GCM, a key that no script can read out)
 * and made anew from its pixels, so that no place, date or camera that the file told of is kept. Gone when they sign out.
 */
export type OwnPicture = {
  /** Undefined when there is none, or it can be read no more. */
  read(): Promise<ImageBitmap | undefined>
  /** Makes the file's picture the own one; the answer says why it could not. */
  keep(file: Blob): Promise<PictureRefusal | undefined>
  forget(): Promise<void>
}
/** Not a picture this browser can show, too large a file, or nowhere to keep it. */
export type PictureRefusal = 'unreadable' | 'too-large' | 'not-kept'

export const FILE_BYTES_MAX = 25_000_000
const WIDTH_MAX = 1920
const HEIGHT_MAX = 1080
const QUALITY = 0.88
const DATABASE = 'visavis-background'
const STORE = 'own'
const NONCE_BYTES = 12

/** What fits into the bounds with the same shape, never larger than it was. Whole points, at least one. */
export function fitWithin(width: number, height: number): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, WIDTH_MAX / width, HEIGHT_MAX / height)
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

export function createOwnPicture(deps: {
  readonly indexedDb: IDBFactory | undefined
  readonly crypto: Crypto
}): OwnPicture {
  async function inStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const database = await openDatabase(deps.indexedDb)
    try {
      return await new Promise<T>((resolve, reject) => {
        const transaction = database.transaction(STORE, mode)
        const request = work(transaction.objectStore(STORE))
        transaction.addEventListener('complete', () => resolve(request.result))
        transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('aborted')))
      })
    } finally {
      database.close()
    }
  }

  async function seal(plain: Uint8Array<ArrayBuffer>): Promise<void> {
    const key = await deps.crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
    const nonce = deps.crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
    const sealed = await deps.crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, plain)
    // One record, so that key and picture never come from two different times.
    await inStore('readwrite', (store) => store.put({ key, nonce, sealed: new Uint8Array(sealed) }, STORE))
  }

  return {
    async read() {
      try {
        const kept = (await inStore('readonly', (store) => store.get(STORE))) as Partial<Kept> | undefined
        if (!kept?.key || !kept.nonce || !kept.sealed) return undefined
        const plain = await deps.crypto.subtle.decrypt({ name: 'AES-GCM', iv: kept.nonce }, kept.key, kept.sealed)
        return await createImageBitmap(new Blob([plain], { type: 'image/jpeg' }))
      } catch {
        // Storage that is refused or damaged: there is no own picture then.
        return undefined
      }
    },
    async keep(file) {
      if (file.size > FILE_BYTES_MAX) return 'too-large'
      let made: Blob
      try {
        made = await redraw(file)
      } catch {
        return 'unreadable'
      }
      try {
        await seal(new Uint8Array(await made.arrayBuffer()))
        return undefined
      } catch {
        return 'not-kept'
      }
    },
    async forget() {
      await inStore('readwrite', (store) => store.clear()).catch(() => undefined)
      deps.indexedDb?.deleteDatabase(DATABASE)
    },
  }
}

type Kept = { readonly key: CryptoKey; readonly nonce: BufferSource; readonly sealed: BufferSource }

function openDatabase(indexedDb: IDBFactory | undefined): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    if (!indexedDb) return reject(new Error('no storage'))
    const request = indexedDb.open(DATABASE, 1)
    request.addEventListener('upgradeneeded', () => void request.result.createObjectStore(STORE))
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('no storage')))
  })
}

/** The same picture as a new file of pixels alone, no larger than a call can show. */
async function redraw(file: Blob): Promise<Blob> {
  const read = await createImageBitmap(file)
  try {
    const { width, height } = fitWithin(read.width, read.height)
    const canvas = new OffscreenCanvas(width, height)
    const pen = canvas.getContext('2d', { alpha: false })
    if (!pen) throw new Error('no canvas')
    pen.imageSmoothingQuality = 'high'
    pen.drawImage(read, 0, 0, width, height)
    return await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY })
  } finally {
    read.close()
  }
}
