import {
  decodeMlsMessage,
  encodeMlsMessage,
  generateKeyPackageWithKey,
  type Capabilities,
  type CiphersuiteImpl,
  type KeyPackage,
  type Lifetime,
  type MLSMessage,
  type PrivateKeyPackage,
} from 'ts-mls'
import { sameBytes } from '../byte-codec.ts'
import type { SignatureKeys } from '../devices/ed25519.ts'

/** One end of a group before the group: a key package and its private halves. */
export type Leaf = {
  readonly publicPackage: KeyPackage
  readonly privatePackage: PrivateKeyPackage
  readonly keyPackageBytes: Uint8Array
}

/** Exactly our profile, the same for everybody: no grease, which would single devices out. */
export function capabilitiesIn(suite: Pick<CiphersuiteImpl, 'name'>): Capabilities {
  return { versions: ['mls10'], ciphersuites: [suite.name], extensions: [], proposals: [], credentials: ['basic'] }
}

/**
 * Finite, as it must be, and the same for everybody. The library compares it with the device's own clock, which may be
 * wrong by months on a device whose owner cannot see why nothing works; the lifetime that counts is that of the
 * pseudonym, checked against the caller's time (SPEC ER4).
 */
const DAYS_END = 100_000n
const WIDE_LIFETIME: Lifetime = { notBefore: 0n, notAfter: BigInt(Date.UTC(2100, 0) / 1000) }

/**
 * The same wide span, whose beginning tells the day on which a lasting device made this: days since the Unix epoch, where
 * RFC 9420 has seconds, so that for the library it began in January 1970 whatever the device's clock says.
 */
function lifetimeOf(day: number): Lifetime {
  return { ...WIDE_LIFETIME, notBefore: BigInt(day) }
}

/** The inverse; undefined for a lifetime that is not ours. */
export function madeOnDay({ notBefore, notAfter }: Lifetime): number | undefined {
  return notAfter === WIDE_LIFETIME.notAfter && notBefore < DAYS_END ? Number(notBefore) : undefined
}

/**
 * A leaf with a fresh init key and a fresh encryption key.
 *
 * @param given a lasting signature key and the day this is made; without, a fresh key and no day
 */
export async function createLeaf(
  suite: CiphersuiteImpl,
  identity: Uint8Array,
  given?: { readonly signatureKeys: SignatureKeys; readonly madeOnDay: number },
): Promise<Leaf> {
  const signatureKeys = given === undefined ? await suite.signature.keygen() : signKeyPair(given.signatureKeys)
  const { publicPackage, privatePackage } = await generateKeyPackageWithKey(
    { credentialType: 'basic', identity },
    capabilitiesIn(suite),
    given === undefined ? WIDE_LIFETIME : lifetimeOf(given.madeOnDay),
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

/** Copied: a group wipes its keys when it is destroyed, and this one outlives it. */
function signKeyPair({ publicKey, privateKey }: SignatureKeys) {
  return { publicKey, signKey: Uint8Array.from(privateKey) }
}

/**
 * One whole MLS message from a stranger, or undefined. The decoder answers garbage with undefined or an exception, has no
 * bound of its own, and takes what the encoder would not write, such as a length in more bytes than it needs.
 */
export function decodeMessage(bytes: Uint8Array, bytesMax: number): MLSMessage | undefined {
  if (bytes.byteLength > bytesMax) return undefined
  try {
    // Copied, because the decoder returns views: the caller may reuse its buffer.
    const message = decodeMlsMessage(Uint8Array.from(bytes), 0)?.[0]
    return message !== undefined && sameBytes(encodeMlsMessage(message), bytes) ? message : undefined
  } catch {
    return undefined
  }
}
