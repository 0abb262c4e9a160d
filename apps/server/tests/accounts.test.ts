import { sql } from 'kysely'
import { CODES } from '@visavis/wire'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { everyRow } from './accounts-rows.ts'
import { createBrowser, DECLARED, PASSWORD, prove, signUp, startApp, type TestApp } from './support/app.ts'
import { createSeededRandom } from '@visavis/testkit'
import { createPasswordHasher } from '../src/accounts/passwords.ts'
import { eachStorage, openEmbeddedCopy } from './support/storages.ts'

// Everything goes through HTTP, as a browser would send it, so that what is shown holds for the whole edge.
eachStorage((_kind, open) => {
  let app: TestApp
  let handles = 0
  const freshHandle = () => `quiet-otter-${100 + (handles += 1)}`
  const code = async (response: Response) => ((await response.json()) as { code?: string }).code
  const sessionOf = async (browser: ReturnType<typeof createBrowser>) =>
    ((await (await browser.get('/api/session')).json()) as { person: Record<string, unknown> | null }).person

  beforeAll(async () => {
    app = await startApp(await open(), { env: { VISAVIS_RATE_FACTOR: '100' } })
  })
  afterAll(async () => {
    await app.end()
    await app.storage.close()
  })

  it('[A1] makes an account of a handle and a password, signs out and in again', async () => {
    const browser = createBrowser(app)
    const handle = freshHandle()
    const made = await signUp(browser, handle)
    expect(await made.json()).toEqual({ handle })
    const ids = { accountId: expect.any(String), sessionId: expect.any(String), deviceId: null }
    expect(await sessionOf(browser)).toEqual({ handle, role: 'person', hasPasskey: false, hasPassword: true, ...ids })
    expect((await browser.post('/api/sign-out', {})).status).toBe(200)
    expect(await sessionOf(browser)).toBeNull()
    expect((await browser.post('/api/sign-in', { handle, password: PASSWORD })).status).toBe(200)
    expect(await sessionOf(browser)).toMatchObject({ handle })
  })

  it('[A1] keeps the session in a cookie that scripts cannot read and other sites do not send', async () => {
    const browser = createBrowser(app)
    const cookie = (await signUp(browser, freshHandle())).headers.getSetCookie().join('\n')
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Lax/i)
    expect(cookie).toMatch(/Max-Age=2592000/i)
  })

  it('[A10] makes no account without the declaration of age and the guidelines', async () => {
    const browser = createBrowser(app)
    const body = { handle: freshHandle(), password: PASSWORD, ...DECLARED, proof: await prove(browser) }
    expect(await code(await browser.post('/api/accounts', { ...body, adult: false }))).toBe('ACCOUNT_AGE_REQUIRED')
    expect(await code(await browser.post('/api/accounts', { ...body, guidelines: 0 }))).toBe(
      'ACCOUNT_GUIDELINES_REQUIRED',
    )
    const { adult: _adult, ...undeclared } = body
    expect(await code(await browser.post('/api/accounts/passkey', { handle: body.handle, proof: body.proof }))).toBe(
      'ACCOUNT_AGE_REQUIRED',
    )
    expect(await code(await browser.post('/api/accounts', undeclared))).toBe('ACCOUNT_AGE_REQUIRED')
    const { rows } = await sql<{
      n: number
    }>`select count(*) as n from accounts where username = ${body.handle}`.execute(app.storage.db)
    expect(rows[0]?.n).toBe(0)
  })

  it('[A10] stores that the declaration was made, with its time and the version of the guidelines', async () => {
    const handle = freshHandle()
    await signUp(createBrowser(app), handle)
    const row = await app.storage.db
      .selectFrom('accounts')
      .selectAll()
      .where('username', '=', handle)
      .executeTakeFirstOrThrow()
    expect(row.adult_declared_at).toBeInstanceOf(Date)
    expect(row.guidelines_version).toBe(DECLARED.guidelines)
    expect(row.email).toMatch(/^[0-9a-f-]{36}@none\.invalid$/)
  })

  it('[A11] accepts a proof of work once, and none that is altered or foreign', async () => {
    const browser = createBrowser(app)
    const proof = await prove(browser)
    const send = (handle: string, text: string) =>
      browser.post('/api/accounts', { handle, password: PASSWORD, ...DECLARED, proof: text })
    expect((await send(freshHandle(), proof)).status).toBe(200)
    expect(await code(await send(freshHandle(), proof))).toBe('ACCOUNT_PROOF_INVALID')
    const payload = JSON.parse(Buffer.from(await prove(browser), 'base64').toString()) as {
      challenge: { parameters: { expiresAt: number } }
      solution: { counter: number }
    }
    const altered = (change: (copy: typeof payload) => void) => {
      const copy = structuredClone(payload)
      change(copy)
      return Buffer.from(JSON.stringify(copy)).toString('base64')
    }
    for (const bad of [
      altered((copy) => (copy.challenge.parameters.expiresAt += 1)),
      altered((copy) => Object.assign(copy.solution, { derivedKey: '00' })),
      'bm90IGpzb24=',
      '',
      'e30=',
      'bnVsbA==',
    ]) {
      expect(await code(await send(freshHandle(), bad))).toBe('ACCOUNT_PROOF_INVALID')
    }
  })

  it('[A3] refuses passwords that are short, common or made of the handle', async () => {
    const browser = createBrowser(app)
    const proof = await prove(browser)
    for (const password of ['password123', 'qwertyuiop12', 'quietotter99', '1234567890', 'aaaaaaaaaaaa']) {
      const answer = await browser.post('/api/accounts', { handle: 'quiet-otter-99', password, ...DECLARED, proof })
      expect([password, await code(answer)]).toEqual([password, 'ACCOUNT_PASSWORD_WEAK'])
    }
  })

  it('[A3] refuses a taken handle and handles that speak for the service', async () => {
    const handle = freshHandle()
    await signUp(createBrowser(app), handle)
    expect(await code(await signUp(createBrowser(app), handle))).toBe('ACCOUNT_HANDLE_TAKEN')
    expect(await code(await signUp(createBrowser(app), 'admin-7'))).toBe('ACCOUNT_HANDLE_INVALID')
  })

  it('[A3] of many who want one handle at once exactly one gets it', async () => {
    const handle = freshHandle()
    const answers = await Promise.all(Array.from({ length: 5 }, () => signUp(createBrowser(app), handle)))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    for (const answer of answers) expect([200, CODES.ACCOUNT_HANDLE_TAKEN.status]).toContain(answer.status)
  })

  it('[A3] sign-in answers alike for a wrong password and for a handle nobody has', async () => {
    const handle = freshHandle()
    await signUp(createBrowser(app), handle)
    const browser = createBrowser(app)
    const wrong = await browser.post('/api/sign-in', { handle, password: 'not the password at all' })
    const nobody = await browser.post('/api/sign-in', {
      handle: 'nobody-here-at-all',
      password: 'not the password at all',
    })
    const odd = await browser.post('/api/sign-in', { handle: "' or 1=1 --", password: 'not the password at all' })
    for (const answer of [wrong, nobody, odd]) {
      expect(answer.status).toBe(401)
      expect(await answer.clone().text()).toBe('{"code":"ACCOUNT_SIGN_IN_FAILED"}')
      expect(answer.headers.getSetCookie()).toEqual([])
    }
  })

  it('[A8] no table holds the address or the browser of anybody', async () => {
    await signUp(createBrowser(app), freshHandle())
    const rows = await everyRow(app.storage.db)
    expect(rows).toContain('quiet-otter')
    expect(rows).not.toMatch(/127\.0\.0\.1|::1|VisavisTestAgent/)
    expect(app.log.text()).not.toMatch(/127\.0\.0\.1|VisavisTestAgent|quiet-otter|none\.invalid/)
  })

  it('[A1] tells of sessions that end: signed out, and expired', async () => {
    const ended: string[] = []
    const stop = app.accounts.onSessionEnded((session) => void ended.push(session.reason))
    const browser = createBrowser(app)
    await signUp(browser, freshHandle())
    await browser.post('/api/sign-out', {})
    const late = createBrowser(app)
    const handle = freshHandle()
    await signUp(late, handle)
    await sql`update sessions set expires_at = now() - interval '1 minute' where account_id = (select id from accounts where username = ${handle})`.execute(
      app.storage.db,
    )
    expect(await sessionOf(late)).toBeNull()
    await signUp(late, freshHandle())
    await sql`update sessions set expires_at = now() - interval '1 minute'`.execute(app.storage.db)
    await app.accounts.sweep()
    stop()
    expect(ended[0]).toBe('signed-out')
    expect(ended).toContain('expired')
  })

  it('[A1] of the endpoints of the accounts library only the passkey ceremonies are reachable', async () => {
    const browser = createBrowser(app)
    for (const path of [
      'sign-up/email',
      'sign-in/email',
      'sign-in/username',
      'get-session',
      'list-sessions',
      'update-user',
      'delete-user',
      'passkey/list-user-passkeys',
      'passkey/delete-passkey',
      'is-username-available',
      'ok',
      'error',
    ]) {
      expect([path, (await browser.get(`/api/auth/${path}`)).status]).toEqual([path, 404])
      expect([path, (await browser.post(`/api/auth/${path}`, {})).status]).toEqual([path, 404])
    }
    expect((await browser.get('/api/auth/passkey/generate-authenticate-options')).status).toBe(200)
  })
})

it('[A3] sign-in does the same work whether the handle exists, has a passkey only, or nobody has it', async () => {
  const real = createPasswordHasher(createSeededRandom(5))
  const hashes: string[] = []
  const hasher = {
    hash: real.hash,
    verify: (hash: string, password: string) => {
      hashes.push(hash.split('$').slice(0, 4).join('$'))
      return real.verify(hash, password)
    },
  }
  const app = await startApp(await openEmbeddedCopy(), { hasher })
  await signUp(createBrowser(app), 'calm-heron-701')
  await signUp(createBrowser(app), 'calm-heron-702')
  await sql`delete from credentials where user_id = (select id from accounts where username = 'calm-heron-702')`.execute(
    app.storage.db,
  )
  const work: string[][] = []
  for (const handle of ['calm-heron-701', 'calm-heron-702', 'calm-heron-703']) {
    hashes.length = 0
    await createBrowser(app).post('/api/sign-in', { handle, password: 'not the password at all' })
    work.push([...hashes])
  }
  expect(work).toEqual(Array.from({ length: 3 }, () => ['$argon2id$v=19$m=19456,t=2,p=1']))
  await app.end()
  await app.storage.close()
})
