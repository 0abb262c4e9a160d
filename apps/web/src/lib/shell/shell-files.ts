/** What a version of the app is made of, and how its cache is called. */
export type ShellVersion = {
  readonly version: string
  /** Paths of the files of the build, without the page that every address starts with. */
  readonly files: readonly string[]
}

const PREFIX = 'visavis-shell-'
/** The page that every address of the app starts with. */
const PAGE = '/index.html'
/** Answers of the server, never files: they may be about a person, so they are neither kept nor made up. */
const SERVER = /^\/(?:api|staff|healthz|metrics)(?:\/|$)/
/** What the app can open without: models for pictures and their engines, fetched when somebody wants them. */
const HEAVY = /\.(?:wasm|tflite|binarypb|data|gz)$|\/(?:nudity|room)-worker-[^/]*$/
/** A network that has not answered by then is treated as one that is not there. */
const ANSWER_MS_MAX = 4_000

export type ShellFilesDeps = ShellVersion & {
  readonly caches: Pick<CacheStorage, 'open' | 'keys' | 'delete'>
  readonly fetch: (request: Request | string, init?: RequestInit) => Promise<Response>
  readonly origin: string
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>
}

/**
 * The files of the app, kept in the browser so that it opens without a network: code, styles and the start page of one
 * version, and nothing else, ever. Nothing is added after the installation, so nothing that is about a person can be.
 */
export type ShellFiles = {
  /** Fetches all files of this version. Rejects, and the old version stays, when one is missing or of another version. */
  install(): Promise<void>
  /** Deletes the files of other versions. */
  forgetOthers(): Promise<void>
  /** The answer to a request of a page; undefined: the browser is to do as if nobody stood in between. */
  answer(request: Request): Promise<Response> | undefined
}

export function createShellFiles(deps: ShellFilesDeps): ShellFiles {
  const { caches, origin } = deps
  const own = `${PREFIX}${deps.version}`
  const kept = new Set(deps.files.filter((path) => !HEAVY.test(path)))

  const names = async () => (await caches.keys()).filter((name) => name.startsWith(PREFIX))

  /** This version's first; another's while a page of it is still open. */
  async function find(path: string): Promise<Response | undefined> {
    const others = (await names()).filter((name) => name !== own)
    for (const name of [own, ...others]) {
      const found = await (await caches.open(name)).match(path)
      if (found) return found
    }
    return undefined
  }

  /** The page as the server has it now; as it is kept where there is no network, or no server behind it. */
  async function page(request: Request): Promise<Response> {
    const fetched = deps.fetch(request).catch(() => undefined)
    const first = await Promise.race([fetched, deps.wait(ANSWER_MS_MAX)])
    if (first && first.status < 500) return first
    const here = await (await caches.open(own)).match(PAGE)
    return here ?? first ?? (await fetched) ?? Response.error()
  }

  return {
    async install() {
      const cache = await caches.open(own)
      try {
        const start = await fetchPublic(deps.fetch, PAGE)
        expectSameVersion(await start.clone().text(), kept)
        await cache.put(PAGE, start)
        for (const path of kept) await cache.put(path, await fetchPublic(deps.fetch, path))
      } catch (error) {
        await caches.delete(own)
        throw error
      }
    },

    async forgetOthers() {
      await Promise.all((await names()).filter((name) => name !== own).map((name) => caches.delete(name)))
    },

    answer(request) {
      const url = new URL(request.url)
      if (request.method !== 'GET' || url.origin !== origin || SERVER.test(url.pathname)) return undefined
      if (request.mode === 'navigate') return page(request)
      // Also files of another version, for its pages: those that are not kept come from the server.
      const isFile = kept.has(url.pathname) || url.pathname.startsWith('/_app/immutable/')
      if (!isFile || HEAVY.test(url.pathname)) return undefined
      return find(url.pathname).then((found) => found ?? deps.fetch(request))
    },
  }
}

/** Without cookies: what is kept is what anybody gets. */
async function fetchPublic(fetcher: ShellFilesDeps['fetch'], path: string): Promise<Response> {
  const response = await fetcher(path, { credentials: 'omit', cache: 'no-cache' })
  if (!response.ok) throw new Error(`${path} could not be had`)
  return response
}

/** The server may have become another version between this worker and its files. */
function expectSameVersion(html: string, files: ReadonlySet<string>): void {
  for (const [, path = ''] of html.matchAll(/["'(](\/_app\/immutable\/[^"')]+)/g))
    if (!files.has(path)) throw new Error('the start page is of another version')
}
