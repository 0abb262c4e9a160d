import { assert } from './result.ts'

/**
 * The platform's own cryptography (Web Crypto), as far as this package uses it: no DOM and no Node types reach a universal
 * package, so the few shapes are written down here. Keys come from the platform's generator and never from the port
 * `Random`: nothing that a test or a seed decides may stand where a key stands.
 */
type Key = { readonly type: string }
type Hash = 'SHA-256' | 'SHA-512'
type Algorithm =
  | { readonly name: 'HMAC'; readonly hash: Hash }
  | { readonly name: 'AES-GCM'; readonly iv: Uint8Array; readonly additionalData: Uint8Array }
  | { readonly name: 'HKDF'; readonly hash: Hash; readonly salt: Uint8Array; readonly info: Uint8Array }
  | { readonly name: 'PBKDF2'; readonly hash: Hash; readonly salt: Uint8Array; readonly iterations: number }
type Subtle = {
  digest(hash: Hash, data: Uint8Array): Promise<ArrayBuffer>
  importKey(
    format: 'raw',
    bytes: Uint8Array,
    algorithm: { readonly name: string; readonly hash?: Hash },
    extractable: false,
    usages: readonly string[],
  ): Promise<Key>
  sign(algorithm: 'HMAC', key: Key, data: Uint8Array): Promise<ArrayBuffer>
  verify(algorithm: 'HMAC', key: Key, signature: Uint8Array, data: Uint8Array): Promise<boolean>
  encrypt(algorithm: Algorithm, key: Key, data: Uint8Array): Promise<ArrayBuffer>
  decrypt(algorithm: Algorithm, key: Key, data: Uint8Array): Promise<ArrayBuffer>
  deriveBits(algorithm: Algorithm, key: Key, bits: number): Promise<ArrayBuffer>
}
type WebCrypto = { readonly subtle: Subtle; getRandomValues(bytes: Uint8Array): void }

const web = (globalThis as unknown as { readonly crypto: WebCrypto }).crypto

export const KEY_BYTES = 32
export const HASH_BYTES = 32
export const GCM_TAG_BYTES = 16

export function freshKey(): Uint8Array {
  const bytes = new Uint8Array(KEY_BYTES)
  web.getRandomValues(bytes)
  return bytes
}

export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await web.subtle.digest('SHA-256', bytes))
}

/** HMAC-SHA-256 under a key of exactly 32 bytes: a shorter one would be padded with zeros, so two keys would be one. */
export async function hmac(key: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await web.subtle.sign('HMAC', await hmacKey(key), message))
}

/** In constant time. */
export async function isHmac(key: Uint8Array, message: Uint8Array, tag: Uint8Array): Promise<boolean> {
  return web.subtle.verify('HMAC', await hmacKey(key), tag, message)
}

function hmacKey(key: Uint8Array): Promise<Key> {
  assert(key.byteLength === KEY_BYTES, 'an HMAC key has 32 bytes')
  return web.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
}

/** HKDF-SHA-256 (RFC 5869) without salt, from a key that is random already. */
export async function derive(key: Uint8Array, info: Uint8Array, length: number): Promise<Uint8Array> {
  const secret = await web.subtle.importKey('raw', key, { name: 'HKDF' }, false, ['deriveBits'])
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info } as const
  return new Uint8Array(await web.subtle.deriveBits(how, secret, 8 * length))
}

/** PBKDF2-HMAC-SHA-512 (RFC 8018): work that whoever searches for a look-alike has to do again for every try. */
export async function stretch(input: Uint8Array, salt: Uint8Array, iterations: number, length: number) {
  const secret = await web.subtle.importKey('raw', input, { name: 'PBKDF2' }, false, ['deriveBits'])
  const how = { name: 'PBKDF2', hash: 'SHA-512', salt, iterations } as const
  return new Uint8Array(await web.subtle.deriveBits(how, secret, 8 * length))
}

export type GcmKey = {
  seal(nonce: Uint8Array, plain: Uint8Array, additional: Uint8Array): Promise<Uint8Array>
  /** Undefined when anything was changed. */
  open(nonce: Uint8Array, sealed: Uint8Array, additional: Uint8Array): Promise<Uint8Array | undefined>
}

/** AES-256-GCM. The caller never uses a nonce for two plaintexts. */
export async function gcmKey(key: Uint8Array): Promise<GcmKey> {
  const aes = await web.subtle.importKey('raw', key, { name: 'AES-GCM' }, false, ['encrypt', 'decrypt'])
  return {
    async seal(iv, plain, additionalData) {
      return new Uint8Array(await web.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, aes, plain))
    },
    async open(iv, sealed, additionalData) {
      if (sealed.byteLength < GCM_TAG_BYTES) return undefined
      try {
        return new Uint8Array(await web.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, aes, sealed))
      } catch {
        return undefined
      }
    },
  }
}
