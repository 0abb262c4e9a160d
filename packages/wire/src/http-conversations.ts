import * as z from 'zod/mini'
import { accountId, conversationId, deviceId, reportId } from './ids.ts'
import * as limits from './limits.ts'
import { publicDevice, SUITE_KINDS } from './http-devices.ts'
import { REPORT_CATEGORIES } from './report-categories.ts'
import { b64, count, timeMs } from './values.ts'

const others = z.array(accountId).check(z.minLength(1), z.maxLength(limits.CONVERSATION_ACCOUNTS_MAX - 1))

/** Why a part of a report of messages was not accepted; e2ee SPEC, franking, explains each. */
export const REPORT_FAULTS = [
  'unreadable',
  'stamp',
  'commitment',
  'body',
  'other-conversation',
  'order',
  'gap',
  'own-only',
  'too-old',
] as const
export type ReportFault = (typeof REPORT_FAULTS)[number]

/** Conversations as the server knows them: who, never what. */
export const CONVERSATION_ROUTES = {
  listConversations: {
    method: 'GET',
    path: '/api/conversations',
    who: 'person',
    response: z.object({
      conversations: z.array(
        z.object({
          conversationId,
          kind: z.enum(SUITE_KINDS),
          /** `requested`: by this person, not accepted yet. `request`: of this person, not accepted yet. `over`: read only. */
          state: z.enum(['open', 'requested', 'request', 'over']),
          generation: count,
          epoch: count,
          /** The latest message's position; 0 when there is none. */
          position: timeMs,
          createdAtMs: timeMs,
          members: z.array(
            z.object({
              accountId,
              handle: z.string(),
              /** Who made a group may add and remove. */
              isOwner: z.boolean(),
              accountKey: b64(32),
              /** The devices the account has now; those that are in the group are `roster`. */
              devices: z.array(publicDevice),
              /** The last position that reached a device of this member. */
              deliveredPosition: timeMs,
            }),
          ),
          roster: z.array(deviceId),
        }),
      ),
    }),
  },
  /** A group with contacts of this person. Errors: CONTACT_LIMIT, NOT_ALLOWED for somebody who is no contact. */
  createGroup: {
    method: 'POST',
    path: '/api/conversations',
    who: 'person',
    request: z.strictObject({ members: others }),
    response: z.object({ conversationId }),
  },
  /** By the owner; everybody may remove oneself. The group itself follows by a commit. */
  changeMembers: {
    method: 'POST',
    path: '/api/conversations/:conversationId/members',
    who: 'person',
    request: z.strictObject({ add: z.optional(others), remove: z.optional(others) }),
    response: z.object({}),
  },
  /** The public key that reports of messages are sealed to: X25519, for HPKE base mode (RFC 9180). */
  getReportKey: {
    method: 'GET',
    path: '/api/report-key',
    who: 'person',
    response: z.object({ publicKey: b64(32) }),
  },
  /** `sealed` opens to what e2ee SPEC, franking, calls a report. The server verifies it before it answers. */
  reportMessages: {
    method: 'POST',
    path: '/api/message-reports',
    who: 'person',
    bodyBytesMax: 2 * limits.SEALED_REPORT_BYTES_MAX,
    request: z.strictObject({
      conversationId,
      category: z.enum(REPORT_CATEGORIES),
      words: z.optional(z.string().check(z.maxLength(limits.REPORT_WORDS_CHARS_MAX))),
      sealed: b64(limits.SEALED_REPORT_BYTES_MAX),
    }),
    response: z.object({
      reportId,
      answerByMs: timeMs,
      isVerified: z.boolean(),
      faults: z.array(z.object({ fault: z.enum(REPORT_FAULTS), position: z.optional(timeMs) })),
    }),
  },
  /** One report of messages, opened. For moderators. */
  readMessageReport: {
    method: 'GET',
    path: '/staff/message-reports/:reportId',
    who: 'moderator',
    response: z.object({
      reportId,
      category: z.enum(REPORT_CATEGORIES),
      words: z.nullable(z.string()),
      reporter: accountId,
      createdAtMs: timeMs,
      answerByMs: timeMs,
      isVerified: z.boolean(),
      faults: z.array(z.object({ fault: z.enum(REPORT_FAULTS), position: z.optional(timeMs) })),
      /** The faults in words, or that there are none. */
      verdict: z.array(z.string()),
      messages: z.array(
        z.object({
          position: timeMs,
          sentAtMs: timeMs,
          sender: accountId,
          device: deviceId,
          /** Proven by stamp and commitment. Unproven entries are shown apart. */
          isProven: z.boolean(),
          /** `withheld`: not opened by the reporter. Otherwise what kind of content it was. */
          kind: z.string(),
          text: z.nullable(z.string()),
        }),
      ),
    }),
  },
} as const
