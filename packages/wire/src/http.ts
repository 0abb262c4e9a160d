import * as z from 'zod/mini'
import { CODE_NAMES } from './codes.ts'
import { BACKUP_ROUTES } from './http-backups.ts'
import { CALL_REPORT_ROUTES, frameFaults } from './http-call-reports.ts'
import { CONTACT_ROUTES } from './http-contacts.ts'
import { CONVERSATION_ROUTES } from './http-conversations.ts'
import { DEVICE_ROUTES } from './http-devices.ts'
import { FILE_ROUTES } from './http-files.ts'
import { KEY_LOG_ROUTES } from './http-key-log.ts'
import { PUSH_ROUTES } from './http-push.ts'
import { SAFETY_PACK_ROUTES } from './http-safety-packs.ts'
import { accountId, blockId, callId, conversationId, deviceId, reportId, uuid } from './ids.ts'
import * as limits from './limits.ts'
import { REPORT_CATEGORIES } from './report-categories.ts'
import { b64, boundaries, count, mode, timeMs } from './values.ts'

/**
 * HTTP contracts: JSON in and out, same origin, session by cookie. `in: 'bytes'` and `out: 'bytes'` mark a request or an
 * answer that is `application/octet-stream` instead. An error is `{ code, retryAfterMs? }` with the
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

/** What a report is about. */
export const REPORT_KINDS = ['call', 'messages'] as const

/** Why a handle is advised against [A2], or pretends to be somebody [S9]. */
export const HANDLE_ADVICE = [
  'looks-like-name',
  'has-birth-year',
  'has-place',
  'has-contact',
  'looks-famous',
  'looks-official',
] as const

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
          accountId,
          /** The registered device this session is bound to [K9]; null before. */
          deviceId: z.nullable(deviceId),
          /** Names this session where a device proves that it is behind it (`bindDevice`). */
          sessionId: uuid,
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
    /** Exactly one of the two: the partner of a call, or a contact or sender of a request. */
    request: z
      .strictObject({ callId: z.optional(callId), accountId: z.optional(accountId) })
      .check(z.refine((wish) => (wish.callId === undefined) !== (wish.accountId === undefined))),
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
    bodyBytesMax: 2 * limits.SEALED_REPORT_BYTES_MAX,
    request: z.strictObject({
      callId,
      category: z.enum(REPORT_CATEGORIES),
      words: z.optional(z.string().check(z.maxLength(limits.REPORT_WORDS_CHARS_MAX))),
      /** Opens to what e2ee SPEC EV5 calls a report of frames. The server verifies it before it answers. */
      sealed: z.optional(b64(limits.SEALED_REPORT_BYTES_MAX)),
      /** Of `match.found`: needed once `EVIDENCE_WINDOW_MS` has passed since the end of the call. */
      receipt: z.optional(b64(limits.CALL_RECEIPT_BYTES_MAX)),
    }),
    response: z.object({
      reportId,
      answerByMs: timeMs,
      /** Of the evidence that is kept with the report: the first that came. Absent when none was sent. */
      isVerified: z.optional(z.boolean()),
      faults: z.optional(frameFaults),
    }),
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
          kind: z.enum(REPORT_KINDS),
          category: z.enum(REPORT_CATEGORIES),
          severity: z.enum(['critical', 'high', 'normal']),
          words: z.nullable(z.string()),
          reporter: z.string(),
          /** Null: the report proves nothing against anybody. */
          reported: z.nullable(z.string()),
          /** About a call; null otherwise. */
          callId: z.nullable(callId),
          mode: z.nullable(mode),
          callStartedAtMs: z.nullable(timeMs),
          /** What both had chosen before that call and saw in it [M12]; null when it is not known. */
          boundaries: z.nullable(z.object({ reporter: boundaries, reported: boundaries })),
          /** About messages: `readMessageReport` opens them; null otherwise. */
          conversationId: z.nullable(conversationId),
          /** Null: a call without evidence. With it, `readCallReport` opens it. */
          isVerified: z.nullable(z.boolean()),
          createdAtMs: timeMs,
          answerByMs: timeMs,
        }),
      ),
      total: count,
    }),
  },
  ...CALL_REPORT_ROUTES,
  ...DEVICE_ROUTES,
  ...CONTACT_ROUTES,
  ...CONVERSATION_ROUTES,
  ...FILE_ROUTES,
  ...BACKUP_ROUTES,
  ...KEY_LOG_ROUTES,
  ...PUSH_ROUTES,
  ...SAFETY_PACK_ROUTES,
} as const

export type RouteName = keyof typeof ROUTES
type RouteOf<N extends RouteName> = (typeof ROUTES)[N]
export type RouteRequest<N extends RouteName> =
  RouteOf<N> extends { in: 'bytes' }
    ? Uint8Array<ArrayBuffer>
    : RouteOf<N> extends { request: infer S extends z.core.$ZodType }
      ? z.infer<S>
      : undefined
export type RouteResponse<N extends RouteName> =
  RouteOf<N> extends { out: 'bytes' } ? { readonly bytes: Uint8Array<ArrayBuffer> } : z.infer<RouteOf<N>['response']>

export const errorBody = z.object({
  code: z.enum(CODE_NAMES),
  retryAfterMs: z.optional(timeMs),
})
export type ErrorBody = z.infer<typeof errorBody>
