import { fail, GUIDELINES_VERSION, ok, type Code } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { createApi } from './api.ts'
import { createJoinModel } from './join-model.ts'
import type { Passkeys } from './passkeys.ts'
import { createProof } from './proof.ts'
import { createSession } from './session.ts'
import { createSignInModel } from './sign-in-model.ts'

type Answers = Record<string, () => Response>
const json =
  (body: unknown, status = 200) =>
  () =>
    Response.json(body, { status })
const refuse = (code: Code, status = 400) => json({ code }, status)

function served(answers: Answers) {
  const asked: { path: string; body: unknown }[] = []
  const fetcher = (async (path: string, init?: RequestInit) => {
    asked.push({ path, body: init?.body === undefined ? undefined : JSON.parse(init.body as string) })
    const answer = answers[`${init?.method} ${path}`]
    if (!answer) throw new TypeError('no network')
    return answer()
  }) as typeof fetch
  return { api: createApi({ fetch: fetcher }), asked }
}
const PASSKEYS: Passkeys = { isSupported: () => true, register: async () => ok(true), signIn: async () => ok(true) }
const ANSWERS: Answers = {
  'GET /api/handles/suggestions': json({ handles: ['amber-otter', 'still-lake'] }),
  'GET /api/proof/challenge': json({ any: 'thing' }),
  'POST /api/accounts': json({ handle: 'amber-otter' }),
  'POST /api/accounts/passkey': json({ context: 'ctx' }),
  'POST /api/handles/check': json({ advice: ['has-place'] }),
}
function joining(
  answers: Answers = {},
  change: Partial<{ passkeys: Passkeys; score: 0 | 4; solution: string | undefined }> = {},
) {
  const { api, asked } = served({ ...ANSWERS, ...answers })
  const proof = createProof({ api, solve: async () => ('solution' in change ? change.solution : 'solved') })
  const score = change.score ?? 4
  const model = createJoinModel({
    api,
    proof,
    passkeys: change.passkeys ?? PASSKEYS,
    passkeyName: 'Visavis',
    measure: async () => ({ score, isEnough: score > 2 }),
  })
  return { model, asked }
}
async function filled(set: ReturnType<typeof joining>) {
  set.model.declareAge(true)
  set.model.acceptGuidelines()
  set.model.chooseWay('password')
  set.model.typeHandle(' Amber Otter')
  await set.model.typePassword('several quiet words')
  return set
}

describe('joining', () => {
  it('[A10] asks the server nothing before the declaration of age and the guidelines', async () => {
    const { model, asked } = joining()
    await model.submit()
    expect(model.get().step).toBe('age')
    model.declareAge(false)
    expect(model.get().step).toBe('underage')
    await model.submit()
    expect(asked).toEqual([])
  })
  it('[A1] [A11] a password account is made with declaration and proof', async () => {
    const { model, asked } = await filled(joining())
    await model.submit()
    expect(model.get()).toMatchObject({ work: 'done', password: '' })
    expect(asked.find(({ path }) => path === '/api/accounts')?.body).toEqual({
      handle: 'amber-otter',
      password: 'several quiet words',
      adult: true,
      guidelines: GUIDELINES_VERSION,
      proof: 'solved',
    })
  })
  it('[A1] a passkey account needs no password', async () => {
    const contexts: unknown[] = []
    const set = joining(
      {},
      { passkeys: { ...PASSKEYS, register: async ({ context }) => (contexts.push(context), ok(true)) } },
    )
    set.model.declareAge(true)
    set.model.acceptGuidelines()
    set.model.typeHandle('amber-otter')
    await set.model.submit()
    expect(set.model.get().work).toBe('done')
    expect(contexts).toEqual(['ctx'])
  })
  it('[A3] a weak password is refused before anything is sent', async () => {
    const { model, asked } = await filled(joining({}, { score: 0 }))
    await model.submit()
    expect(model.get()).toMatchObject({ work: 'none', passwordCode: 'ACCOUNT_PASSWORD_WEAK' })
    expect(asked.some(({ path }) => path === '/api/accounts')).toBe(false)
  })
  it('[A1] a taken handle is told at the handle, other failures at the form; then it can be tried again', async () => {
    const taken = await filled(joining({ 'POST /api/accounts': refuse('ACCOUNT_HANDLE_TAKEN', 409) }))
    await taken.model.submit()
    expect(taken.model.get()).toMatchObject({ work: 'none', handleCode: 'ACCOUNT_HANDLE_TAKEN' })
    const limited = await filled(joining({ 'POST /api/accounts': refuse('RATE_LIMITED', 429) }))
    await limited.model.submit()
    expect(limited.model.get()).toMatchObject({ work: 'none', code: 'RATE_LIMITED' })
  })
  it('[A11] an unsolved proof is told and sends nothing', async () => {
    const { model, asked } = await filled(joining({}, { solution: undefined }))
    await model.submit()
    expect(model.get()).toMatchObject({ work: 'none', code: 'ACCOUNT_PROOF_INVALID' })
    expect(asked.some(({ path }) => path === '/api/accounts')).toBe(false)
  })
  it('[A2] advice about a handle is shown, and dropped when another one is typed', async () => {
    const { model } = await filled(joining())
    await model.checkHandle()
    expect(model.get().advice).toEqual(['has-place'])
    model.typeHandle('other')
    expect(model.get().advice).toEqual([])
    model.typeHandle('!')
    await model.checkHandle()
    expect(model.get().handleCode).toBe('ACCOUNT_HANDLE_INVALID')
  })
})

describe('the server as functions', () => {
  it('[A3] signing in tells one code for every wrong pair', async () => {
    const { api, asked } = served({ 'POST /api/sign-in': refuse('ACCOUNT_SIGN_IN_FAILED', 401) })
    const model = createSignInModel({ api, passkeys: PASSKEYS })
    await model.withPassword(' Amber-Otter ', 'x')
    expect(model.get()).toEqual({ work: 'none', code: 'ACCOUNT_SIGN_IN_FAILED' })
    expect(asked[0]?.body).toEqual({ handle: 'amber-otter', password: 'x' })
  })
  it('[A1] a dismissed passkey window is an outcome, not a crash', async () => {
    const { api } = served({})
    const model = createSignInModel({
      api,
      passkeys: { ...PASSKEYS, signIn: async () => fail('ACCOUNT_PASSKEY_FAILED') },
    })
    await model.withPasskey()
    expect(model.get()).toEqual({ work: 'none', code: 'ACCOUNT_PASSKEY_FAILED' })
  })
  it.each([
    ['no network', {}, 'NETWORK_OFFLINE'],
    ['no JSON', { 'GET /api/session': () => new Response('<html>') }, 'SERVER_INTERNAL'],
    ['an answer outside the contract', { 'GET /api/session': json({ person: 7 }) }, 'SERVER_INTERNAL'],
    ['an unknown code', { 'GET /api/session': json({ code: 'WHAT' }, 500) }, 'SERVER_INTERNAL'],
    ['a refusal', { 'GET /api/session': refuse('SERVER_STORAGE', 503) }, 'SERVER_STORAGE'],
  ] as const)('[A1] %s becomes a code', async (_, answers, code) => {
    expect(await served(answers).api.call('getSession')).toMatchObject({ ok: false, code })
  })
  it('[A1] a path parameter cannot leave its place', async () => {
    const { api, asked } = served({})
    await api.call('deleteBlock', { params: { blockId: '../../x?y' } })
    expect(asked[0]?.path).toBe('/api/blocks/..%2F..%2Fx%3Fy')
  })
  it('[A1] a session that ended by itself is told apart from one that never was', async () => {
    let person: unknown = {
      handle: 'h',
      role: 'person',
      hasPasskey: false,
      hasPassword: true,
      accountId: 'eeeeeeee-0000-4000-8000-000000000001',
      deviceId: null,
      sessionId: 'cccccccc-0000-4000-8000-000000000001',
    }
    const { api } = served({ 'GET /api/session': () => Response.json({ person }) })
    const session = createSession({ api, memory: { read: () => undefined, keep: () => undefined } })
    await session.load()
    expect(session.get().kind).toBe('in')
    person = null
    await session.load()
    expect(session.get()).toEqual({ kind: 'out', expired: true })
  })
})
