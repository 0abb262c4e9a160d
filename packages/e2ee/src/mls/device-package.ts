import { type CiphersuiteImpl, type KeyPackage, type PrivateKeyPackage } from 'ts-mls'
import { makeKeyPackageRef, verifyKeyPackage } from 'ts-mls/keyPackage.js'
import { verifyLeafNodeSignatureKeyPackage } from 'ts-mls/leafNode.js'
import { createByteReader, createByteWriter, sameBytes } from '../byte-codec.ts'
import type { SignatureKeys } from '../devices/ed25519.ts'
import { KEY_PACKAGE_BYTES_MAX } from '../limits.ts'
import { assert } from '../result.ts'
import { capabilitiesIn, createLeaf, decodeMessage, madeOnDay } from './leaf.ts'
import { wipe } from './wipe.ts'

/**
 * Key packages of lasting devices (RFC 9420 section 10): made ahead of time, claimed by others from the server, burnt by
 * the group they led into. The private halves are bytes of ours, because the caller stores them.
 */
const SECRET_VERSION = 1
/** X-Wing seeds have 32 bytes, X25519 keys too; PKCS #8 forms are somewhat longer. */
const PRIVATE_KEY_BYTES_MAX = 4 * 1024
const REFERENCE_BYTES = 32

export type DevicePackage = { readonly reference: Uint8Array; readonly bytes: Uint8Array; readonly secret: Uint8Array }

/** @param given.madeOnDay days since the Unix epoch */
export async function createDevicePackage(
  suite: CiphersuiteImpl,
  identity: Uint8Array,
  given: { readonly signatureKeys: SignatureKeys; readonly madeOnDay: number },
): Promise<DevicePackage> {
  const { publicPackage, privatePackage, keyPackageBytes } = await createLeaf(suite, identity, given)
  const secret = createByteWriter()
    .u8(SECRET_VERSION)
    .v32(privatePackage.initPrivateKey, PRIVATE_KEY_BYTES_MAX)
    .v32(privatePackage.hpkePrivateKey, PRIVATE_KEY_BYTES_MAX)
    .bytes()
  wipe([privatePackage.initPrivateKey, privatePackage.hpkePrivateKey, privatePackage.signaturePrivateKey])
  return { reference: await referenceOf(suite, publicPackage), bytes: keyPackageBytes, secret }
}

/** @throws on bytes that `createDevicePackage` did not make: they come from our own store */
export function privatePackageOf(secret: Uint8Array, signaturePrivateKey: Uint8Array): PrivateKeyPackage {
  const reader = createByteReader(secret)
  const version = reader.u8()
  const initPrivateKey = reader.v32(PRIVATE_KEY_BYTES_MAX)
  const hpkePrivateKey = reader.v32(PRIVATE_KEY_BYTES_MAX)
  assert(version === SECRET_VERSION && reader.end(), 'a damaged key package secret')
  return { initPrivateKey, hpkePrivateKey, signaturePrivateKey: Uint8Array.from(signaturePrivateKey) }
}

/** The hash by which a welcome names a key package (RFC 9420 section 5.2), cut to the length it has in every suite. */
export async function referenceOf(suite: CiphersuiteImpl, keyPackage: KeyPackage): Promise<Uint8Array> {
  return shortReference(await makeKeyPackageRef(keyPackage, suite.hash))
}

export function shortReference(reference: Uint8Array): Uint8Array {
  return reference.slice(0, REFERENCE_BYTES)
}

export type ReadPackage = {
  readonly keyPackage: KeyPackage
  readonly identity: Uint8Array
  readonly signatureKey: Uint8Array
  /** Days since the Unix epoch. */
  readonly madeOnDay: number
}

/**
 * Reads a stranger's key package and checks everything that needs no group: form, suite, profile, both signatures, and
 * that something can be encrypted to its keys. Undefined when refused. Who it belongs to is for the caller to judge.
 */
export async function readDevicePackage(suite: CiphersuiteImpl, bytes: Uint8Array): Promise<ReadPackage | undefined> {
  const message = decodeMessage(bytes, KEY_PACKAGE_BYTES_MAX)
  if (message?.wireformat !== 'mls_key_package') return undefined
  const { keyPackage } = message
  const read = plainPackage(suite, keyPackage)
  if (read === undefined) return undefined
  try {
    if (!(await verifyKeyPackage(keyPackage, suite.signature))) return undefined
    if (!(await verifyLeafNodeSignatureKeyPackage(read.leafNode, suite.signature))) return undefined
    for (const key of [keyPackage.initKey, keyPackage.leafNode.hpkePublicKey]) {
      await suite.hpke.seal(await suite.hpke.importPublicKey(key), new Uint8Array(), new Uint8Array())
    }
    return read
  } catch {
    return undefined
  }
}

/** What the package says, if it keeps to our profile (SPEC ER24). No signature is looked at. */
export function plainPackage(suite: Pick<CiphersuiteImpl, 'name'>, keyPackage: KeyPackage) {
  const { leafNode, initKey } = keyPackage
  const { credential, capabilities } = leafNode
  const ours = capabilitiesIn(suite)
  const isPlain =
    keyPackage.version === 'mls10' &&
    keyPackage.cipherSuite === suite.name &&
    keyPackage.extensions.length === 0 &&
    leafNode.extensions.length === 0 &&
    (Object.keys(ours) as (keyof typeof ours)[]).every((key) => isSameList(capabilities[key], ours[key])) &&
    !sameBytes(initKey, leafNode.hpkePublicKey)
  if (!isPlain || credential.credentialType !== 'basic' || leafNode.leafNodeSource !== 'key_package') return undefined
  const day = madeOnDay(leafNode.lifetime)
  if (day === undefined) return undefined
  return {
    keyPackage,
    leafNode,
    identity: credential.identity,
    signatureKey: leafNode.signaturePublicKey,
    madeOnDay: day,
  }
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i])
}
