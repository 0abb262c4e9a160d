import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createShellFiles } from './shell-files.ts'

// Method: caches and network are maps; a network that is away rejects as a browser's does.

const ORIGIN = 'https://visavis.example'
const FILES = [
  '/_app/immutable/entry/start.aa.js',
  '/_app/immutable/assets/0.bb.css',
  '/icon.svg',
  // Models and their engines: fetched when somebody wants them.
  '/model.tflite',
  '/letters.traineddata.gz',
  '/_app/immutable/workers/nudity-worker-aa.js',
  '/_app/immutable/workers/room-worker-aa.js',
]
const page = (start: string) => `<!doctype html><script>import("/_app/immutable/entry/${start}")</script>`

function createCaches() {
  const all = new Map<string, Map<string, Response>>()
  const open = async (name: string) => {
    const entries = all.get(name) ?? new Map<string, Response>()
    all.set(name, entries)
    return {
      put: async (path: string, response: Response) => void entries.set(path, response),
      match: async (path: string) => entries.get(path)?.clone(),
    } as unknown as Cache
  }
  const paths = () => [...all.values()].flatMap((entries) => [...entries.keys()])
  return {
    all,
    paths,
    caches: { open, keys: async () => [...all.keys()], delete: async (name: string) => all.delete(name) },
  }
}

function setUp(version = 'one', world = createCaches()) {
  const network = {
    isAway: false,
    isSlow: false,
    status: 200,
    start: 'start.aa.js',
    gone: new Set<string>(),
    asked: [] as { path: string; init: RequestInit | undefined }[],
  }
  const fetcher = async (request: Request | string, init?: RequestInit) => {
    const path = typeof request === 'string' ? request : new URL(request.url).pathname
    network.asked.push({ path, init })
    if (network.isSlow) await new Promise(() => undefined)
    if (network.isAway) throw new TypeError('Failed to fetch')
    if (network.gone.has(path)) return new Response('', { status: 404 })
    const body = path === '/index.html' || !path.includes('.') ? page(network.start) : `file ${path}`
    return new Response(body, { status: network.status })
  }
  const files = createShellFiles({
    version,
    files: FILES,
    caches: world.caches,
    fetch: fetcher,
    origin: ORIGIN,
    wait: async () => undefined,
  })
  return { ...world, files, network }
}

function asking(path: string, more: { mode?: 'navigate'; method?: string; origin?: string } = {}): Request {
  const made = new Request(`${more.origin ?? ORIGIN}${path}`, { method: more.method ?? 'GET' })
  return more.mode
    ? new Proxy(made, { get: (from, key) => (key === 'mode' ? 'navigate' : Reflect.get(from, key, from)) })
    : made
}
const textOf = async (answer: Promise<Response> | undefined) => (await answer)?.text()

describe('[K12] the files of the app on the device', () => {
  it('[K12] are all of one version, fetched without cookies, and nothing else; models are not among them', async () => {
    const { files, network, paths } = setUp()
    await files.install()
    expect(paths()).toEqual(['/index.html', ...FILES.slice(0, 3)])
    for (const { init } of network.asked) expect(init).toMatchObject({ credentials: 'omit' })
  })

  it('[K12] open every address of the app without a network, also when the server behind it is away', async () => {
    const { files, network } = setUp()
    await files.install()
    for (const change of [{ isAway: true }, { isSlow: true }, { status: 502 }]) {
      Object.assign(network, { isAway: false, isSlow: false, status: 200 }, change)
      for (const path of ['/', '/chats', '/chats?c=1', '/settings/devices/link'])
        expect(await textOf(files.answer(asking(path, { mode: 'navigate' })))).toBe(page('start.aa.js'))
      expect(await textOf(files.answer(asking('/_app/immutable/entry/start.aa.js')))).toContain('file')
    }
  })

  it('[K12] with a network the page is the server’s: a new version is not kept from anybody', async () => {
    const { files, network } = setUp()
    await files.install()
    network.start = 'start.zz.js'
    // Slower than a clock that stands still, so that the network is heard first.
    const patient = createShellFiles({
      version: 'one',
      files: FILES,
      caches: createCaches().caches,
      fetch: async () => new Response(page(network.start)),
      origin: ORIGIN,
      wait: () => new Promise(() => undefined),
    })
    expect(await textOf(patient.answer(asking('/chats', { mode: 'navigate' })))).toBe(page('start.zz.js'))
  })

  it('[K12] never come between the app and the server’s answers, other origins, or anything that is sent', () => {
    const { files } = setUp()
    for (const path of ['/api/session', '/api', '/api/files/x/parts/1', '/staff/reports', '/healthz', '/metrics'])
      for (const mode of ['navigate', undefined] as const)
        expect(files.answer(asking(path, mode ? { mode } : {}))).toBeUndefined()
    expect(files.answer(asking('/chats', { method: 'POST' }))).toBeUndefined()
    expect(files.answer(asking('/icon.svg', { origin: 'https://other.example' }))).toBeUndefined()
    expect(files.answer(asking('/unknown.json'))).toBeUndefined()
  })

  it('[K12] keep nothing after they are installed, whatever is asked', async () => {
    const { files, paths } = setUp()
    await files.install()
    const before = paths()
    const path = fc.oneof(fc.webPath(), fc.constantFrom('/api/session', '/chats', '/_app/immutable/new.js', ...FILES))
    await fc.assert(
      fc.asyncProperty(path, fc.boolean(), async (asked, isPage) => {
        await files.answer(asking(asked, isPage ? { mode: 'navigate' } : {}))
        expect(paths()).toEqual(before)
      }),
    )
  })

  it('[K12] are installed whole or not at all: not with a missing file, not with the page of another version', async () => {
    const missing = setUp()
    missing.network.gone.add('/icon.svg')
    await expect(missing.files.install()).rejects.toThrow()
    expect(missing.all.size).toBe(0)
    const mixed = setUp()
    mixed.network.start = 'start.zz.js'
    await expect(mixed.files.install()).rejects.toThrow('another version')
    expect(mixed.all.size).toBe(0)
  })

  it('[K12] of another version serve its pages until they are forgotten', async () => {
    const first = setUp('one')
    await first.files.install()
    first.all.get('visavis-shell-one')?.set('/_app/immutable/old.js', new Response('old'))
    first.all.set('someone-elses', new Map())
    const second = setUp('two', first)
    await second.files.install()
    second.network.isAway = true
    expect(await textOf(second.files.answer(asking('/_app/immutable/old.js')))).toBe('old')
    await second.files.forgetOthers()
    expect([...second.all.keys()]).toEqual(['someone-elses', 'visavis-shell-two'])
    await expect(second.files.answer(asking('/_app/immutable/old.js'))).rejects.toThrow()
  })
})
