import * as z from 'zod/mini'
import { CODE_NAMES } from './codes.ts'
import { accountId, callId, conversationId, deviceId, messageId, ticketId } from './ids.ts'
import * as limits from './limits.ts'
import { bytes, count, mode, ordinal, port, publicCard, stamp, timeMs } from './values.ts'

const code = z.enum(CODE_NAMES)

/**
 * Frames a server sends. Clients ignore fields they do not know.
 *
 * `delivery` says what the frame's header id means and what becomes of it after a cut:
 * - `answer`: id of the client frame it answers; kept until a resume has answered it.
 * - `session`: a number counting up in this session; kept in memory and sent again on resume.
 * - `durable`: stored; `body.seq` counts up per device for ever; sent again until acknowledged.
 * - `once`: never sent again.
 */
export const SERVER_FRAMES = {
  ack: { type: 64, delivery: 'answer', schema: z.object({ result: z.optional(z.unknown()) }) },
  nack: {
    type: 65,
    delivery: 'answer',
    schema: z.object({ code, retryAfterMs: z.optional(timeMs) }),
  },
  heartbeat: { type: 66, delivery: 'once', schema: z.object({ serverMs: timeMs }) },
  /** The connection is about to close for this reason. */
  bye: { type: 67, delivery: 'once', schema: z.object({ code, retryAfterMs: z.optional(timeMs) }) },
  /** Sent at once after `match.seek` and whenever it changes: an honest word about the wait. */
  'match.waiting': {
    type: 68,
    delivery: 'once',
    schema: z.object({
      ticketId,
      waitedMs: timeMs,
      /** How many others wait in this pool, coarsely: exact numbers would let people be counted. */
      company: z.enum(['alone', 'few', 'some', 'many']),
      /** By when a compatible waiting person is taken whatever their soft score, counted from the start. */
      boundMs: timeMs,
    }),
  },
  'match.found': {
    type: 69,
    delivery: 'session',
    schema: z.object({
      callId,
      ticketId,
      mode,
      /** The creator opens the MLS group and is given the partner's key package. */
      role: z.enum(['creator', 'joiner']),
      partner: publicCard,
      keyPackage: z.optional(bytes(limits.KEY_PACKAGE_BYTES_MAX, 1)),
      transport: z.enum(['splice', 'turn', 'none']),
      /** DTLS role of the receiver of this frame (RFC 5763); absent in text mode. */
      dtls: z.optional(z.enum(['active', 'passive'])),
      /** The partner's DTLS fingerprint as told by the server; trusted only once MLS has confirmed it. */
      fingerprint: z.optional(bytes(limits.FINGERPRINT_BYTES, limits.FINGERPRINT_BYTES)),
      startedAtMs: timeMs,
      /** Lets this side report the call later than the server remembers it (`createReport`). Opaque. */
      receipt: bytes(limits.CALL_RECEIPT_BYTES_MAX, 1),
    }),
  },
  'call.signal': {
    type: 70,
    delivery: 'session',
    schema: z.object({ callId, bytes: bytes(limits.SIGNAL_BYTES_MAX, 1) }),
  },
  'call.candidate': {
    type: 71,
    delivery: 'session',
    schema: z.object({ callId, address: z.string().check(z.maxLength(45)), port }),
  },
  /** The partner's socket is cut, or is back. Media may go on meanwhile. */
  'call.peer': { type: 72, delivery: 'session', schema: z.object({ callId, state: z.enum(['away', 'back']) }) },
  /** Over. `left` for every choice of the partner: a block or a report is never told. */
  'call.ended': { type: 73, delivery: 'session', schema: z.object({ callId, reason: z.enum(['left', 'lost']) }) },
  message: {
    type: 74,
    delivery: 'durable',
    schema: z.object({
      seq: timeMs,
      callId,
      messageId,
      sentAtMs: timeMs,
      ciphertext: bytes(limits.CIPHERTEXT_BYTES_MAX, 1),
    }),
  },
  /** The partner's device has stored the message. */
  receipt: { type: 75, delivery: 'session', schema: z.object({ callId, messageId, deliveredAtMs: timeMs }) },
  /** One step or message of a conversation, in the order of `position` and of commits: the order is the same for all. */
  entry: {
    type: 76,
    delivery: 'durable',
    schema: z.object({
      seq: timeMs,
      conversationId,
      generation: count,
      /** The epoch the entry was made in; a welcome leads to the one after. */
      epoch: count,
      kind: z.enum(['welcome', 'commit', 'message']),
      messageId,
      senderAccount: accountId,
      senderDevice: deviceId,
      /** Counts the messages of a conversation from 1, over all generations; 0 for steps. */
      position: timeMs,
      sentAtMs: timeMs,
      /** Of a message: what the sender told the server, and the server's stamp for this recipient's account. */
      commitment: z.optional(bytes(limits.COMMITMENT_BYTES, limits.COMMITMENT_BYTES)),
      stampKeyId: z.optional(count),
      stamp: z.optional(stamp),
      bytes: bytes(limits.COMMIT_BYTES_MAX, 1),
    }),
  },
  /** All messages up to `position` have reached a device of this member. */
  'conversation.delivered': {
    type: 77,
    delivery: 'session',
    schema: z.object({ conversationId, accountId, position: timeMs }),
  },
  'conversation.typing': { type: 78, delivery: 'once', schema: z.object({ conversationId, accountId }) },
  /** Something that HTTP lists has changed; ask again. After a `hello` that was not resumed, ask for all of it. */
  changed: {
    type: 79,
    delivery: 'session',
    schema: z.object({ what: z.enum(['contacts', 'conversations', 'devices']) }),
  },
  /** Both said yes to staying in contact. */
  'contact.made': {
    type: 80,
    delivery: 'session',
    schema: z.object({ callId, accountId, handle: z.string(), conversationId }),
  },
  /** The partner committed to a key frame; `stamp` is the server's, for this recipient (e2ee SPEC EV3). */
  'call.committed': {
    type: 81,
    delivery: 'once',
    schema: z.object({
      callId,
      count: ordinal,
      commitment: bytes(limits.COMMITMENT_BYTES, limits.COMMITMENT_BYTES),
      atMs: timeMs,
      stampKeyId: count,
      stamp,
    }),
  },
} as const

export type ServerFrameName = keyof typeof SERVER_FRAMES
export type ServerFrameBody<N extends ServerFrameName> = z.infer<(typeof SERVER_FRAMES)[N]['schema']>
export type ServerFrame = {
  [N in ServerFrameName]: { readonly name: N; readonly id: number; readonly body: ServerFrameBody<N> }
}[ServerFrameName]
export type MatchFound = ServerFrameBody<'match.found'>
