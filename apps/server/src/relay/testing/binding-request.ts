import { createHmac } from 'node:crypto'
import { ATTRIBUTE, BINDING_REQUEST, fingerprintOf, MAGIC_COOKIE } from '../stun.ts'

/**
 * A Binding request as a browser makes it in a connectivity check (RFC 8445 section 7.2.2). The relay itself never
 * makes one; tests and load measurements do.
 */
export function bindingRequest(input: {
  readonly username: string
  readonly password: string
  readonly transactionId: Uint8Array
  readonly useCandidate?: boolean
}): Uint8Array {
  const attributes = [attribute(ATTRIBUTE.username, Buffer.from(input.username, 'latin1'))]
  attributes.push(attribute(0x802a, Buffer.from('0123456789abcdef', 'hex')), attribute(0x0024, Buffer.alloc(4)))
  if (input.useCandidate) attributes.push(attribute(ATTRIBUTE.useCandidate, Buffer.alloc(0)))
  const header = Buffer.alloc(20)
  header.writeUInt16BE(BINDING_REQUEST, 0)
  header.writeUInt32BE(MAGIC_COOKIE, 4)
  header.set(input.transactionId, 8)
  let packet = Buffer.concat([header, ...attributes])
  packet.writeUInt16BE(packet.byteLength - 20 + 24, 2)
  const integrity = createHmac('sha1', input.password).update(packet).digest()
  packet = Buffer.concat([packet, attribute(ATTRIBUTE.messageIntegrity, integrity)])
  packet.writeUInt16BE(packet.byteLength - 20 + 8, 2)
  const fingerprint = Buffer.alloc(4)
  fingerprint.writeUInt32BE(fingerprintOf(packet))
  return Buffer.concat([packet, attribute(ATTRIBUTE.fingerprint, fingerprint)])
}

function attribute(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(value.byteLength / 4) * 4)
  bytes.writeUInt16BE(type, 0)
  bytes.writeUInt16BE(value.byteLength, 2)
  value.copy(bytes, 4)
  return bytes
}
