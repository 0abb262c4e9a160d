import { decode, encode } from 'cborg'
import type { Shelf, VaultKey, VaultValue } from './types.ts'

/**
 * Records as they lie in storage: `nonce (12) | AES-256-GCM`. What is sealed is CBOR; shelf and key are authenticated with
 * it, so that nobody with the database in hand can put one record in another's place. Nonces are random: 2^32 records
 * under one key (NIST SP 800-38D section 8.3) are more than a device writes in its life.
 */
const NONCE_BYTES = 12
const DOMAIN = 'visavis vault record v1'

export type RecordPlace = { readonly shelf: Shelf; readonly key: VaultKey }

export type Sealing = {
  seal(place: RecordPlace, value: VaultValue): Promise<Uint8Array<ArrayBuffer>>
  /** Undefined for a record that was changed, cut, moved or sealed under another key. */
  open(place: RecordPlace, sealed: unknown): Promise<{ readonly value: VaultValue } | undefined>
}

export function createSealing(deps: {
  readonly subtle: SubtleCrypto
  readonly randomBytes: (count: number) => Uint8Array
  readonly key: CryptoKey
}): Sealing {
  const algorithm = (nonce: BufferSource, { shelf, key }: RecordPlace) => ({
    name: 'AES-GCM',
    iv: nonce,
    additionalData: encode([DOMAIN, shelf, ...key]) as BufferSource,
  })
  return {
    async seal(place, value) {
      const nonce = deps.randomBytes(NONCE_BYTES) as Uint8Array<ArrayBuffer>
      const plain = encode(value, { ignoreUndefinedProperties: true })
      const sealed = await deps.subtle.encrypt(algorithm(nonce, place), deps.key, plain)
      const bytes = new Uint8Array(NONCE_BYTES + sealed.byteLength)
      bytes.set(nonce)
      bytes.set(new Uint8Array(sealed), NONCE_BYTES)
      return bytes
    },
    async open(place, sealed) {
      if (!(sealed instanceof Uint8Array) || sealed.byteLength <= NONCE_BYTES) return undefined
      const bytes = sealed as Uint8Array<ArrayBuffer>
      try {
        const plain = await deps.subtle.decrypt(
          algorithm(bytes.subarray(0, NONCE_BYTES), place),
          deps.key,
          bytes.subarray(NONCE_BYTES),
        )
        return { value: decode(new Uint8Array(plain)) as VaultValue }
      } catch {
        // One outcome for every cause: what is wrong with the bytes changes nothing for the caller.
        return undefined
      }
    },
  }
}
