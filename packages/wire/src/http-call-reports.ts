import * as z from 'zod/mini'
import { accountId, callId, reportId } from './ids.ts'
import * as limits from './limits.ts'
import { REPORT_CATEGORIES } from './report-categories.ts'
import { b64, boundaries, mode, ordinal, timeMs } from './values.ts'

/** Why a part of the evidence of a call was not accepted; e2ee SPEC EV6 to EV9 explain each. */
export const FRAME_FAULTS = [
  'unreadable',
  'stamp',
  'commitment',
  'other-call',
  'own-only',
  'too-old',
  'body',
  'order',
] as const
export type FrameFault = (typeof FRAME_FAULTS)[number]

/** `count` says which frame; without it the fault is about the whole report. */
export const frameFaults = z.array(z.object({ fault: z.enum(FRAME_FAULTS), count: z.optional(ordinal) }))

export const CALL_REPORT_ROUTES = {
  /** One report of a call with the evidence that came with it, opened. For moderators. NOT_FOUND when it has none. */
  readCallReport: {
    method: 'GET',
    path: '/staff/call-reports/:reportId',
    who: 'moderator',
    response: z.object({
      reportId,
      category: z.enum(REPORT_CATEGORIES),
      words: z.nullable(z.string()),
      reporter: accountId,
      reported: accountId,
      callId,
      mode,
      callStartedAtMs: timeMs,
      /** What both had chosen before that call and saw in it [M12]; null when it is not known. */
      boundaries: z.nullable(z.object({ reporter: boundaries, reported: boundaries })),
      createdAtMs: timeMs,
      answerByMs: timeMs,
      isVerified: z.boolean(),
      faults: frameFaults,
      /** The faults in words, or that there are none. */
      verdict: z.array(z.string()),
      frames: z.array(
        z.object({
          count: ordinal,
          atMs: timeMs,
          /** Proven by stamp and commitment to have been sent by the reported account in this call. */
          isProven: z.boolean(),
          /** The frame as a WebP picture; null when it is not proven. */
          webp: z.nullable(b64(limits.SEALED_REPORT_BYTES_MAX)),
        }),
      ),
      /** Unproven pictures: they may show anything, from anywhere. */
      unprovenStills: z.array(
        z.object({ mime: z.enum(['image/jpeg', 'image/webp']), image: b64(limits.SEALED_REPORT_BYTES_MAX) }),
      ),
      /** Unproven: what the reporter's app says about the texts of the call. */
      unprovenNotes: z.nullable(z.string()),
    }),
  },
} as const
