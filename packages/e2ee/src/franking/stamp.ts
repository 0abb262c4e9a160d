import { HASH_BYTES } from '../web-crypto.ts'
import { ID_BYTES_MAX } from './limits.ts'
import type { Stamped } from './types.ts'

const VERSION = 1
const encoder = new TextEncoder()
const STAMP_LABEL = encoder.encode('visavis/franking/stamp/1\0')

const U32 = 2 ** 32
const [U32_BYTES, U64_BYTES, LENGTH_BYTES] = [4, 8, 2]
const INPUT_BYTES_MAX =
  STAMP_LABEL.byteLength + 1 + U32_BYTES + 4 * (LENGTH_BYTES + ID_BYTES_MAX) + 3 * U64_BYTES + HASH_BYTES

/**
 * Room for one input, used again for each: a server makes two stamps for every message it takes, and the general writer
 * (byte-codec) spent longer on them than the HMAC does. Label and version are in place from the start.
 */
const room = new Uint8Array(INPUT_BYTES_MAX)
const view = new DataView(room.buffer)
room.set(STAMP_LABEL)
room[STAMP_LABEL.byteLength] = VERSION
const KEY_ID_AT = STAMP_LABEL.byteLength + 1

/**
 * What the server's stamp covers, as bytes; the stamp is HMAC-SHA-256 of them under the key of the day `stampKeyId`. One
 * for every recipient account and one for the sender's: `recipient` is inside, so a stamp is worth nothing to anybody
 * else (SPEC EF9). Format: label | version u8 | key id u32 | sender account | sender device | conversation |
 * generation u64 | position u64 | time u64 | recipient | commitment. Ids are UTF-8 with a 16-bit length.
 *
 * @throws RangeError on a value outside its bounds: all of them are the server's own
 */
export function stampInput(stamped: Stamped): Uint8Array<ArrayBuffer> {
  return stampInputShared(stamped).slice()
}

/** `stampInput` in memory that the next call of either overwrites: for whoever is done with it before that. */
export function stampInputShared(stamped: Stamped): Uint8Array<ArrayBuffer> {
  if (stamped.commitment.byteLength !== HASH_BYTES) throw new RangeError('bad commitment')
  let at = putU32(KEY_ID_AT, stamped.stampKeyId)
  at = putId(at, stamped.senderAccount)
  at = putId(at, stamped.senderDevice)
  at = putId(at, stamped.conversationId)
  at = putU64(at, stamped.generation)
  at = putU64(at, stamped.position)
  at = putU64(at, stamped.sentAtMs)
  at = putId(at, stamped.recipient)
  room.set(stamped.commitment, at)
  return room.subarray(0, at + HASH_BYTES)
}

/** Each `put` writes at `at` and returns where the next value goes. */
function putU32(at: number, value: number): number {
  if (!Number.isInteger(value) || value < 0 || value >= U32) throw new RangeError('not a u32')
  view.setUint32(at, value)
  return at + U32_BYTES
}

function putU64(at: number, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('not a safe u64')
  view.setUint32(at, Math.floor(value / U32))
  view.setUint32(at + U32_BYTES, value % U32)
  return at + U64_BYTES
}

function putId(at: number, id: string): number {
  if (id === '') throw new RangeError('an id is empty')
  const start = at + LENGTH_BYTES
  const bytes = putPlain(start, id) ? id.length : putWide(start, id)
  view.setUint16(at, bytes)
  return start + bytes
}

/** The server's ids are UUIDs: short and ASCII, one byte a character. False when this one is not. */
function putPlain(start: number, id: string): boolean {
  if (id.length > ID_BYTES_MAX) return false
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i)
    if (code > 0x7f) return false
    room[start + i] = code
  }
  return true
}

/** Returns how many bytes it took. */
function putWide(start: number, id: string): number {
  const bytes = encoder.encode(id)
  if (bytes.byteLength > ID_BYTES_MAX) throw new RangeError('an id is too long')
  room.set(bytes, start)
  return bytes.byteLength
}
