import { sameBytes } from '../byte-codec.ts'
import { decodeCredential, encodeCredential, verifyDeviceCredential } from '../devices/credential.ts'
import { toHex } from '../hex.ts'
import { DEVICE_PACKAGE_AHEAD_DAYS_MAX, DEVICE_PACKAGE_DAYS_MAX } from '../limits.ts'
import { createDevicePackage, readDevicePackage, type ReadPackage } from '../mls/device-package.ts'
import { loadSuite } from '../mls/suite.ts'
import type { DeviceCredential, DeviceKeys, KeyPackage, SuiteKind } from './types.ts'

/** Key packages: how a device lets itself be added while it is away. SPEC ER24, ER25. */
const DAY_MS = 24 * 60 * 60_000

/**
 * A key package of this device with fresh keys, to be uploaded; its `secret` is to be stored first.
 *
 * @param options.isLast used again and again when no other is left, so its secret is to be kept
 * @param options.nowMs milliseconds since the Unix epoch, by the server's time
 */
export async function createKeyPackage(
  device: DeviceKeys,
  options: { readonly suite: SuiteKind; readonly nowMs: number; readonly isLast: boolean },
): Promise<KeyPackage> {
  const suite = await loadSuite(options.suite)
  const made = await createDevicePackage(suite, encodeCredential(device), {
    signatureKeys: { publicKey: device.deviceKey, privateKey: device.devicePrivateKey },
    madeOnDay: dayOf(options.nowMs),
  })
  const { bytes, secret } = made
  return { id: toHex(made.reference), suite: options.suite, bytes, secret, isLast: options.isLast }
}

/**
 * Whether these bytes are a key package of exactly this device, as the server asks when it is uploaded: well formed and
 * within bounds, of this suite and our profile, with valid signatures of device and account.
 */
export async function checkKeyPackage(
  bytes: Uint8Array,
  expected: { readonly suite: SuiteKind; readonly credential: DeviceCredential },
): Promise<boolean> {
  const read = await readDevicePackage(await loadSuite(expected.suite), bytes)
  const credential = read && (await credentialOf(read))
  if (read === undefined || credential === undefined) return false
  return sameBytes(read.identity, encodeCredential(expected.credential))
}

/** The credential of a package that was read, if it is the one of its signature key and the account's key signed it. */
export async function credentialOf(read: Pick<ReadPackage, 'identity' | 'signatureKey'>) {
  const credential = decodeCredential(read.identity)
  if (credential === undefined || !sameBytes(credential.deviceKey, read.signatureKey)) return undefined
  return (await verifyDeviceCredential(credential)) ? credential : undefined
}

/** Days since the Unix epoch. The minute would single a device out. */
export function dayOf(nowMs: number): number {
  return Math.floor(nowMs / DAY_MS)
}

/** Whether it may still be added. */
export function isInDate({ madeOnDay }: Pick<ReadPackage, 'madeOnDay'>, nowMs: number): boolean {
  return hasBegun({ madeOnDay }, nowMs) && dayOf(nowMs) <= madeOnDay + DEVICE_PACKAGE_DAYS_MAX
}

/** Everybody refuses one from the future. One that is old, only who adds it: others may hear of it weeks later. */
export function hasBegun({ madeOnDay }: Pick<ReadPackage, 'madeOnDay'>, nowMs: number): boolean {
  return madeOnDay <= dayOf(nowMs) + DEVICE_PACKAGE_AHEAD_DAYS_MAX
}
