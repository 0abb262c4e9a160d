import type { Kysely } from 'kysely'
import type { Clock, Log, Random } from '@visavis/ports'
import { fail, ok, type AccountId, type DeviceId, type Result } from '@visavis/wire'
import type { Person, RateLimits, RouteHandlers } from '../http/index.ts'
import { createAuthLibrary, type AuthLibrary } from './auth-library.ts'
import type { Database } from '../storage/index.ts'
import { adviseHandle, admitHandle, suggestHandles } from './handles.ts'
import { createPasskeyEndpoints } from './passkey-endpoints.ts'
import { createPasswordHasher, createPasswordJudge, type PasswordHasher } from './passwords.ts'
import { createProofOfWork } from './proof-of-work.ts'
import { createSessions, personOf, type Sessions, type SessionListener } from './sessions.ts'
import { createSignIn } from './sign-in.ts'
import { createSignUp } from './sign-up.ts'
import { createSignUpContexts } from './sign-up-context.ts'

export type AccountsDeps = {
  readonly db: Kysely<Database>
  readonly healthy: () => Promise<boolean>
  readonly origins: readonly string[]
  readonly authKey: string
  readonly sessionKey: Uint8Array
  readonly proofKey: Uint8Array
  readonly proofCost: number
  readonly limits: RateLimits
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** For tests that count the work; the real one otherwise. */
  readonly hasher?: PasswordHasher
}

export type Accounts = {
  readonly handlers: RouteHandlers
  /** Answers the passkey endpoints of the library; undefined for every other path. */
  readonly passkey: (request: Request) => Promise<Response | undefined>
  /** Who sent these headers; asked once per request and once per socket. Throws when the storage is away. */
  authenticate: (headers: Headers) => Promise<Person | undefined>
  /** When the account was made; undefined when there is none. Rejects when the storage is away. */
  madeAtMs: (accountId: AccountId) => Promise<number | undefined>
  /** The handles of these accounts; those that do not exist are left out. Rejects when the storage is away. */
  handlesOf: (accounts: readonly AccountId[]) => Promise<ReadonlyMap<AccountId, string>>
  /** Tells of every session of this node that ends while the server runs. Returns the function that stops telling. */
  onSessionEnded: (listener: SessionListener) => () => void
  /** Makes a session speak for a registered device; the device's former session ends. False: no such session. */
  bindSession: (accountId: AccountId, sessionId: string, deviceId: DeviceId) => Promise<boolean>
  /** Ends the sessions that are bound to these devices. */
  endSessionsOf: (devices: readonly DeviceId[]) => Promise<void>
  /** Whether some session goes by this id, which no device may take then. */
  isSession: (id: string) => Promise<boolean>
  /** Forgets what has expired; runs by itself every minute. */
  sweep: () => Promise<void>
  close: () => void
}

const SUGGESTIONS = 6

/** Accounts: pseudonymous people, their ways to sign in and their sessions [A1, A2, A3, A10, A11]. */
export function createAccounts(deps: AccountsDeps): Accounts {
  const { clock, db, log, random } = deps
  const hasher = deps.hasher ?? createPasswordHasher(random)
  const contexts = createSignUpContexts({ key: deps.proofKey, clock })
  const proof = createProofOfWork({ db, key: deps.proofKey, cost: deps.proofCost, clock, random })
  const auth = createAuthLibrary({ ...deps, secret: deps.authKey, hasher, openContext: contexts.open })
  const sessions = createSessions({ auth, db, clock, log, sweepMore: proof.sweep })
  const signUp = createSignUp({ auth, db, proof, judge: createPasswordJudge(), contexts, clock, random })
  // Verified against when there is nothing to verify; nobody knows its password.
  const spare = hasher.hash(random.uuid())
  const signIn = createSignIn({ auth, db, hasher, spare })

  const handlers: RouteHandlers = {
    ...createSessionHandlers(auth, db, sessions),
    suggestHandles: async () => ok({ handles: suggestHandles(random, SUGGESTIONS) }),
    checkHandle: async ({ request }) => {
      const admitted = admitHandle(request.handle)
      return admitted.ok ? ok({ advice: adviseHandle(request.handle) }) : admitted
    },
    getChallenge: async () => ok({ ...(await proof.challenge()) }),
    createAccount: async ({ request, setCookie }) => {
      const made = await signUp.withPassword(request.handle, request.password, request.proof)
      if (!made.ok) return made
      for (const cookie of made.value.cookies) setCookie(cookie)
      return ok({ handle: made.value.handle })
    },
    preparePasskeyAccount: async ({ request }) => {
      const held = await signUp.preparePasskey(request.handle, request.proof)
      return held.ok ? ok({ context: held.value }) : held
    },
    signIn: async ({ request, setCookie }) => {
      const limited = await deps.limits.take('signInHandle', request.handle.trim().toLowerCase())
      if (!limited.ok) return limited
      const entered = await signIn(request.handle, request.password)
      if (!entered.ok) return entered
      for (const cookie of entered.value.cookies) setCookie(cookie)
      return ok({ handle: entered.value.handle })
    },
  }
  return {
    handlers,
    passkey: createPasskeyEndpoints({
      auth,
      authenticate: sessions.authenticate,
      healthy: deps.healthy,
      admitContext: contexts.admit,
    }),
    authenticate: sessions.authenticate,
    async madeAtMs(accountId) {
      const mine = db.selectFrom('accounts').select('created_at').where('id', '=', accountId)
      return (await mine.executeTakeFirst())?.created_at.getTime()
    },
    async handlesOf(accounts) {
      if (accounts.length === 0) return new Map()
      const found = db
        .selectFrom('accounts')
        .select(['id', 'username'])
        .where('id', 'in', [...accounts])
      return new Map((await found.execute()).map((row) => [row.id as AccountId, row.username]))
    },
    onSessionEnded: sessions.onEnded,
    bindSession: sessions.bind,
    endSessionsOf: sessions.endOfDevices,
    isSession: sessions.exists,
    sweep: sessions.sweep,
    close: sessions.close,
  }
}

function createSessionHandlers(auth: AuthLibrary, db: Kysely<Database>, sessions: Sessions): RouteHandlers {
  const waysIn = async (accountId: AccountId) => {
    const [key, password] = await Promise.all([
      db.selectFrom('passkeys').select('id').where('account_id', '=', accountId).executeTakeFirst(),
      db.selectFrom('credentials').select('id').where('user_id', '=', accountId).executeTakeFirst(),
    ])
    return { hasPasskey: key !== undefined, hasPassword: password !== undefined }
  }
  return {
    getSession: async ({ headers, setCookie }) => {
      const cookie = headers.get('cookie')
      if (!cookie) return ok({ person: null })
      // The one place where a session is renewed: every visit begins here.
      const found = await auth.api.getSession({ headers: new Headers({ cookie }), returnHeaders: true })
      for (const renewed of found.headers.getSetCookie()) setCookie(renewed)
      if (!found.response) return ok({ person: null })
      const { accountId, deviceId, handle, isRegistered, role, sessionId } = personOf(found.response)
      const device = isRegistered ? deviceId : null
      return ok({ person: { handle, role, accountId, deviceId: device, sessionId, ...(await waysIn(accountId)) } })
    },
    signOut: async ({ person, headers, setCookie }): Promise<Result<Record<string, never>>> => {
      const cookie = headers.get('cookie')
      if (!cookie) return fail('AUTH_REQUIRED')
      const left = await auth.api.signOut({ headers: new Headers({ cookie }), returnHeaders: true })
      for (const cleared of left.headers.getSetCookie()) setCookie(cleared)
      const { accountId, deviceId, sessionId, isRegistered } = person
      await sessions.announce({ accountId, deviceId, sessionId, isRegistered, reason: 'signed-out' })
      return ok({})
    },
  }
}
