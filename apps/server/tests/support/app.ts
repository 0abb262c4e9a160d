import { randomBytes } from 'node:crypto'
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { solveChallenge, type Challenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/sha'
import { createFakeLog, createSeededRandom, type FakeLog } from '@visavis/testkit'
import type { Clock } from '@visavis/ports'
import { GUIDELINES_VERSION } from '@visavis/wire'
import { createApp, type App, type AppDeps } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { loadSecrets } from '../../src/secrets.ts'
import type { Storage } from '../../src/storage/index.ts'

export const PASSWORD = 'tidy lantern orbits slowly'
const INLINE = 'window.started = true'

export type TestApp = App & {
  readonly log: FakeLog
  readonly storage: Storage
  readonly dataDir: string
  end(): Promise<void>
}

/** Real time without timers that keep a process alive: the accounts library has its own clock, which cannot be moved. */
export function realClock(): Clock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
    every: () => () => undefined,
    after(ms, work) {
      const timer = setTimeout(work, ms)
      return () => clearTimeout(timer)
    },
  }
}

/** The app on a free port over `storage`, with a small web app of two files. */
export async function startApp(
  storage: Storage,
  more: Partial<AppDeps> & { env?: Record<string, string> } = {},
): Promise<TestApp> {
  const folder = mkdtempSync(path.join(tmpdir(), 'visavis-app-'))
  const webFolder = path.join(folder, 'build')
  mkdirSync(path.join(webFolder, '_app/immutable'), { recursive: true })
  writeFileSync(path.join(webFolder, 'index.html'), `<!doctype html><title>Visavis</title><script>${INLINE}</script>`)
  writeFileSync(path.join(webFolder, '_app/immutable/start.js'), 'export {}')
  writeFileSync(path.join(folder, 'outside.txt'), 'must not be served')
  const { env, ...deps } = more
  // Chance of a real process: ids must differ between two apps over one storage.
  const random = createSeededRandom(randomBytes(8).readBigUInt64LE())
  const config = parseConfig({ PORT: '0', VISAVIS_DATA: folder, VISAVIS_PROOF_COST: '20', ...env })
  const log = createFakeLog()
  const secrets = loadSecrets({ configured: undefined, dataDir: folder, random })
  const app = await createApp({ config, secrets, storage, clock: realClock(), random, log, webFolder, ...deps })
  return {
    ...app,
    log,
    storage,
    dataDir: folder,
    async end() {
      await app.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A browser as far as HTTP goes: sends the origin, keeps cookies. */
export type Browser = {
  get: (path: string, headers?: Record<string, string>) => Promise<Response>
  post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Response>
  readonly cookies: Map<string, string>
}

export function createBrowser(app: { port: number; origin: string }): Browser {
  const cookies = new Map<string, string>()
  async function send(url: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = Object.assign({ 'user-agent': 'VisavisTestAgent/7.7' }, cookie ? { cookie } : {}, init.headers)
    const response = await fetch(`http://127.0.0.1:${app.port}${url}`, Object.assign({}, init, { headers }))
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }
  return {
    cookies,
    get: (url, headers = {}) => send(url, { headers }),
    post: (url, body, headers = {}) =>
      send(url, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { origin: app.origin, 'content-type': 'application/json', ...headers },
      }),
  }
}

export const DECLARED = { adult: true, guidelines: GUIDELINES_VERSION } as const

/** Fetches a challenge and solves it. */
export async function prove(browser: Browser): Promise<string> {
  const challenge = (await (await browser.get('/api/proof/challenge')).json()) as Challenge
  const solution = await solveChallenge({ challenge, deriveKey })
  return Buffer.from(JSON.stringify({ challenge, solution })).toString('base64')
}

/** Makes an account and leaves the browser signed in. */
export async function signUp(browser: Browser, handle: string, password = PASSWORD): Promise<Response> {
  return browser.post('/api/accounts', { handle, password, ...DECLARED, proof: await prove(browser) })
}
