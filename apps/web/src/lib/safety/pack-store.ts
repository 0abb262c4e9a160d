import type { PackStore } from './pack-library.ts'

const CACHE = 'visavis-safety-packs'
const pathOf = (language: string) => `/api/safety/packs/${language}`

/**
 * Packs that were handed out, in the browser's store for files: they are the same for everybody, and say of a person no more
 * than the languages of the browser do. Where there is no such store (a page that is not secure) they are fetched each time.
 */
export function createPackStore(caches: Pick<CacheStorage, 'open'> | undefined): PackStore {
  async function quietly<T>(work: (cache: Cache) => Promise<T>): Promise<T | undefined> {
    try {
      return caches && (await work(await caches.open(CACHE)))
    } catch {
      // Storage is full or refused: the packs of the app are still there.
      return undefined
    }
  }
  return {
    read: (language) =>
      quietly(async (cache) => {
        const kept = await cache.match(pathOf(language))
        return kept && new Uint8Array(await kept.arrayBuffer())
      }),
    write: async (language, signed) => {
      await quietly((cache) => cache.put(pathOf(language), new Response(signed)))
    },
    remove: async (language) => {
      await quietly((cache) => cache.delete(pathOf(language)))
    },
  }
}
