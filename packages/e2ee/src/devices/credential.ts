import { createByteReader, createByteWriter } from '../byte-codec.ts'
import type { AccountKeys, DeviceCredential, DeviceKeys } from '../conversation/types.ts'
import { PERSON_ID_BYTES_MAX } from '../limits.ts'
import { assert } from '../result.ts'
import { generateSignatureKeys, isSignedBy, PUBLIC_KEY_BYTES, sign, SIGNATURE_BYTES } from './ed25519.ts'

/**
 * Who a device is: its key, vouched for by the key of its account. The encoding is the identity of the MLS credential, so
 * it has one form only. What is signed begins with a label, so that a signature made for one purpose serves no other.
 * SPEC ER21, ER22.
 */
const VERSION = 1
const DEVICE_LABEL = 'visavis/device/1'
const LABEL_BYTES_MAX = 64

/** The key of an account: Ed25519, the private half a seed of 32 bytes. Made once, with the first device. */
export function createAccountKeys(): Promise<AccountKeys> {
  return generateSignatureKeys()
}

/**
 * A fresh key for a device and the account's signature over it. The private half is a seed of 32 bytes.
 *
 * @throws RangeError unless both ids have 1 to 64 bytes of UTF-8
 */
export async function createDeviceKeys(options: {
  readonly account: AccountKeys
  readonly accountId: string
  readonly deviceId: string
}): Promise<DeviceKeys> {
  const { account, accountId, deviceId } = options
  const { publicKey: deviceKey, privateKey: devicePrivateKey } = await generateSignatureKeys()
  const signature = await sign(account.privateKey, deviceStatement({ accountId, deviceId, deviceKey }))
  return { accountId, deviceId, accountKey: account.publicKey, deviceKey, signature, devicePrivateKey }
}

/** Whether the account's key signed these ids and this device key. Whose account key it is, the caller has to know. */
export async function verifyDeviceCredential(credential: DeviceCredential): Promise<boolean> {
  if (!isWellFormed(credential)) return false
  return isSignedBy(credential.accountKey, deviceStatement(credential), credential.signature)
}

/** version u8 = 1 | account id | device id | account key | device key | signature; ids with a 16-bit length. */
export function encodeCredential(credential: DeviceCredential): Uint8Array {
  assert(isWellFormed(credential), 'a device credential out of bounds')
  return createByteWriter()
    .u8(VERSION)
    .text(credential.accountId, PERSON_ID_BYTES_MAX)
    .text(credential.deviceId, PERSON_ID_BYTES_MAX)
    .raw(credential.accountKey)
    .raw(credential.deviceKey)
    .raw(credential.signature)
    .bytes()
}

/** Undefined for anything `encodeCredential` would not have made. The signature is not looked at. */
export function decodeCredential(bytes: Uint8Array): DeviceCredential | undefined {
  const reader = createByteReader(bytes)
  if (reader.u8() !== VERSION) return undefined
  const credential = {
    accountId: reader.text(PERSON_ID_BYTES_MAX),
    deviceId: reader.text(PERSON_ID_BYTES_MAX),
    accountKey: reader.raw(PUBLIC_KEY_BYTES),
    deviceKey: reader.raw(PUBLIC_KEY_BYTES),
    signature: reader.raw(SIGNATURE_BYTES),
  }
  return reader.end() && isWellFormed(credential) ? credential : undefined
}

function deviceStatement(of: Pick<DeviceCredential, 'accountId' | 'deviceId' | 'deviceKey'>): Uint8Array {
  return statement(DEVICE_LABEL, [of.accountId, of.deviceId]).raw(of.deviceKey).bytes()
}

/** The beginning of what a key of ours signs: a label, then ids, each with its length. */
export function statement(label: string, ids: readonly string[]) {
  const writer = createByteWriter().text(label, LABEL_BYTES_MAX)
  for (const id of ids) {
    if (id === '') throw new RangeError('empty id')
    writer.text(id, PERSON_ID_BYTES_MAX)
  }
  return writer
}

function isWellFormed({ accountId, deviceId, accountKey, deviceKey, signature }: DeviceCredential): boolean {
  return (
    isId(accountId) &&
    isId(deviceId) &&
    accountKey.byteLength === PUBLIC_KEY_BYTES &&
    deviceKey.byteLength === PUBLIC_KEY_BYTES &&
    signature.byteLength === SIGNATURE_BYTES
  )
}

/** Also refuses a lone surrogate, which would be another id once it is written. */
export function isId(id: string): boolean {
  const bytes = new TextEncoder().encode(id)
  if (bytes.byteLength === 0 || bytes.byteLength > PERSON_ID_BYTES_MAX) return false
  return new TextDecoder().decode(bytes) === id
}
