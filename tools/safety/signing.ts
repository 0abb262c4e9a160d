import { createPublicKey, sign, type KeyObject } from 'node:crypto'
import { signedBytes } from '@visavis/safety'
import { packData } from './files.ts'

/** A pack as a client downloads it: the bytes of the JSON, model included, and the Ed25519 signature over them. */
export type SignedPack = { readonly pack: Uint8Array; readonly signature: Uint8Array }

/** @param key an Ed25519 private key; it stays with whoever publishes packs, never on the server that hands them out */
export function signPack(language: string, key: KeyObject): SignedPack {
  const pack = new TextEncoder().encode(JSON.stringify(packData(language)))
  return { pack, signature: new Uint8Array(sign(null, signedBytes(pack), key)) }
}

/** The 32 bytes that clients are built with. */
export function publicKeyOf(key: KeyObject): Uint8Array {
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  if (x === undefined) throw new Error('not an Ed25519 key')
  return new Uint8Array(Buffer.from(x, 'base64url'))
}
