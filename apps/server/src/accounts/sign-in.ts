import type { Kysely } from 'kysely'
import { fail, ok, type Result } from '@visavis/wire'
import type { Database } from '../storage/index.ts'
import type { AuthLibrary } from './auth-library.ts'
import type { PasswordHasher } from './passwords.ts'

export type SignedIn = { readonly handle: string; readonly cookies: readonly string[] }
export type SignIn = (handle: string, password: string) => Promise<Result<SignedIn>>

/**
 * Sign-in that does not tell whether a handle exists [A3]: one code for every refusal, and one argon2id computation in
 * every case - also for a handle nobody has, and for an account that has passkeys only (which the library alone would
 * answer at once).
 */
export function createSignIn(deps: {
  auth: AuthLibrary
  db: Kysely<Database>
  hasher: PasswordHasher
  spare: Promise<string>
}): SignIn {
  const { auth, db, hasher } = deps
  return async (typed, password) => {
    const handle = typed.trim().toLowerCase()
    const stored = await db
      .selectFrom('accounts')
      .innerJoin('credentials', 'credentials.user_id', 'accounts.id')
      .where('accounts.username', '=', handle)
      .where('credentials.provider_id', '=', 'credential')
      .select('credentials.password')
      .executeTakeFirst()
    if (!(await hasher.verify(stored?.password ?? (await deps.spare), password)) || !stored?.password) {
      return fail('ACCOUNT_SIGN_IN_FAILED')
    }
    // Verified; the library makes the session. It verifies once more, which costs honest people 50 ms.
    const { headers } = await auth.api.signInUsername({ body: { username: handle, password }, returnHeaders: true })
    return ok({ handle, cookies: headers.getSetCookie() })
  }
}
