import { createSeededRandom } from '@visavis/testkit'
import { toB64 } from '@visavis/wire'
import { expect, it } from 'vitest'
import { createBackupPasskeys } from './backup-passkeys.ts'

const ask = { salt: new Uint8Array(32).fill(1), input: new Uint8Array(32).fill(2) }
const own = new Uint8Array(16).fill(7)
const OPTIONS = { challenge: 'x', allowCredentials: [{ id: toB64(own), transports: ['internal'] }] }

type Given = { readonly first?: unknown; readonly error?: string; readonly options?: unknown; readonly prf?: boolean }

/** A browser whose authenticator answers `first`, and what it was asked. */
function browser(given: Given = {}) {
  const asked: CredentialRequestOptions[] = []
  const passkeys = createBackupPasskeys({
    credentials: {
      async get(options) {
        if (options) asked.push(options)
        if (given.error) throw Object.assign(new Error('x'), { name: given.error })
        const results = given.first === undefined ? {} : { prf: { results: { first: given.first } } }
        return { rawId: own.slice().buffer, getClientExtensionResults: () => results } as unknown as Credential
      },
    },
    capabilities: async () => (given.prf === undefined ? undefined : { 'extension:prf': given.prf }),
    fetch: async () => Response.json(given.options ?? OPTIONS),
    random: createSeededRandom(1n),
  })
  return { passkeys, asked }
}

it('[K9] a passkey is offered only by a browser that says it computes secrets', async () => {
  expect(await browser({ prf: true }).passkeys.isAble()).toBe(true)
  expect(await browser({ prf: false }).passkeys.isAble()).toBe(false)
  expect(await browser().passkeys.isAble()).toBe(false)
  const without = createBackupPasskeys({
    credentials: undefined,
    capabilities: async () => ({ 'extension:prf': true }),
    fetch,
    random: createSeededRandom(1n),
  })
  expect(await without.isAble()).toBe(false)
  expect(await without.answer({ ...ask, credentialId: own })).toEqual({ kind: 'unable' })
})

it("[EB11] [K9] asks the account's passkeys, with the person verified, and gives what they compute", async () => {
  const first = new Uint8Array(32).fill(9)
  const { passkeys, asked } = browser({ first: first.slice().buffer })
  expect(await passkeys.answer(ask)).toEqual({
    kind: 'answered',
    secret: { kind: 'passkey', credentialId: own, salt: ask.salt, answer: first },
  })
  expect(asked[0]?.publicKey).toMatchObject({
    allowCredentials: [{ type: 'public-key', id: own }],
    userVerification: 'required',
    extensions: { prf: { eval: { first: ask.input } } },
  })
  const other = new Uint8Array(16).fill(8)
  await passkeys.answer({ ...ask, credentialId: other })
  expect(asked[1]?.publicKey?.allowCredentials).toEqual([{ type: 'public-key', id: other }])
})

it('[EB15] what was answered can be overwritten where it lies', async () => {
  const first = new Uint8Array(32).fill(9)
  const answered = await browser({ first: first.buffer }).passkeys.answer(ask)
  if (answered.kind === 'answered') answered.secret.answer.fill(0)
  expect(first).toEqual(new Uint8Array(32))
})

it('[K9] no passkey, one that computes nothing, and a ceremony that was ended are told apart', async () => {
  const outcome = (given: Given) => browser(given).passkeys.answer(ask)
  expect(await outcome({ options: { challenge: 'x' } })).toEqual({ kind: 'none' })
  expect(await outcome({})).toEqual({ kind: 'unable' })
  for (const first of [new Uint8Array(31).buffer, 'text']) expect(await outcome({ first })).toEqual({ kind: 'unable' })
  expect(await outcome({ error: 'NotAllowedError' })).toEqual({ kind: 'cancelled' })
  expect(await outcome({ error: 'SecurityError' })).toEqual({ kind: 'unable' })
  expect(await outcome({ options: 'nonsense' })).toEqual({ kind: 'failed', code: 'SERVER_INTERNAL' })
})
