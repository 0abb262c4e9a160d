import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cookiesIn, everyRow } from './accounts-rows.ts'
import { createBrowser, DECLARED, prove, startApp, type TestApp } from './support/app.ts'
import { eachStorage, type OpenStorage } from './support/storages.ts'

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

// The part of the browser's interface that runs inside `page.evaluate`; the server's compiler preset has no DOM.
declare const navigator: {
  credentials: Record<'create' | 'get', (options: { publicKey: unknown }) => Promise<{ toJSON(): unknown }>>
}
declare const PublicKeyCredential: Record<
  'parseCreationOptionsFromJSON' | 'parseRequestOptionsFromJSON',
  (json: unknown) => unknown
>

type Answer = { status: number; body: Record<string, unknown> }

// A real browser with a virtual authenticator (WebDriver's WebAuthn extension), on the page the server itself serves.
const passkeys = (_kind: string, open: OpenStorage): void => {
  let app: TestApp
  let chrome: Browser
  let page: Page

  beforeAll(async () => {
    app = await startApp(await open())
    chrome = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
    page = await (await chrome.newContext()).newPage()
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    await page.goto(app.origin)
  })
  afterAll(async () => {
    await chrome.close()
    await app.end()
    await app.storage.close()
  })

  // Every signed cookie the browser held at some step, of sessions and of ceremonies.
  const cookies = new Set<string>()
  const expectNoneStored = async () => {
    for (const { value } of await page.context().cookies()) cookies.add(value)
    expect(cookiesIn(await everyRow(app.storage.db), cookies)).toEqual([])
  }

  const send = (path: string, body?: unknown): Promise<Answer> =>
    page.evaluate(
      async ([url, text]) => {
        const init =
          text === undefined ? {} : { method: 'POST', body: text, headers: { 'content-type': 'application/json' } }
        const response = await fetch(url, init)
        return { status: response.status, body: (await response.json()) as Record<string, unknown> }
      },
      [path, body === undefined ? undefined : JSON.stringify(body)] as const,
    )
  const ceremony = (kind: 'create' | 'get', options: unknown): Promise<unknown> =>
    page.evaluate(
      async ([which, json]) => {
        const parsed = JSON.parse(json) as unknown
        const credential =
          which === 'create'
            ? await navigator.credentials.create({
                publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(parsed),
              })
            : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(parsed) })
        return credential.toJSON()
      },
      [kind, JSON.stringify(options)] as const,
    )

  it('make an account without a password, and sign in to it again', async () => {
    const proof = await prove(createBrowser(app))
    const prepared = await send('/api/accounts/passkey', { handle: 'calm-heron-601', ...DECLARED, proof })
    expect(prepared.status).toBe(200)
    const context = String(prepared.body['context'])
    const options = await send(`/api/auth/passkey/generate-register-options?context=${encodeURIComponent(context)}`)
    expect(options.body).toMatchObject({ rp: { id: 'localhost' }, user: { name: 'calm-heron-601' } })
    await expectNoneStored()
    expect(cookies.size).toBe(1)
    const response = await ceremony('create', options.body)
    expect(await send('/api/auth/passkey/verify-registration', { response })).toEqual({ status: 200, body: {} })
    const person = { handle: 'calm-heron-601', role: 'person', hasPasskey: true, hasPassword: false }
    expect((await send('/api/session')).body).toMatchObject({ person })
    await expectNoneStored()
    expect(cookies.size).toBe(2)
    const row = await app.storage.db
      .selectFrom('accounts')
      .selectAll()
      .where('username', '=', 'calm-heron-601')
      .executeTakeFirstOrThrow()
    expect(row.adult_declared_at).toBeInstanceOf(Date)

    await send('/api/sign-out', {})
    const asked = await send('/api/auth/passkey/generate-authenticate-options')
    await expectNoneStored()
    const signed = await ceremony('get', asked.body)
    expect(await send('/api/auth/passkey/verify-authentication', { response: signed })).toEqual({
      status: 200,
      body: {},
    })
    expect((await send('/api/session')).body).toMatchObject({ person })
    await expectNoneStored()
    expect(cookies.size).toBe(4)
    expect(await send('/api/auth/passkey/verify-authentication', { response: signed })).toEqual({
      status: 400,
      body: { code: 'ACCOUNT_PASSKEY_FAILED' },
    })
  })

  it('are refused without an admitted sign-up, and with anything forged', async () => {
    await send('/api/sign-out', {})
    for (const context of ['', 'calm-heron-602', 'calm-heron-602~1~1~AAAA']) {
      const answer = await send(`/api/auth/passkey/generate-register-options?context=${encodeURIComponent(context)}`)
      expect(answer).toEqual({ status: 400, body: { code: 'ACCOUNT_PASSKEY_FAILED' } })
    }
    for (const response of [{}, { id: 'x' }, { id: 'x', rawId: 'x', type: 'public-key', response: {} }]) {
      expect((await send('/api/auth/passkey/verify-registration', { response })).status).toBe(400)
      expect((await send('/api/auth/passkey/verify-authentication', { response })).status).toBe(400)
    }
    expect((await send('/api/session')).body).toEqual({ person: null })
  })

  it('[A8] leave nothing in a table that would take over a sign-up in progress', async () => {
    await send('/api/sign-out', {})
    const proof = await prove(createBrowser(app))
    const prepared = await send('/api/accounts/passkey', { handle: 'calm-heron-603', ...DECLARED, proof })
    const context = String(prepared.body['context'])
    const begin = (sealed: string) =>
      send(`/api/auth/passkey/generate-register-options?context=${encodeURIComponent(sealed)}`)
    expect((await begin(context)).status).toBe(200)
    expect(await everyRow(app.storage.db)).not.toContain(context)
    const { value } = await app.storage.db
      .selectFrom('verifications')
      .select('value')
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    const stored = (JSON.parse(value) as { context: string }).context
    expect(stored).toMatch(/^calm-heron-603~/)
    expect(await begin(stored)).toEqual({ status: 400, body: { code: 'ACCOUNT_PASSKEY_FAILED' } })
  })
}

// Without Chromium there is no authenticator to answer.
describe.skipIf(!existsSync(CHROMIUM))('[A1] passkeys (skipped without Chromium)', () => eachStorage(passkeys))
