import { passkey } from '@better-auth/passkey'
import { betterAuth } from 'better-auth'
import { username } from 'better-auth/plugins/username'
import { CamelCasePlugin, type Kysely } from 'kysely'
import { DAY, SECOND, type Log, type Random } from '@visavis/ports'
import { HANDLE_CHARS_MAX, HANDLE_CHARS_MIN, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '@visavis/wire'
import type { Database } from '../storage/index.ts'
import { admitHandle } from './handles.ts'
import type { PasswordHasher } from './passwords.ts'
import { sessionTokens } from './session-tokens.ts'

/** A passkey sign-up that was admitted: what its signed context says. */
export type SignUpContext = { readonly handle: string; readonly declaredAtMs: number; readonly guidelines: number }

export type AuthLibraryDeps = {
  readonly db: Kysely<Database>
  readonly origins: readonly string[]
  readonly secret: string
  /** Hashes session tokens where they are stored. */
  readonly sessionKey: Uint8Array
  readonly hasher: PasswordHasher
  readonly random: Random
  readonly log: Log
  /** Reads the context of a passkey ceremony, or undefined when it was not made by us or is too old. */
  readonly openContext: (context: string) => SignUpContext | undefined
}

const SESSION_MS = 30 * DAY
const SESSION_RENEWED_AFTER_MS = DAY

/** What is stored of a new account, for both ways to sign up. There is no e-mail; the library insists on the column. */
export function newAccount(random: Random, context: SignUpContext) {
  return {
    name: '',
    email: `${random.uuid()}@none.invalid`,
    username: context.handle,
    adultDeclaredAt: new Date(context.declaredAtMs),
    guidelinesVersion: context.guidelines,
    guidelinesAcceptedAt: new Date(context.declaredAtMs),
  }
}

/**
 * better-auth, configured as the accounts subject uses it: a library called by our own routes. Traps it is kept out of:
 * it would store internet addresses and user agents (hook below, and a constraint in the schema), trust X-Forwarded-For
 * (tracking is off; rate limits are ours), report usage (off), store session tokens bare (see session-tokens.ts) and
 * names of ceremonies too (hashed by an option), and answer differently for known and unknown handles (see sign-in.ts).
 * What a ceremony stores is no secret: its challenge, which the browser was sent and which only a passkey can answer, and
 * the inner context of a sign-up, which no endpoint accepts (see sign-up-context.ts).
 */
export function createAuthLibrary(deps: AuthLibraryDeps) {
  const [origin = ''] = deps.origins
  return betterAuth({
    appName: 'Visavis',
    baseURL: origin,
    basePath: '/api/auth',
    trustedOrigins: [...deps.origins],
    secret: deps.secret,
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    // Else its router prints unexpected errors, with whatever they quote, to the console.
    onAPIError: { throw: true },
    logger: { log: (level) => level === 'error' && deps.log.error('accounts.library-error') },
    // Tables are snake_case like everyone's; the library thinks in camelCase. Transactions make a sign-up one step.
    database: { db: deps.db.withPlugin(new CamelCasePlugin()), type: 'postgres', transaction: true },
    advanced: {
      cookiePrefix: 'visavis',
      useSecureCookies: origin.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { disableIpTracking: true },
      database: { generateId: () => deps.random.uuid() },
    },
    user: {
      modelName: 'accounts',
      additionalFields: {
        role: { type: 'string', input: false, defaultValue: 'person' },
        sanctioned: { type: 'boolean', input: false, defaultValue: false },
        adultDeclaredAt: { type: 'date', required: false },
        guidelinesVersion: { type: 'number', required: false },
        guidelinesAcceptedAt: { type: 'date', required: false },
      },
    },
    session: {
      modelName: 'sessions',
      fields: { userId: 'accountId' },
      additionalFields: { deviceId: { type: 'string', required: false, input: false } },
      expiresIn: SESSION_MS / SECOND,
      updateAge: SESSION_RENEWED_AFTER_MS / SECOND,
    },
    account: { modelName: 'credentials' },
    verification: { modelName: 'verifications', storeIdentifier: 'hashed' },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_CHARS_MIN,
      maxPasswordLength: PASSWORD_CHARS_MAX,
      password: { hash: deps.hasher.hash, verify: ({ hash, password }) => deps.hasher.verify(hash, password) },
    },
    databaseHooks: {
      session: { create: { before: async (session) => ({ data: { ...session, ipAddress: null, userAgent: null } }) } },
    },
    plugins: [
      username({
        minUsernameLength: HANDLE_CHARS_MIN,
        maxUsernameLength: HANDLE_CHARS_MAX,
        usernameValidator: (handle) => admitHandle(handle).ok,
      }),
      passkeys(deps, origin),
      sessionTokens(deps.sessionKey),
    ],
  })
}

export type AuthLibrary = ReturnType<typeof createAuthLibrary>

function passkeys(deps: AuthLibraryDeps, origin: string) {
  return passkey({
    rpID: new URL(origin).hostname,
    rpName: 'Visavis',
    origin: [...deps.origins],
    authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
    schema: { passkey: { modelName: 'passkeys', fields: { userId: 'accountId', credentialID: 'credentialId' } } },
    registration: {
      requireSession: false,
      resolveUser: async ({ context }) => {
        const signUp = context ? deps.openContext(context) : undefined
        // An empty id is refused by the library; the account itself is made only once the authenticator has answered.
        return signUp ? { id: deps.random.uuid(), name: signUp.handle } : { id: '', name: '' }
      },
      afterVerification: async ({ ctx, context }) => {
        const signUp = context ? deps.openContext(context) : undefined
        if (!signUp) return undefined
        const account = await ctx.context.internalAdapter.createUser(
          { ...newAccount(deps.random, signUp), emailVerified: false },
          { method: 'passkey' },
        )
        return { userId: account.id }
      },
    },
  })
}
