import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Random } from '@visavis/ports'

/**
 * Seals a reporter's words for the database: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce, bound to the report they
 * belong to, so that words cannot be moved to another. `version u8 | nonce[12] | ciphertext | tag[16]`.
 */
export type WordsSeal = {
  seal(subject: string, words: string): Uint8Array
  /** Undefined when the bytes were not sealed by this server for this subject. */
  open(subject: string, sealed: Uint8Array): string | undefined
}

const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16

export function createWordsSeal(deps: { key: Uint8Array; random: Random }): WordsSeal {
  return {
    seal(subject, words) {
      const nonce = deps.random.bytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', deps.key, nonce).setAAD(Buffer.from(subject))
      const body = Buffer.concat([cipher.update(words, 'utf8'), cipher.final()])
      return new Uint8Array(Buffer.concat([Uint8Array.of(VERSION), nonce, body, cipher.getAuthTag()]))
    },

    open(subject, sealed) {
      if (sealed[0] !== VERSION || sealed.byteLength < 1 + NONCE_BYTES + TAG_BYTES) return undefined
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', deps.key, nonce).setAAD(Buffer.from(subject))
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
      try {
        const words = decipher.update(sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES))
        return Buffer.concat([words, decipher.final()]).toString('utf8')
      } catch {
        return undefined
      }
    },
  }
}
