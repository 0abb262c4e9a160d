import * as z from 'zod/mini'
import { callId, conversationId, deviceId, legId, messageId, ticketId, uuid } from './ids.ts'
import * as limits from './limits.ts'
import {
  boundaries,
  bytes,
  company,
  count,
  interests,
  languages,
  mode,
  ordinal,
  port,
  stamp,
  timeMs,
  COMPANIES,
} from './values.ts'

/**
 * Frames a client may send. Strict: an unknown field is refused, so that nothing a client means is silently ignored.
 * Each is answered by `ack` (after it is durable, where it is stored) or `nack`; `received` alone is not answered.
 */
export const CLIENT_FRAMES = {
  /** First frame of every connection; resumes deliveries of an earlier one. */
  hello: {
    type: 1,
    schema: z.strictObject({
      clientMs: timeMs,
      /** The session to resume, and the last session delivery seen in it. */
      session: z.optional(uuid),
      sessionSeq: count,
      /** The last durable delivery this device has stored. */
      durableSeq: timeMs,
      /** Calls this device believes to be in. */
      calls: z.array(callId).check(z.maxLength(limits.CALLS_PER_HELLO_MAX)),
    }),
  },
  'match.seek': {
    type: 2,
    schema: z.strictObject({
      ticketId,
      mode,
      languages,
      interests,
      company,
      wish: z.array(company).check(z.minLength(1), z.maxLength(COMPANIES.length)),
      boundaries,
      /** A fresh MLS key package with a leaf key of this match only. */
      keyPackage: bytes(limits.KEY_PACKAGE_BYTES_MAX, 1),
      /** SHA-256 of the DTLS certificate this client will use; absent in text mode. */
      fingerprint: z.optional(bytes(limits.FINGERPRINT_BYTES, limits.FINGERPRINT_BYTES)),
      /** The relay leg that was leased and warmed up; absent in text mode and with TURN. */
      legId: z.optional(legId),
    }),
  },
  'match.leave': { type: 3, schema: z.strictObject({ ticketId }) },
  /** A way through the relay. With a `legId`: fresh credentials for the same leg (ICE restart). */
  'relay.lease': { type: 4, schema: z.strictObject({ legId: z.optional(legId) }) },
  /** This side has applied the partner's fingerprint: the relay may let packets through to it. */
  'call.applied': { type: 5, schema: z.strictObject({ callId }) },
  /** MLS bytes for the partner: welcome, identity, media state. Opaque to the server. */
  'call.signal': { type: 6, schema: z.strictObject({ callId, bytes: bytes(limits.SIGNAL_BYTES_MAX, 1) }) },
  /** TURN path only: a relayed candidate. The server refuses every address that is not its relay's. */
  'call.candidate': {
    type: 7,
    schema: z.strictObject({ callId, address: z.string().check(z.maxLength(45)), port }),
  },
  'call.end': { type: 8, schema: z.strictObject({ callId, reason: z.enum(['end', 'next']) }) },
  'message.send': {
    type: 9,
    schema: z.strictObject({ callId, messageId, ciphertext: bytes(limits.CIPHERTEXT_BYTES_MAX, 1) }),
  },
  /** Cumulative acknowledgement of deliveries; not answered. */
  received: { type: 10, schema: z.strictObject({ sessionSeq: count, durableSeq: timeMs }) },
  /** "Stay in contact?" [M17]: what this side says. Told to the other only when both say yes. */
  'contact.keep': { type: 11, schema: z.strictObject({ callId, keep: z.boolean() }) },
  /**
   * One step of a conversation's group. The server takes one commit per epoch; `epoch` is the one it was made in. Epoch 0
   * starts a generation: a new group with everybody of `adds`, no `commit`, and `generation` one above the present.
   */
  'conversation.commit': {
    type: 12,
    schema: z.strictObject({
      conversationId,
      generation: count,
      epoch: count,
      /** The sender's own id for this step: sent again, it is the same step. */
      messageId,
      commit: z.optional(bytes(limits.COMMIT_BYTES_MAX, 1)),
      welcome: z.optional(bytes(limits.COMMIT_BYTES_MAX, 1)),
      adds: z.array(deviceId).check(z.maxLength(limits.COMMIT_DEVICES_MAX)),
      removes: z.array(deviceId).check(z.maxLength(limits.COMMIT_DEVICES_MAX)),
    }),
  },
  /**
   * A message to everybody in the conversation. `commitment` is stamped; recipients compare it with the sealed one.
   * `isQuiet`: nothing to read, so that nobody is woken for it [WV8].
   */
  'conversation.send': {
    type: 13,
    schema: z.strictObject({
      conversationId,
      generation: count,
      epoch: count,
      messageId,
      commitment: bytes(limits.COMMITMENT_BYTES, limits.COMMITMENT_BYTES),
      ciphertext: bytes(limits.CIPHERTEXT_BYTES_MAX, 1),
      isQuiet: z.optional(z.literal(true)),
    }),
  },
  'conversation.typing': { type: 14, schema: z.strictObject({ conversationId }) },
  /**
   * This side commits to a key frame it sends in a call with pictures (e2ee SPEC EV1). The server stamps it and tells the
   * partner; nothing is stored. Errors: CALL_UNKNOWN, RATE_LIMITED.
   */
  'call.commit': {
    type: 15,
    schema: z.strictObject({
      callId,
      count: ordinal,
      commitment: bytes(limits.COMMITMENT_BYTES, limits.COMMITMENT_BYTES),
    }),
  },
} as const

export type ClientFrameName = keyof typeof CLIENT_FRAMES
export type ClientFrameBody<N extends ClientFrameName> = z.infer<(typeof CLIENT_FRAMES)[N]['schema']>
export type ClientFrame = {
  [N in ClientFrameName]: { readonly name: N; readonly id: number; readonly body: ClientFrameBody<N> }
}[ClientFrameName]

/** What an `ack` of each client frame carries. */
export const ACK_RESULTS = {
  hello: z.object({
    session: uuid,
    /** False when the session to resume is gone: session deliveries may be missing, calls must be checked. */
    resumed: z.boolean(),
    serverMs: timeMs,
    /** Of the calls named in `hello`, those that still live. */
    calls: z.array(callId),
  }),
  'match.seek': z.object({}),
  'match.leave': z.object({}),
  'relay.lease': z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('splice'),
      legId,
      ufrag: z.string().check(z.maxLength(256)),
      pwd: z.string().check(z.maxLength(256)),
      address: z.string().check(z.maxLength(45)),
      port,
      expiresAtMs: timeMs,
    }),
    z.object({
      kind: z.literal('turn'),
      urls: z.array(z.string().check(z.maxLength(256))).check(z.minLength(1), z.maxLength(4)),
      username: z.string().check(z.maxLength(256)),
      credential: z.string().check(z.maxLength(256)),
      expiresAtMs: timeMs,
    }),
  ]),
  'call.applied': z.object({}),
  'call.signal': z.object({}),
  'call.candidate': z.object({}),
  'call.end': z.object({}),
  'message.send': z.object({ sentAtMs: timeMs }),
  received: z.object({}),
  'contact.keep': z.object({}),
  /** A commit that came second in its epoch is refused with `CONVERSATION_EPOCH`. */
  'conversation.commit': z.object({ sentAtMs: timeMs }),
  /** The sender's own stamp on its message, so that it can prove what it wrote. */
  'conversation.send': z.object({ position: timeMs, sentAtMs: timeMs, stampKeyId: count, stamp }),
  'conversation.typing': z.object({}),
  'call.commit': z.object({}),
} as const satisfies Record<ClientFrameName, z.core.$ZodType>

export type AckResult<N extends ClientFrameName> = z.infer<(typeof ACK_RESULTS)[N]>
export type RelayLease = AckResult<'relay.lease'>
