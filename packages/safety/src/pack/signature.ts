import { fail, type SafetyResult } from '../result.ts'
import { PACK_BYTES_MAX, readPackData, type PackData } from './format.ts'

type Key = { readonly type: string }
type Subtle = {
  importKey(
    format: 'raw',
    bytes: Uint8Array,
    algorithm: 'Ed25519',
    extractable: false,
    usages: readonly ['verify'],
  ): Promise<Key>
  verify(algorithm: 'Ed25519', key: Key, signature: Uint8Array, data: Uint8Array): Promise<boolean>
}
const { subtle } = (globalThis as unknown as { readonly crypto: { readonly subtle: Subtle } }).crypto

/** Keeps a signature over a pack from being one over anything else. */
const LABEL = 'visavis/safety/pack/1\0'

/** What is signed: the label and the pack exactly as delivered. There is no second encoding that could differ. SPEC SF16. */
export function signedBytes(pack: Uint8Array): Uint8Array {
  const label = new TextEncoder().encode(LABEL)
  const bytes = new Uint8Array(label.length + pack.length)
  bytes.set(label)
  bytes.set(pack, label.length)
  return bytes
}

/**
 * Opens a delivered pack: first the signature (Ed25519, RFC 8032), then everything else.
 *
 * @param pack UTF-8 JSON @param signature 64 bytes @param publicKey 32 bytes, from the caller, never from the delivery
 */
export async function openPack(
  pack: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
): Promise<SafetyResult<PackData>> {
  if (pack.length > PACK_BYTES_MAX) return fail('SAFETY_PACK_MALFORMED', 'its size')
  if (!(await isSigned(pack, signature, publicKey))) return fail('SAFETY_PACK_SIGNATURE', 'the signature')
  try {
    return readPackData(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(pack)))
  } catch {
    return fail('SAFETY_PACK_MALFORMED', 'its encoding')
  }
}

async function isSigned(pack: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): Promise<boolean> {
  try {
    const key = await subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify'])
    return await subtle.verify('Ed25519', key, signature, signedBytes(pack))
  } catch {
    return false // A key or a signature of the wrong length is an untrue signature.
  }
}
