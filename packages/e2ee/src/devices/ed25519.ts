/**
 * Ed25519 (RFC 8032) by Web Crypto. Private keys are the 32-byte seeds of section 5.1.5, public keys and signatures the 32
 * and 64 bytes that go over the wire. The few shapes of the platform are written down here, because neither DOM nor Node
 * types reach a universal package.
 */
export const PUBLIC_KEY_BYTES = 32
export const SEED_BYTES = 32
export const SIGNATURE_BYTES = 64

type Key = { readonly type: string }
type Subtle = {
  generateKey(
    algorithm: 'Ed25519',
    extractable: true,
    usages: readonly string[],
  ): Promise<{ readonly publicKey: Key; readonly privateKey: Key }>
  exportKey(format: 'raw' | 'pkcs8', key: Key): Promise<ArrayBuffer>
  importKey(
    format: 'raw' | 'pkcs8',
    bytes: Uint8Array,
    algorithm: 'Ed25519',
    extractable: false,
    usages: readonly string[],
  ): Promise<Key>
  sign(algorithm: 'Ed25519', key: Key, data: Uint8Array): Promise<ArrayBuffer>
  verify(algorithm: 'Ed25519', key: Key, signature: Uint8Array, data: Uint8Array): Promise<boolean>
}

const { subtle } = (globalThis as unknown as { readonly crypto: { readonly subtle: Subtle } }).crypto

/** What stands before the seed in PKCS #8 (RFC 8410 section 7), the only form in which Web Crypto takes a private key. */
const PKCS8_PREFIX = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20)

export type SignatureKeys = { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array }

export async function generateSignatureKeys(): Promise<SignatureKeys> {
  const keys = await subtle.generateKey('Ed25519', true, ['sign', 'verify'])
  const pkcs8 = new Uint8Array(await subtle.exportKey('pkcs8', keys.privateKey))
  const privateKey = pkcs8.slice(-SEED_BYTES)
  pkcs8.fill(0)
  return { publicKey: new Uint8Array(await subtle.exportKey('raw', keys.publicKey)), privateKey }
}

export async function sign(privateKey: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  const pkcs8 = new Uint8Array(PKCS8_PREFIX.byteLength + SEED_BYTES)
  pkcs8.set(PKCS8_PREFIX)
  pkcs8.set(privateKey, PKCS8_PREFIX.byteLength)
  const key = await subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign'])
  pkcs8.fill(0)
  return new Uint8Array(await subtle.sign('Ed25519', key, message))
}

/** False also for a key or signature that is none. */
export async function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (publicKey.byteLength !== PUBLIC_KEY_BYTES || signature.byteLength !== SIGNATURE_BYTES) return false
  try {
    const key = await subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify'])
    return await subtle.verify('Ed25519', key, signature, message)
  } catch {
    return false // Not a point of the curve.
  }
}
