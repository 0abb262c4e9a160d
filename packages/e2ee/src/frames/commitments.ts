import { createByteWriter } from '../byte-codec.ts'
import { CALL_ID_BYTES_MAX } from '../limits.ts'
import type { MatchSession } from '../match.ts'
import { HASH_BYTES, hmac, KEY_BYTES } from '../web-crypto.ts'
import { FRAME_COUNT_MAX } from './limits.ts'
import type { CallRole } from './types.ts'

/**
 * Commitments to key frames, as franking commits to messages (SPEC EV1, EV2): with HMAC-SHA-256 under a key of fixed
 * length, so that nobody finds a second frame for a commitment, and the server, which has no key, learns nothing of the
 * frame. Both sides derive all keys from their MLS group: the receiver computes what the sender told the server.
 */
const EXPORT_LABEL = 'visavis/frames/1'
const KEY_LABEL = new TextEncoder().encode('visavis/frames/key/1\0')
const COMMIT_LABEL = new TextEncoder().encode('visavis/frames/commit/1\0')
const VERSION = 1
export const ROLE_BYTES: Readonly<Record<CallRole, number>> = { creator: 1, joiner: 2 }

/** One key frame of a call: whose, the how-maniest, and SHA-256 of its bytes. */
export type CommittedFrame = {
  readonly callId: string
  readonly sender: CallRole
  readonly count: number
  readonly digest: Uint8Array
}

/**
 * The key from which one side's commitments in a call follow; the same at both sides, and known to nobody else.
 *
 * @returns 32 bytes. Never leaves the device: it would open every commitment of that side
 */
export function frameKeyOf(
  session: Pick<MatchSession, 'exporter'>,
  callId: string,
  sender: CallRole,
): Promise<Uint8Array> {
  const context = createByteWriter().u8(ROLE_BYTES[sender]).text(callId, CALL_ID_BYTES_MAX).bytes()
  return session.exporter(EXPORT_LABEL, context, KEY_BYTES)
}

/**
 * The commitment to one key frame, and the key that opens it. Sender and receiver compute the same.
 *
 * @param frame.frameKey of `frameKeyOf` for that sender
 * @param frame.count from 1, one more for each key frame of this sender in this call
 * @param frame.digest SHA-256 of the encoded frame, 32 bytes
 * @throws RangeError on values outside their bounds
 */
export async function commitToFrame(
  frame: CommittedFrame & { readonly frameKey: Uint8Array },
): Promise<{ readonly commitment: Uint8Array; readonly frankingKey: Uint8Array }> {
  const key = createByteWriter().raw(KEY_LABEL).u64(frame.count).bytes()
  const frankingKey = await hmac(frame.frameKey, key)
  return { commitment: await commitmentOf(frankingKey, frame), frankingKey }
}

/** The commitment that this franking key makes of this frame. */
export function commitmentOf(frankingKey: Uint8Array, frame: CommittedFrame): Promise<Uint8Array> {
  const { callId, sender, count, digest } = frame
  if (callId === '' || digest.byteLength !== HASH_BYTES) throw new RangeError('bad frame')
  if (count < 1 || count > FRAME_COUNT_MAX) throw new RangeError('bad count')
  const writer = createByteWriter().raw(COMMIT_LABEL).u8(VERSION).text(callId, CALL_ID_BYTES_MAX)
  return hmac(frankingKey, writer.u8(ROLE_BYTES[sender]).u64(count).raw(digest).bytes())
}
