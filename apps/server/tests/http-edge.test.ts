import { connect } from 'node:net'
import { sql } from 'kysely'
import { HTTP_BODY_BYTES_MAX, ROUTES, type RouteName } from '@visavis/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judge, type RouteHandlers } from '../src/http/index.ts'
import { createBrowser, signUp, startApp, type Browser, type TestApp } from './support/app.ts'
import { openEmbeddedCopy } from './support/storages.ts'

const NAMES = Object.keys(ROUTES) as RouteName[]
const SOME_ID = '00000000-0000-4000-8000-000000000000'

// Every route that other subjects answer gets a handler that marks that it was reached, by throwing a code of its own.
const reached: RouteHandlers = Object.fromEntries(
  NAMES.filter(
    (name) =>
      ![
        'getSession',
        'signOut',
        'createAccount',
        'preparePasskeyAccount',
        'signIn',
        'checkHandle',
        'suggestHandles',
        'getChallenge',
      ].includes(name),
  ).map((name) => [name, async () => ({ ok: false, code: 'REPORT_WINDOW_CLOSED' }) as const]),
)

/** Sends raw bytes and returns everything that comes back: fetch would tidy the path. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(text))
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
  })
}

describe('the HTTP edge', () => {
  let app: TestApp
  let anonymous: Browser
  let person: Browser
  let moderator: Browser
  const code = async (response: Response) => ((await response.json()) as { code?: string }).code

  beforeAll(async () => {
    app = await startApp(await openEmbeddedCopy(), {
      env: { VISAVIS_RATE_FACTOR: '100' },
      createSubjects: async () => ({
        handlers: reached,
        accepting: () => true,
        drain: async () => {},
        close: async () => {},
      }),
    })
    anonymous = createBrowser(app)
    person = createBrowser(app)
    moderator = createBrowser(app)
    await signUp(person, 'calm-heron-501')
    await signUp(moderator, 'calm-heron-502')
    await sql`update accounts set role = 'moderator' where username = 'calm-heron-502'`.execute(app.storage.db)
  })
  afterAll(async () => {
    await app.end()
    await app.storage.close()
  })

  async function call(browser: Browser, name: RouteName): Promise<Response> {
    const { method, path } = ROUTES[name]
    const url = path.replace(/:\w+/, SOME_ID)
    if (method === 'GET') return browser.get(url)
    if (method === 'POST') return browser.post(url, 'not json')
    const cookie = [...browser.cookies].map(([key, value]) => `${key}=${value}`).join('; ')
    return fetch(`http://127.0.0.1:${app.port}${url}`, { method, headers: { origin: app.origin, cookie } })
  }

  for (const name of NAMES) {
    it(`[A11] ${name} lets in whom its rule names and nobody else`, async () => {
      const { who } = ROUTES[name]
      expect(['anyone', 'person', 'moderator']).toContain(who)
      const statuses = [await call(anonymous, name), await call(person, name), await call(moderator, name)].map(
        (answer) => answer.status,
      )
      const refused = statuses.map((status) => status === 401 || status === 403)
      expect(refused).toEqual(
        { anyone: [false, false, false], person: [true, false, false], moderator: [true, true, false] }[who],
      )
      if (who !== 'anyone') expect(statuses[0]).toBe(401)
    })
  }

  it('denies by default: a route with an unknown rule lets nobody in', () => {
    expect(judge('everybody' as 'anyone', undefined).ok).toBe(false)
    expect(judge(undefined as unknown as 'anyone', { role: 'moderator' } as never).ok).toBe(false)
  })

  it('refuses what changes something when it does not come from our own pages', async () => {
    for (const origin of [
      'https://evil.example',
      'null',
      `${app.origin}.evil.example`,
      app.origin.replace('http', 'https'),
    ]) {
      expect(await code(await person.post('/api/sign-out', {}, { origin }))).toBe('AUTH_ORIGIN')
    }
    const bare = await fetch(`http://127.0.0.1:${app.port}/api/sign-in`, { method: 'POST', body: '{}' })
    expect(await code(bare)).toBe('AUTH_ORIGIN')
    const twin = `http://127.0.0.1:${app.port}`
    expect(await code(await anonymous.post('/api/handles/check', 'x', { origin: twin }))).toBe('WIRE_MALFORMED')
  })

  it('refuses bodies that are too large, not JSON, not UTF-8, or not the contract', async () => {
    const url = '/api/handles/check'
    expect(await code(await anonymous.post(url, 'x'.repeat(HTTP_BODY_BYTES_MAX + 1)))).toBe('WIRE_FRAME_TOO_LARGE')
    expect(await code(await anonymous.post(url, '{'))).toBe('WIRE_MALFORMED')
    expect(await code(await anonymous.post(url, { handle: 'calm-heron-501', more: 1 }))).toBe('WIRE_INVALID')
    expect(await code(await anonymous.post(url, { handle: 'calm-heron-501' }, { 'content-type': 'text/plain' }))).toBe(
      'WIRE_INVALID',
    )
    expect(await code(await anonymous.post(url, { handle: ['calm-heron-501'] }))).toBe('WIRE_INVALID')
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(16_384)) })
    const streamed = await fetch(`http://127.0.0.1:${app.port}${url}`, {
      method: 'POST',
      body: endless,
      duplex: 'half',
      headers: { origin: app.origin, 'content-type': 'application/json' },
    }).then(
      (response) => response.status,
      () => 413,
    )
    expect(streamed).toBe(413)
  })

  it('answers unknown paths of the interface with NOT_FOUND as JSON, and unknown pages with the app', async () => {
    for (const url of ['/api', '/api/unknown', '/api/accounts/x/y', '/staff/unknown', '/metrics']) {
      const answer = await anonymous.get(url)
      expect([url, answer.status, await code(answer)]).toEqual([url, 404, 'NOT_FOUND'])
    }
    const page = await anonymous.get('/call/somewhere')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect((await anonymous.get('/missing.js')).status).toBe(404)
  })

  it('serves hashed files for ever and nothing outside its folder, however the path is written', async () => {
    expect((await anonymous.get('/_app/immutable/start.js')).headers.get('cache-control')).toContain('immutable')
    for (const path of [
      '/../outside.txt',
      '/%2e%2e/outside.txt',
      '/..%2foutside.txt',
      '/_app/../../outside.txt',
      '/%2e%2e%2f%2e%2e%2fetc/passwd',
      '//etc/passwd',
      '/%00',
      '/%ff',
    ]) {
      const answer = await raw(app.port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
      expect(answer).toMatch(/^HTTP\/1\.1 (?:200|400|404)/)
      expect(answer).not.toMatch(/must not be served|root:/)
    }
  })

  it('[M9] refuses every browser feature except those a call needs', async () => {
    const policy = (await anonymous.get('/')).headers.get('permissions-policy') ?? ''
    const features = new Map(policy.split(', ').map((entry) => entry.split('=') as [string, string]))
    const granted = [...features].filter(([, value]) => value !== '()').map(([name]) => name)
    expect(granted.toSorted()).toEqual([
      'autoplay',
      'camera',
      'fullscreen',
      'media-playback-while-not-visible',
      'microphone',
      'picture-in-picture',
      'publickey-credentials-create',
      'publickey-credentials-get',
      'screen-wake-lock',
    ])
    for (const name of granted) expect(features.get(name)).toBe('(self)')
    for (const name of ['geolocation', 'display-capture', 'usb', 'bluetooth', 'clipboard-read', 'payment', 'midi'])
      expect(features.get(name)).toBe('()')
  })

  it('sends the security headers with everything, refusals included', async () => {
    for (const url of ['/', '/api/unknown', '/api/session', '/_app/immutable/start.js', '/healthz']) {
      const { headers } = await anonymous.get(url)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toMatch(
        /default-src 'none'.*script-src 'self' 'wasm-unsafe-eval' 'sha256-[\w+/=]{44}';.*require-trusted-types-for 'script'/,
      )
      expect(policy).not.toMatch(/script-src[^;]*'unsafe|\*/)
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('strict-transport-security')).toBeNull()
    }
  })

  it('[O4] tells that it is healthy', async () => {
    expect((await anonymous.get('/healthz')).status).toBe(200)
  })
})

describe('the HTTP edge in trouble', () => {
  it('[A11] slows down an address that asks too often, and says for how long', async () => {
    const app = await startApp(await openEmbeddedCopy())
    const browser = createBrowser(app)
    let last = await browser.post('/api/sign-in', { handle: 'nobody', password: 'x' })
    for (let i = 0; i < 10; i += 1) last = await browser.post('/api/sign-in', { handle: 'nobody', password: 'x' })
    expect(last.status).toBe(429)
    const refusal = (await last.json()) as { code: string; retryAfterMs: number }
    expect(refusal.code).toBe('RATE_LIMITED')
    expect(refusal.retryAfterMs).toBeGreaterThan(0)
    await app.end()
    await app.storage.close()
  })

  it('[O4] answers SERVER_STORAGE and is unhealthy while the database is gone, and lives', async () => {
    const app = await startApp(await openEmbeddedCopy())
    const browser = createBrowser(app)
    await signUp(browser, 'calm-heron-503')
    await app.storage.close()
    const answer = await browser.get('/api/session')
    expect([answer.status, await answer.json()]).toEqual([503, { code: 'SERVER_STORAGE', retryAfterMs: 1_000 }])
    const signIn = await browser.post('/api/sign-in', { handle: 'calm-heron-503', password: 'x' })
    expect(signIn.status).toBe(503)
    const passkey = await createBrowser(app).get('/api/auth/passkey/generate-authenticate-options')
    expect([passkey.status, await passkey.json()]).toMatchObject([503, { code: 'SERVER_STORAGE' }])
    expect((await browser.get('/healthz')).status).toBe(503)
    expect((await browser.get('/')).status).toBe(200)
    expect(app.log.text()).not.toMatch(/calm-heron|127\.0\.0\.1/)
    await app.end()
  })
})
