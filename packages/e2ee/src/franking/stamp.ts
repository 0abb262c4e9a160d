import { createByteWriter } from '../byte-codec.ts'
import { HASH_BYTES } from '../web-crypto.ts'
import { ID_BYTES_MAX } from './limits.ts'
import type { Stamped } from './types.ts'

const VERSION = 1
const STAMP_LABEL = new TextEncoder().encode('visavis/franking/stamp/1\0')

/**
 * What the server's stamp covers, as bytes; the stamp is HMAC-SHA-256 of them under the key of the day `stampKeyId`. One
 * for every recipient account and one for the sender's: `recipient` is inside, so a stamp is worth nothing to anybody
 * else (SPEC EF9). Format: label | version u8 | key id u32 | sender account | sender device | conversation |
 * generation u64 | position u64 | time u64 | recipient | commitment.
 *
 * @throws RangeError on a value outside its bounds: all of them are the server's own
 */
export function stampInput(stamped: Stamped): Uint8Array {
  const { senderAccount, senderDevice, conversationId, recipient, commitment } = stamped
  if ([senderAccount, senderDevice, conversationId, recipient].includes('')) throw new RangeError('an id is empty')
  if (commitment.byteLength !== HASH_BYTES) throw new RangeError('bad commitment')
  const writer = createByteWriter().raw(STAMP_LABEL).u8(VERSION).u32(stamped.stampKeyId)
  for (const id of [senderAccount, senderDevice, conversationId]) writer.text(id, ID_BYTES_MAX)
  writer.u64(stamped.generation).u64(stamped.position).u64(stamped.sentAtMs)
  return writer.text(recipient, ID_BYTES_MAX).raw(commitment).bytes()
}
