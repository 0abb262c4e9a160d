import { sql, type Kysely } from 'kysely'
import type { Clock, Random } from '@visavis/ports'
import { fail, GUIDELINES_VERSION, ok, type Result } from '@visavis/wire'
import type { Database } from '../storage/index.ts'
import { newAccount, type AuthLibrary } from './auth-library.ts'
import { admitHandle } from './handles.ts'
import type { PasswordJudge } from './passwords.ts'
import type { ProofOfWork } from './proof-of-work.ts'
import type { SignedIn } from './sign-in.ts'
import { SIGN_UP_MS, type SignUpContexts } from './sign-up-context.ts'

export type SignUpDeps = {
  readonly auth: AuthLibrary
  readonly db: Kysely<Database>
  readonly proof: ProofOfWork
  readonly judge: PasswordJudge
  readonly contexts: SignUpContexts
  readonly clock: Clock
  readonly random: Random
}

export type SignUp = {
  /** Makes an account with a password and signs it in. Errors: ACCOUNT_HANDLE_INVALID, ACCOUNT_PASSWORD_WEAK,
   * ACCOUNT_PROOF_INVALID, ACCOUNT_HANDLE_TAKEN. */
  withPassword: (handle: string, password: string, proof: string) => Promise<Result<SignedIn>>
  /** Holds the handle for a passkey sign-up; the account is made when the authenticator has answered. Same errors. */
  preparePasskey: (handle: string, proof: string) => Promise<Result<string>>
}

/** Both ways to make an account. The cheap checks come first, so that a proof of work is not spent on a typing error. */
export function createSignUp(deps: SignUpDeps): SignUp {
  const { auth, clock, contexts, db, random } = deps

  async function isTaken(handle: string): Promise<boolean> {
    const account = await db.selectFrom('accounts').select('id').where('username', '=', handle).executeTakeFirst()
    return account !== undefined
  }

  /** True when the handle is now held by `holder`; a hold of somebody else that has expired is taken over. */
  async function reserve(handle: string, holder: string): Promise<boolean> {
    const now = new Date(clock.nowMs())
    const held = await db
      .insertInto('handle_reservations')
      .values({ handle, account_id: holder, expires_at: new Date(now.getTime() + SIGN_UP_MS) })
      .onConflict((conflict) =>
        conflict
          .column('handle')
          .doUpdateSet({ account_id: holder, expires_at: sql`excluded.expires_at` })
          .where('handle_reservations.expires_at', '<', now),
      )
      .executeTakeFirst()
    return held.numInsertedOrUpdatedRows === 1n
  }

  async function admit(handle: string, proof: string): Promise<Result<true>> {
    const spent = await deps.proof.spend(proof)
    if (!spent.ok) return spent
    if ((await isTaken(handle)) || !(await reserve(handle, random.uuid()))) return fail('ACCOUNT_HANDLE_TAKEN')
    return ok(true)
  }

  const contextOf = (handle: string) => ({ handle, declaredAtMs: clock.nowMs(), guidelines: GUIDELINES_VERSION })

  return {
    async withPassword(handle, password, proof) {
      const admitted = admitHandle(handle)
      if (!admitted.ok) return admitted
      const strong = await deps.judge(password, handle)
      if (!strong.ok) return strong
      const held = await admit(handle, proof)
      if (!held.ok) return held
      try {
        const body = { ...newAccount(random, contextOf(handle)), password }
        const { headers } = await auth.api.signUpEmail({ body, returnHeaders: true })
        return ok({ handle, cookies: headers.getSetCookie() })
      } catch (error) {
        // Somebody else was quicker between the check and the insert; the unique handle decides.
        if (await isTaken(handle)) return fail('ACCOUNT_HANDLE_TAKEN')
        throw error
      } finally {
        await db.deleteFrom('handle_reservations').where('handle', '=', handle).execute()
      }
    },
    async preparePasskey(handle, proof) {
      const admitted = admitHandle(handle)
      if (!admitted.ok) return admitted
      const held = await admit(handle, proof)
      return held.ok ? ok(contexts.seal(contextOf(handle))) : held
    },
  }
}
