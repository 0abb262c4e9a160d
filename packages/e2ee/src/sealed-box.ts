import { Aes128Gcm, Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import { assert } from './result.ts'
import { KEY_BYTES } from './web-crypto.ts'

/**
 * Sealing to a public key whose owner is elsewhere: HPKE base mode (RFC 9180) with X25519 and HKDF-SHA-256. Says nothing
 * about who sealed. Format: encapsulated key, 32 bytes | ciphertext.
 */
export type BoxKeys = { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array }

/** Reports use AES-128-GCM, the suite every HPKE library has; account keys for a new device AES-256-GCM. */
type Box = { readonly cipher: 'aes-128' | 'aes-256'; readonly info: Uint8Array; readonly additional: Uint8Array }

const kem = new DhkemX25519HkdfSha256()
const suites = {
  'aes-128': new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes128Gcm() }),
  'aes-256': new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() }),
}
const OVERHEAD_BYTES = KEY_BYTES + 16

/** The same pair for the same 32 bytes (RFC 9180 section 7.1.3). */
export async function boxKeysFrom(seed: Uint8Array): Promise<BoxKeys> {
  assert(seed.byteLength === KEY_BYTES, 'a seed has 32 bytes')
  const pair = await kem.deriveKeyPair(copy(seed))
  return {
    publicKey: new Uint8Array(await kem.serializePublicKey(pair.publicKey)),
    privateKey: new Uint8Array(await kem.serializePrivateKey(pair.privateKey)),
  }
}

/** @throws on a public key that is none: the caller got it from somebody it trusts for that */
export async function sealTo(publicKey: Uint8Array, plain: Uint8Array, box: Box): Promise<Uint8Array> {
  const recipientPublicKey = await kem.deserializePublicKey(copy(publicKey))
  const params = { recipientPublicKey, info: copy(box.info) }
  const { enc, ct } = await suites[box.cipher].seal(params, copy(plain), copy(box.additional))
  const sealed = new Uint8Array(enc.byteLength + ct.byteLength)
  sealed.set(new Uint8Array(enc))
  sealed.set(new Uint8Array(ct), enc.byteLength)
  return sealed
}

/** Undefined for anything that was not sealed to this key, with this info and additional data. */
export async function openBox(privateKey: Uint8Array, sealed: Uint8Array, box: Box): Promise<Uint8Array | undefined> {
  if (sealed.byteLength < OVERHEAD_BYTES) return undefined
  const recipientKey = await kem.deserializePrivateKey(copy(privateKey))
  try {
    const params = { recipientKey, enc: copy(sealed.subarray(0, KEY_BYTES)), info: copy(box.info) }
    const plain = await suites[box.cipher].open(params, copy(sealed.subarray(KEY_BYTES)), copy(box.additional))
    return new Uint8Array(plain)
  } catch {
    return undefined
  }
}

/** In an ArrayBuffer of its own: the library takes the whole buffer behind some views. */
function copy(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
