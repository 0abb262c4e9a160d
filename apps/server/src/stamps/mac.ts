import { hash } from 'node:crypto'

/** HMAC-SHA-256 of bytes under one key. */
export type Mac = {
  /** 32 bytes. */
  readonly of: (input: Uint8Array) => Uint8Array<ArrayBuffer>
  /** Overwrites what was made of the key; of no use afterwards. */
  readonly destroy: () => void
}

const [BLOCK_BYTES, HASH_BYTES] = [64, 32]
const [INNER_PAD, OUTER_PAD] = [0x36, 0x5c]
/** Longer inputs are taken too; they cost a copy more. */
const ROOM_BYTES = 512

/**
 * HMAC (RFC 2104) written out over the one-shot `hash`: Node's own `createHmac` makes objects that have to be finalised, and
 * was the largest single cost of a message. The digest travels as text of one character a byte ("binary"), for which
 * `hash` needs no Buffer. `key` has at most 64 bytes.
 */
export function createMac(key: Uint8Array): Mac {
  if (key.byteLength > BLOCK_BYTES) throw new RangeError('a longer key would have to be hashed first')
  const inner = Buffer.alloc(BLOCK_BYTES + ROOM_BYTES)
  const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES)
  for (let i = 0; i < BLOCK_BYTES; i++) {
    inner[i] = (key[i] ?? 0) ^ INNER_PAD
    outer[i] = (key[i] ?? 0) ^ OUTER_PAD
  }

  function padded(input: Uint8Array): Uint8Array {
    if (input.byteLength > ROOM_BYTES) return Buffer.concat([inner.subarray(0, BLOCK_BYTES), input])
    inner.set(input, BLOCK_BYTES)
    return inner.subarray(0, BLOCK_BYTES + input.byteLength)
  }

  return {
    of(input) {
      outer.write(hash('sha256', padded(input), 'binary'), BLOCK_BYTES, 'binary')
      const digest = hash('sha256', outer, 'binary')
      const bytes = new Uint8Array(HASH_BYTES)
      for (let i = 0; i < HASH_BYTES; i++) bytes[i] = digest.charCodeAt(i)
      return bytes
    },
    destroy() {
      inner.fill(0)
      outer.fill(0)
    },
  }
}
