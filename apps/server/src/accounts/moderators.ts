import type { Kysely } from 'kysely'
import type { Clock, Random } from '@visavis/ports'
import { fail, handle as handleSchema, ok, type Result } from '@visavis/wire'
import { isDuplicate, type Database } from '../storage/index.ts'
import { newAccount } from './auth-library.ts'
import { createPasswordHasher } from './passwords.ts'

const PASSWORD_BYTES = 18

/**
 * Makes a moderator with a random password, which is returned once and stored only as a hash. Names that are reserved for
 * the service are allowed here. Errors: ACCOUNT_HANDLE_INVALID, ACCOUNT_HANDLE_TAKEN.
 */
export async function createModerator(
  deps: { db: Kysely<Database>; clock: Pick<Clock, 'nowMs'>; random: Random },
  name: string,
): Promise<Result<string>> {
  const { clock, db, random } = deps
  if (!handleSchema.safeParse(name).success) return fail('ACCOUNT_HANDLE_INVALID')
  const password = Buffer.from(random.bytes(PASSWORD_BYTES)).toString('base64url')
  const hash = await createPasswordHasher(random).hash(password)
  const now = new Date(clock.nowMs())
  const stamps = { created_at: now, updated_at: now }
  const id = random.uuid()
  const { email } = newAccount(random, { handle: name, declaredAtMs: clock.nowMs(), guidelines: 0 })
  try {
    await db.transaction().execute(async (txn) => {
      await txn
        .insertInto('accounts')
        .values({ id, name: '', email, email_verified: false, username: name, role: 'moderator', ...stamps })
        .execute()
      await txn
        .insertInto('credentials')
        .values({
          id: random.uuid(),
          account_id: id,
          provider_id: 'credential',
          user_id: id,
          password: hash,
          ...stamps,
        })
        .execute()
    })
    return ok(password)
  } catch (error) {
    if (isDuplicate(error)) return fail('ACCOUNT_HANDLE_TAKEN')
    throw error
  }
}
