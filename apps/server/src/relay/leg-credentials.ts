import { createHmac } from 'node:crypto'

/**
 * Stateless credentials of a leg. The username fragment says which leg, which generation and until when; the password
 * is derived from it with the relay's secret, so a relay that has just started recognises every live leg, and nobody
 * else can make a password. Both are of ICE characters (RFC 8445 section 5.3: at least 4 and 22 of them).
 */
export type LegName = { readonly legId: string; readonly generation: number; readonly expiresAtMs: number }

const UFRAG_BYTES = 24
const UFRAG_CHARS = 32
const PASSWORD_BYTES = 24
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const GENERATION_MAX = 0xffff_ffff

/** The fragment of a leg; throws on an id that is no lower-case UUID or a generation out of 32 bits (a bug here). */
export function encodeUfrag(name: LegName): string {
  const { legId, generation, expiresAtMs } = name
  if (!UUID.test(legId)) throw new TypeError('a leg id is a UUID')
  if (!Number.isInteger(generation) || generation < 0 || generation > GENERATION_MAX) throw new RangeError('generation')
  const bytes = Buffer.alloc(UFRAG_BYTES)
  bytes.write(legId.replaceAll('-', ''), 0, 'hex')
  bytes.writeUInt32BE(generation, 16)
  bytes.writeUInt32BE(Math.floor(expiresAtMs / 1000), 20)
  return bytes.toString('base64')
}

/** Reads what `encodeUfrag` wrote; `undefined` for any other text. Says nothing about who wrote it. */
export function decodeUfrag(ufrag: string): LegName | undefined {
  if (ufrag.length !== UFRAG_CHARS) return undefined
  const bytes = Buffer.from(ufrag, 'base64')
  if (bytes.byteLength !== UFRAG_BYTES || bytes.toString('base64') !== ufrag) return undefined
  const hex = bytes.toString('hex', 0, 16)
  const legId = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  return { legId, generation: bytes.readUInt32BE(16), expiresAtMs: bytes.readUInt32BE(20) * 1000 }
}

/** The password that belongs to a fragment. */
export function passwordOf(ufrag: string, secret: Uint8Array): string {
  const derived = createHmac('sha256', secret).update('visavis relay leg\0').update(ufrag).digest()
  return derived.subarray(0, PASSWORD_BYTES).toString('base64')
}
