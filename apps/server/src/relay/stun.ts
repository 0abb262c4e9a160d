import { createHmac, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { ipBytes } from './ip-bytes.ts'

/**
 * The little of STUN (RFC 8489) that an ICE-lite agent needs: reading a Binding request, checking its integrity, and
 * writing the success response. Pure: bytes in, values or bytes out; hostile bytes give `undefined`, never an error.
 */
export const MAGIC_COOKIE = 0x2112_a442
export const BINDING_REQUEST = 0x0001
export const BINDING_SUCCESS = 0x0101
/** Longer than any Binding request a browser sends; a longer packet is not worth a hash. */
export const STUN_BYTES_MAX = 1_280

export const ATTRIBUTE = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  xorMappedAddress: 0x0020,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
} as const

const HEADER_BYTES = 20
const INTEGRITY_BYTES = 20
const FINGERPRINT_XOR = 0x5354_554e

export type BindingRequest = {
  readonly transactionId: Uint8Array
  readonly username: string
  readonly useCandidate: boolean
  /** Where MESSAGE-INTEGRITY begins, counted from the start of the packet. */
  readonly integrityAt: number
  readonly integrity: Uint8Array
}

/**
 * Reads a Binding request that carries USERNAME, MESSAGE-INTEGRITY and, as its last attribute, a right FINGERPRINT
 * (all three are a MUST for connectivity checks, RFC 8445 section 7.2.2). The integrity is not yet checked: see
 * `integrityHolds`. Anything else, indications and responses included, is `undefined`.
 */
export function parseBindingRequest(packet: Uint8Array): BindingRequest | undefined {
  const length = packet.byteLength
  if (length < HEADER_BYTES || length > STUN_BYTES_MAX || length % 4 !== 0) return undefined
  const view = new DataView(packet.buffer, packet.byteOffset, length)
  if (view.getUint16(0) !== BINDING_REQUEST || view.getUint32(4) !== MAGIC_COOKIE) return undefined
  if (view.getUint16(2) + HEADER_BYTES !== length) return undefined

  let username: string | undefined
  let useCandidate = false
  let integrityAt = -1
  for (let at = HEADER_BYTES; at + 4 <= length;) {
    const type = view.getUint16(at)
    const valueBytes = view.getUint16(at + 2)
    const end = at + 4 + valueBytes
    if (end > length) return undefined
    if (type === ATTRIBUTE.fingerprint) {
      if (valueBytes !== 4 || end !== length || integrityAt < 0 || username === undefined) return undefined
      if (view.getUint32(at + 4) !== fingerprintOf(packet.subarray(0, at))) return undefined
      return {
        transactionId: packet.slice(8, HEADER_BYTES),
        username,
        useCandidate,
        integrityAt,
        integrity: packet.subarray(integrityAt + 4, integrityAt + 4 + INTEGRITY_BYTES),
      }
    }
    // Attributes behind MESSAGE-INTEGRITY, other than FINGERPRINT, are not covered by it: ignored (RFC 8489 14.5).
    if (integrityAt < 0) {
      if (type === ATTRIBUTE.messageIntegrity) {
        if (valueBytes !== INTEGRITY_BYTES) return undefined
        integrityAt = at
      } else if (type === ATTRIBUTE.username) username = Buffer.from(packet.subarray(at + 4, end)).toString('latin1')
      else if (type === ATTRIBUTE.useCandidate) useCandidate = true
    }
    at = end + ((4 - (valueBytes % 4)) % 4)
  }
  return undefined
}

/** Whether the request was made by somebody who knows `password` (RFC 8489 section 14.5, short-term credential). */
export function integrityHolds(packet: Uint8Array, request: BindingRequest, password: string): boolean {
  const covered = Buffer.from(packet.subarray(0, request.integrityAt))
  covered.writeUInt16BE(request.integrityAt - HEADER_BYTES + 4 + INTEGRITY_BYTES, 2)
  return timingSafeEqual(createHmac('sha1', password).update(covered).digest(), request.integrity)
}

/**
 * The success response: the requester's own address and nothing else, with integrity and fingerprint. Never longer than
 * 76 bytes, which is less than any request that is answered. `undefined` when `address` is not an IP address.
 */
export function bindingSuccess(
  request: BindingRequest,
  from: { readonly address: string; readonly port: number },
  password: string,
): Uint8Array | undefined {
  const address = ipBytes(from.address)
  if (!address) return undefined
  const mappedBytes = 4 + address.byteLength
  const integrityAt = HEADER_BYTES + 4 + mappedBytes
  const fingerprintAt = integrityAt + 4 + INTEGRITY_BYTES
  const packet = Buffer.alloc(fingerprintAt + 8)
  packet.writeUInt16BE(BINDING_SUCCESS, 0)
  packet.writeUInt32BE(MAGIC_COOKIE, 4)
  packet.set(request.transactionId, 8)
  packet.writeUInt16BE(ATTRIBUTE.xorMappedAddress, HEADER_BYTES)
  packet.writeUInt16BE(mappedBytes, HEADER_BYTES + 2)
  packet[HEADER_BYTES + 5] = address.byteLength === 4 ? 1 : 2
  packet.writeUInt16BE(from.port ^ (MAGIC_COOKIE >>> 16), HEADER_BYTES + 6)
  // The address is XORed with the cookie and, for IPv6, the transaction id: header bytes 4 to 20 (RFC 8489 14.2).
  for (const [index, byte] of address.entries()) packet[HEADER_BYTES + 8 + index] = byte ^ (packet[4 + index] ?? 0)

  packet.writeUInt16BE(fingerprintAt - HEADER_BYTES, 2)
  packet.writeUInt16BE(ATTRIBUTE.messageIntegrity, integrityAt)
  packet.writeUInt16BE(INTEGRITY_BYTES, integrityAt + 2)
  packet.set(createHmac('sha1', password).update(packet.subarray(0, integrityAt)).digest(), integrityAt + 4)

  packet.writeUInt16BE(packet.byteLength - HEADER_BYTES, 2)
  packet.writeUInt16BE(ATTRIBUTE.fingerprint, fingerprintAt)
  packet.writeUInt16BE(4, fingerprintAt + 2)
  packet.writeUInt32BE(fingerprintOf(packet.subarray(0, fingerprintAt)), fingerprintAt + 4)
  return packet
}

/** FINGERPRINT (RFC 8489 section 14.7) over the packet up to the attribute; the header's length already counts it. */
export function fingerprintOf(covered: Uint8Array): number {
  return (crc32(covered) ^ FINGERPRINT_XOR) >>> 0
}
