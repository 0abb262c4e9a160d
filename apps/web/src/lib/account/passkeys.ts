import { createAuthClient } from 'better-auth/client'
import { passkeyClient } from '@better-auth/passkey/client'
import { fail, isCode, ok, type Result } from '@visavis/wire'

/** The WebAuthn ceremonies, spoken with the account library's own client under `/api/auth/passkey/*`. */
export type Passkeys = {
  isSupported(): boolean
  /** With a `context` it finishes a passkey-only sign-up and signs in; without, it adds one to the signed-in account. */
  register(input: { context?: string; name: string }): Promise<Result<true>>
  signIn(): Promise<Result<true>>
}

/**
 * Some authenticators compute secrets (WebAuthn prf), as the backup needs them, only with passkeys that were made for it.
 * Nothing is computed here, so nothing secret is in the answer. The library's types do not know the extension.
 */
const FOR_BACKUPS: object = { prf: {} }

type Answer = { data: unknown; error: { code?: string; status: number } | null }

function resultOf(answer: Answer): Result<true> {
  if (answer.error === null) return ok(true)
  if (isCode(answer.error.code)) return fail(answer.error.code)
  return answer.error.status === 0 ? fail('NETWORK_OFFLINE') : fail('ACCOUNT_PASSKEY_FAILED')
}

/** `origin` is this page's own; `isSupported` tells whether the browser has WebAuthn. */
export function createPasskeys(deps: { origin: string; isSupported: boolean }): Passkeys {
  const client = createAuthClient({
    baseURL: `${deps.origin}/api/auth`,
    plugins: [passkeyClient()],
  })
  async function ceremony(work: () => Promise<Answer>): Promise<Result<true>> {
    if (!deps.isSupported) return fail('ACCOUNT_PASSKEY_FAILED')
    try {
      return resultOf(await work())
    } catch {
      // The library throws when the network or the authenticator gives up; both may be tried again.
      return fail('ACCOUNT_PASSKEY_FAILED')
    }
  }
  return {
    isSupported: () => deps.isSupported,
    register: ({ context, name }) =>
      ceremony(() =>
        client.passkey.addPasskey({
          name,
          extensions: FOR_BACKUPS,
          ...(context ? { context, createSession: true } : {}),
        }),
      ),
    signIn: () => ceremony(() => client.signIn.passkey()),
  }
}
