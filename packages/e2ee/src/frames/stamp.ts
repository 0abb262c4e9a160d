import { createByteWriter } from '../byte-codec.ts'
import { ID_BYTES_MAX } from '../franking/limits.ts'
import { HASH_BYTES } from '../web-crypto.ts'

const LABEL = new TextEncoder().encode('visavis/frames/stamp/1\0')
const VERSION = 1

/** What the server says about a commitment it was told. Accounts are ids of the server's. */
export type StampedFrame = {
  readonly keyId: number
  readonly senderAccount: string
  readonly recipientAccount: string
  readonly callId: string
  readonly count: number
  readonly atMs: number
  readonly commitment: Uint8Array
}

/**
 * What the server's stamp on a committed key frame covers, as bytes; the stamp is HMAC-SHA-256 of them under the key of the
 * day `keyId`, the same keys as for messages under a label of its own (SPEC EV3). Format: label | version u8 | key id u32 |
 * sender account | recipient account | call | count u64 | time u64 | commitment. Ids are UTF-8 with a 16-bit length.
 *
 * @throws RangeError on a value outside its bounds: all of them are the server's own
 */
export function frameStampInput(stamped: StampedFrame): Uint8Array {
  const { keyId, senderAccount, recipientAccount, callId, count, atMs, commitment } = stamped
  if (commitment.byteLength !== HASH_BYTES) throw new RangeError('bad commitment')
  const writer = createByteWriter().raw(LABEL).u8(VERSION).u32(keyId)
  for (const id of [senderAccount, recipientAccount, callId]) {
    if (id === '') throw new RangeError('an id is empty')
    writer.text(id, ID_BYTES_MAX)
  }
  return writer.u64(count).u64(atMs).raw(commitment).bytes()
}
