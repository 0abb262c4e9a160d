import type { Random } from '@visavis/ports'
import { fail, fromB64, ok, type Code, type Result } from '@visavis/wire'
import * as z from 'zod/mini'
import type { BackupSecret, PasskeyAsk } from '../messenger/backup-types.ts'

type PasskeySecret = Extract<BackupSecret, { kind: 'passkey' }>

/**
 * What became of asking for a passkey. `none`: the account has no passkey. `unable`: this passkey, or this browser, computes
 * no secrets. `cancelled`: the person, or the browser, ended it, or the passkey is not here; browsers do not say which.
 */
export type PasskeyOutcome =
  | { readonly kind: 'answered'; readonly secret: PasskeySecret }
  | { readonly kind: 'none' | 'unable' | 'cancelled' }
  | { readonly kind: 'failed'; readonly code: Code }

/** Secrets that a passkey computes for the backup (WebAuthn level 3 section 10.1.4, prf). What it answers stays here. */
export type BackupPasskeys = {
  /** What the browser says of itself; of a passkey it is known only once it was asked. */
  isAble(): Promise<boolean>
  /** Asks for the passkey with this id, or for any of the signed-in account's. Shows the browser's own dialogue. */
  answer(ask: PasskeyAsk & { readonly credentialId?: Uint8Array }): Promise<PasskeyOutcome>
}

type BackupPasskeysDeps = {
  readonly credentials: Pick<CredentialsContainer, 'get'> | undefined
  /** Undefined where the browser has no such list: then it is not known to be able. */
  readonly capabilities: () => Promise<Readonly<Record<string, boolean>> | undefined>
  readonly fetch: typeof fetch
  readonly random: Random
}

const OPTIONS_PATH = '/api/auth/passkey/generate-authenticate-options'
const options = z.object({ allowCredentials: z.optional(z.array(z.object({ id: z.string() }))) })
const SECRET_BYTES = 32
/** The answer is made for this device alone and nobody checks it: any challenge does. */
const CHALLENGE_BYTES = 32

export function createBackupPasskeys(deps: BackupPasskeysDeps): BackupPasskeys {
  const { credentials, random } = deps

  /** Which passkeys the signed-in account has, as the account library tells before a sign-in. */
  async function ownIds(): Promise<Result<readonly Uint8Array<ArrayBuffer>[]>> {
    let response: Response
    try {
      response = await deps.fetch(OPTIONS_PATH, { credentials: 'same-origin', cache: 'no-store' })
    } catch {
      return fail('NETWORK_OFFLINE')
    }
    const told = response.ok ? options.safeParse(await response.json().catch(() => undefined)) : undefined
    if (!told?.success) return fail('SERVER_INTERNAL')
    return ok((told.data.allowCredentials ?? []).flatMap(({ id }) => fromB64(id) ?? []))
  }

  async function ceremony(ids: readonly Uint8Array<ArrayBuffer>[], ask: PasskeyAsk): Promise<PasskeyOutcome> {
    let found: Credential | null | undefined
    try {
      found = await credentials?.get({
        publicKey: {
          challenge: new Uint8Array(random.bytes(CHALLENGE_BYTES)),
          allowCredentials: ids.map((id) => ({ type: 'public-key', id })),
          // An authenticator has two secrets for a passkey, with the person verified and without (CTAP 2.1 section 12.5).
          userVerification: 'required',
          extensions: { prf: { eval: { first: ask.input as Uint8Array<ArrayBuffer> } } },
        },
      })
    } catch (error) {
      const name = error instanceof Error ? error.name : ''
      return { kind: name === 'NotAllowedError' || name === 'AbortError' ? 'cancelled' : 'unable' }
    }
    const credential = found as PublicKeyCredential | null | undefined
    const first = credential?.getClientExtensionResults().prf?.results?.first
    if (!credential || !(first instanceof ArrayBuffer) || first.byteLength !== SECRET_BYTES) return { kind: 'unable' }
    const credentialId = new Uint8Array(credential.rawId)
    // A view and not a copy: whoever overwrites it leaves nothing behind.
    return {
      kind: 'answered',
      secret: { kind: 'passkey', credentialId, salt: ask.salt, answer: new Uint8Array(first) },
    }
  }

  return {
    async isAble() {
      if (!credentials) return false
      return (await deps.capabilities().catch(() => undefined))?.['extension:prf'] === true
    },

    async answer(ask) {
      if (ask.credentialId) return ceremony([ask.credentialId as Uint8Array<ArrayBuffer>], ask)
      const ids = await ownIds()
      if (!ids.ok) return { kind: 'failed', code: ids.code }
      return ids.value.length === 0 ? { kind: 'none' } : ceremony(ids.value, ask)
    },
  }
}
