import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import { createSeededRandom } from '@visavis/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadSecrets } from '../src/secrets.ts'
import type { Storage } from '../src/storage/index.ts'
import { bareOf, cookiesIn, everyRow } from './accounts-rows.ts'
import { createBrowser, PASSWORD, signUp, startApp, type Browser, type TestApp } from './support/app.ts'
import { eachStorage } from './support/storages.ts'

// Over HTTP, as a browser would: what is in the cookies is looked for in every table. Passkeys: passkeys.test.ts.

const COOKIE = 'visavis.session_token'
const secrets = loadSecrets({
  configured: 'a configured secret of more than 32 characters',
  dataDir: '',
  random: createSeededRandom(1),
})

/** The cookie in which this server would send a token: the value of better-auth's signed cookies. */
function signed(token: string): string {
  return encodeURIComponent(`${token}.${createHmac('sha256', secrets.authKey).update(token).digest('base64')}`)
}

const cookieOf = (browser: Browser) => browser.cookies.get(COOKIE) ?? ''
const tokenOf = (browser: Browser) => bareOf(cookieOf(browser)).at(-1) ?? ''
const hashOf = (token: string) => createHmac('sha256', secrets.sessionKey).update(token).digest('base64url')

eachStorage((_kind, open) => {
  let storage: Storage
  let app: TestApp
  let handles = 0
  const start = () => startApp(storage, { secrets, env: { VISAVIS_RATE_FACTOR: '100' } })
  const freshHandle = () => `quiet-otter-${300 + (handles += 1)}`
  const personOf = async (browser: Browser) =>
    ((await (await browser.get('/api/session')).json()) as { person: { handle: string } | null }).person?.handle
  const tokens = async () =>
    (await storage.db.selectFrom('sessions').select('token').execute()).map(({ token }) => token)

  beforeAll(async () => {
    storage = await open()
    app = await start()
  })
  afterAll(async () => {
    await app.end()
    await storage.close()
  })

  it('[A8] [K1] no table holds the token of a session: not after sign-up, sign-in, renewal or sign-out', async () => {
    const [one, other] = [createBrowser(app), createBrowser(app)]
    const handle = freshHandle()
    await signUp(one, handle)
    const seen = new Set([cookieOf(one)])
    await other.post('/api/sign-in', { handle, password: PASSWORD })
    seen.add(cookieOf(other))
    expect(seen.size).toBe(2)
    expect((await tokens()).toSorted()).toEqual([tokenOf(one), tokenOf(other)].map(hashOf).toSorted())
    const rows = await everyRow(storage.db)
    expect(rows).toContain(handle)
    expect(rows).toContain(hashOf(tokenOf(one)))
    expect(cookiesIn(rows, seen)).toEqual([])

    await sql`update sessions set expires_at = now() + interval '28 days'`.execute(storage.db)
    const renewal = await one.get('/api/session')
    expect(renewal.headers.getSetCookie().join('\n')).toMatch(/session_token=.*Max-Age=2592000/i)
    seen.add(cookieOf(one))
    const renewed = await storage.db
      .selectFrom('sessions')
      .select('token')
      .where('expires_at', '>', sql<Date>`now() + interval '29 days'`)
      .execute()
    expect(renewed).toEqual([{ token: hashOf(tokenOf(one)) }])
    expect(cookiesIn(await everyRow(storage.db), seen)).toEqual([])
    expect(await personOf(one)).toBe(handle)

    await one.post('/api/sign-out', {})
    expect(await tokens()).toEqual([hashOf(tokenOf(other))])
    expect(cookiesIn(await everyRow(storage.db), seen)).toEqual([])
    expect(cookiesIn(app.log.text(), seen)).toEqual([])
  })

  it('[A8] the search would find a token that is there, in clear and in hexadecimal', () => {
    const cookie = signed('a'.repeat(32))
    expect(cookiesIn(`(1,${'a'.repeat(32)},2)`, [cookie])).toEqual([cookie])
    expect(cookiesIn(`(1,"\\\\x${'61'.repeat(32)}")`, [cookie])).toEqual([cookie])
    expect(cookiesIn(`(1,${'b'.repeat(32)},2)`, [cookie])).toEqual([])
  })

  it('[A8] what a table holds signs nobody in, even with the key that signs cookies', async () => {
    const owner = createBrowser(app)
    const handle = freshHandle()
    await signUp(owner, handle)
    expect(signed(tokenOf(owner))).toBe(cookieOf(owner))
    const thief = createBrowser(app)
    thief.cookies.set(COOKIE, signed(tokenOf(owner)))
    expect(await personOf(thief)).toBe(handle)
    for (const token of await tokens()) {
      thief.cookies.set(COOKIE, signed(token))
      expect(await personOf(thief)).toBeUndefined()
    }
    expect(await personOf(owner)).toBe(handle)
  })

  it('[A1] a session outlives a restart of the server, and ends with sign-out', async () => {
    const browser = createBrowser(app)
    const handle = freshHandle()
    await signUp(browser, handle)
    await app.end()
    app = await start()
    const later = createBrowser(app)
    for (const [name, value] of browser.cookies) later.cookies.set(name, value)
    expect(await personOf(later)).toBe(handle)
    const kept = cookieOf(later)
    expect((await later.post('/api/sign-out', {})).status).toBe(200)
    later.cookies.set(COOKIE, kept)
    expect(await personOf(later)).toBeUndefined()
    expect(await tokens()).not.toContain(hashOf(bareOf(kept).at(-1) ?? ''))
  })

  it('[A8] the schema refuses a bare token, whoever writes it', async () => {
    const bare = storage.db.updateTable('sessions').set({ token: 'a'.repeat(32) })
    await signUp(createBrowser(app), freshHandle())
    await expect(bare.execute()).rejects.toMatchObject({ code: '23514', constraint: 'sessions_token_hashed' })
  })
})
