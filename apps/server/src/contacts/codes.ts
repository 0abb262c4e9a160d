import { createHmac } from 'node:crypto'
import type { Random } from '@visavis/ports'

const CODE_BYTES = 10
const DIGITS = 'abcdefghijklmnopqrstuvwxyz234567'

/** Contact codes: 80 random bits, so that none can be guessed, kept only as a keyed hash and sealed. */
export type ContactCodes = {
  /** A new code: 16 digits of base32 (RFC 4648 section 6) in lower case. */
  draw(): string
  /** HMAC-SHA-256 (RFC 2104), by which a code is found again. */
  hash(code: string): Uint8Array
}

export function createContactCodes({ key, random }: { key: Uint8Array; random: Random }): ContactCodes {
  return {
    draw() {
      let bits = 0n
      for (const byte of random.bytes(CODE_BYTES)) bits = (bits << 8n) | BigInt(byte)
      let code = ''
      for (let place = (CODE_BYTES * 8) / 5 - 1; place >= 0; place -= 1)
        code += DIGITS.charAt(Number((bits >> BigInt(5 * place)) & 31n))
      return code
    },
    hash: (code) => new Uint8Array(createHmac('sha256', key).update(code).digest()),
  }
}
