import {
  decodeMlsMessage,
  encodeMlsMessage,
  generateKeyPackageWithKey,
  type Capabilities,
  type CiphersuiteImpl,
  type KeyPackage,
  type MLSMessage,
  type PrivateKeyPackage,
} from 'ts-mls'
import { SUITE_NAME } from './suite.ts'

/** One end of a match before the match: a key package and its private halves. */
export type Leaf = {
  readonly publicPackage: KeyPackage
  readonly privatePackage: PrivateKeyPackage
  readonly keyPackageBytes: Uint8Array
}

/** Exactly our profile, the same for everybody: no grease, which would single devices out. */
const CAPABILITIES: Capabilities = {
  versions: ['mls10'],
  ciphersuites: [SUITE_NAME],
  extensions: [],
  proposals: [],
  credentials: ['basic'],
}

/**
 * Finite, as it must be, and the same for everybody. The library compares it with the device's own clock, which may be
 * wrong by months on a device whose owner cannot see why nothing works; the lifetime that counts is that of the
 * pseudonym, checked against the caller's time (SPEC ER4).
 */
const LIFETIME_SECONDS = { notBefore: 0n, notAfter: BigInt(Date.UTC(2100, 0) / 1000) }

/** A leaf with a fresh signature key, a fresh init key and a fresh encryption key. */
export async function createLeaf(suite: CiphersuiteImpl, identity: Uint8Array): Promise<Leaf> {
  const signatureKeys = await suite.signature.keygen()
  const { publicPackage, privatePackage } = await generateKeyPackageWithKey(
    { credentialType: 'basic', identity },
    CAPABILITIES,
    LIFETIME_SECONDS,
    [],
    signatureKeys,
    suite,
  )
  const keyPackageBytes = encodeMlsMessage({
    version: 'mls10',
    wireformat: 'mls_key_package',
    keyPackage: publicPackage,
  })
  return { publicPackage, privatePackage, keyPackageBytes }
}

/**
 * One whole MLS message from a stranger, or undefined. The decoder answers garbage with undefined or an exception and
 * has no bound of its own.
 */
export function decodeMessage(bytes: Uint8Array, bytesMax: number): MLSMessage | undefined {
  if (bytes.byteLength > bytesMax) return undefined
  try {
    // Copied, because the decoder returns views: the caller may reuse its buffer.
    const decoded = decodeMlsMessage(Uint8Array.from(bytes), 0)
    return decoded !== undefined && decoded[1] === bytes.byteLength ? decoded[0] : undefined
  } catch {
    return undefined
  }
}
