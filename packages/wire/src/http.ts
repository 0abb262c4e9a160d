import * as z from 'zod/mini'
import { CODE_NAMES } from './codes.ts'
import { blockId, callId, reportId } from './ids.ts'
import * as limits from './limits.ts'
import { count, mode, timeMs } from './values.ts'

/**
 * HTTP contracts: JSON in and out, same origin, session by cookie. An error is `{ code, retryAfterMs? }` with the
 * status of `CODES`. `who` is the authorisation rule, enforced by the server and tested per route.
 */
export type Who = 'anyone' | 'person' | 'moderator'

export const handle = z
  .string()
  .check(
    z.minLength(limits.HANDLE_CHARS_MIN),
    z.maxLength(limits.HANDLE_CHARS_MAX),
    z.regex(/^[a-z0-9]+(?:[-_.][a-z0-9]+)*$/),
  )
export const password = z.string().check(z.minLength(limits.PASSWORD_CHARS_MIN), z.maxLength(limits.PASSWORD_CHARS_MAX))

/** Version of the community guidelines that a person accepts at sign-up. */
export const GUIDELINES_VERSION = 1

/** What everyone must say before an account exists [A10], and the proof of work [A11]. */
const declaration = {
  adult: z.literal(true),
  guidelines: z.literal(GUIDELINES_VERSION),
  /** ALTCHA solution, base64 JSON as the library makes it. */
  proof: z.string().check(z.maxLength(4096)),
}

export const REPORT_CATEGORIES = [
  'nudity',
  'sexual-harassment',
  'minor',
  'threat',
  'hate',
  'scam',
  'impersonation',
  'recording',
  'self-harm',
  'other',
] as const
export type ReportCategory = (typeof REPORT_CATEGORIES)[number]

/** Why a handle is advised against [A2]. */
export const HANDLE_ADVICE = ['looks-like-name', 'has-birth-year', 'has-place', 'has-contact'] as const

export const ROUTES = {
  getSession: {
    method: 'GET',
    path: '/api/session',
    who: 'anyone',
    response: z.object({
      person: z.nullable(
        z.object({
          handle: z.string(),
          role: z.enum(['person', 'moderator']),
          hasPasskey: z.boolean(),
          hasPassword: z.boolean(),
        }),
      ),
    }),
  },
  suggestHandles: {
    method: 'GET',
    path: '/api/handles/suggestions',
    who: 'anyone',
    response: z.object({ handles: z.array(handle).check(z.maxLength(8)) }),
  },
  checkHandle: {
    method: 'POST',
    path: '/api/handles/check',
    who: 'anyone',
    request: z.strictObject({ handle }),
    response: z.object({ advice: z.array(z.enum(HANDLE_ADVICE)) }),
  },
  getChallenge: {
    method: 'GET',
    path: '/api/proof/challenge',
    who: 'anyone',
    /** The challenge object of ALTCHA, passed to its solver unchanged. */
    response: z.record(z.string(), z.unknown()),
  },
  createAccount: {
    method: 'POST',
    path: '/api/accounts',
    who: 'anyone',
    request: z.strictObject({ handle, password, ...declaration }),
    response: z.object({ handle }),
  },
  /** First half of a passkey-only sign-up: reserves the handle; the answer is the context for the WebAuthn ceremony. */
  preparePasskeyAccount: {
    method: 'POST',
    path: '/api/accounts/passkey',
    who: 'anyone',
    request: z.strictObject({ handle, ...declaration }),
    response: z.object({ context: z.string().check(z.maxLength(512)) }),
  },
  signIn: {
    method: 'POST',
    path: '/api/sign-in',
    who: 'anyone',
    request: z.strictObject({
      handle: z.string().check(z.maxLength(64)),
      password: z.string().check(z.maxLength(limits.PASSWORD_CHARS_MAX)),
    }),
    response: z.object({ handle }),
  },
  signOut: {
    method: 'POST',
    path: '/api/sign-out',
    who: 'person',
    request: z.strictObject({}),
    response: z.object({}),
  },
  createBlock: {
    method: 'POST',
    path: '/api/blocks',
    who: 'person',
    request: z.strictObject({ callId }),
    response: z.object({ blockId }),
  },
  listBlocks: {
    method: 'GET',
    path: '/api/blocks',
    who: 'person',
    response: z.object({
      blocks: z.array(z.object({ blockId, pseudonym: z.string(), createdAtMs: timeMs })),
    }),
  },
  deleteBlock: { method: 'DELETE', path: '/api/blocks/:blockId', who: 'person', response: z.object({}) },
  createReport: {
    method: 'POST',
    path: '/api/reports',
    who: 'person',
    request: z.strictObject({
      callId,
      category: z.enum(REPORT_CATEGORIES),
      words: z.optional(z.string().check(z.maxLength(limits.REPORT_WORDS_CHARS_MAX))),
    }),
    response: z.object({ reportId, answerByMs: timeMs }),
  },
  listOwnReports: {
    method: 'GET',
    path: '/api/reports',
    who: 'person',
    response: z.object({
      reports: z.array(
        z.object({
          reportId,
          category: z.enum(REPORT_CATEGORIES),
          createdAtMs: timeMs,
          answerByMs: timeMs,
          state: z.enum(['open', 'upheld']),
        }),
      ),
    }),
  },
  /** For moderators: open reports, most urgent first. Who is named by account id only. */
  listReports: {
    method: 'GET',
    path: '/staff/reports',
    who: 'moderator',
    response: z.object({
      reports: z.array(
        z.object({
          reportId,
          category: z.enum(REPORT_CATEGORIES),
          severity: z.enum(['critical', 'high', 'normal']),
          words: z.nullable(z.string()),
          reporter: z.string(),
          reported: z.string(),
          callId,
          mode,
          callStartedAtMs: timeMs,
          createdAtMs: timeMs,
          answerByMs: timeMs,
        }),
      ),
      total: count,
    }),
  },
} as const

export type RouteName = keyof typeof ROUTES
type RouteOf<N extends RouteName> = (typeof ROUTES)[N]
export type RouteRequest<N extends RouteName> =
  RouteOf<N> extends { request: infer S extends z.core.$ZodType } ? z.infer<S> : undefined
export type RouteResponse<N extends RouteName> = z.infer<RouteOf<N>['response']>

export const errorBody = z.object({
  code: z.enum(CODE_NAMES),
  retryAfterMs: z.optional(timeMs),
})
export type ErrorBody = z.infer<typeof errorBody>
