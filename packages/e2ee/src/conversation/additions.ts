import { CONVERSATION_DEVICES_MAX } from '../limits.ts'
import { readDevicePackage, type ReadPackage } from '../mls/device-package.ts'
import type { Suite } from '../mls/lasting-group.ts'
import { hasNoTwins } from './admission.ts'
import { credentialOf, isInDate } from './key-package.ts'
import type { DeviceCredential } from './types.ts'

/**
 * Key packages of those who are to be added beside `present`: all of them, or undefined when one must not be. Whether
 * their accounts are admitted is asked when they are added.
 */
export async function readAdditions(
  suite: Suite,
  packages: readonly Uint8Array[],
  given: { readonly present: readonly DeviceCredential[]; readonly nowMs: number },
): Promise<readonly ReadPackage[] | undefined> {
  if (packages.length + given.present.length > CONVERSATION_DEVICES_MAX) return undefined
  const devices = [...given.present]
  const read: ReadPackage[] = []
  for (const bytes of packages) {
    const each = await readDevicePackage(suite, bytes)
    const credential = each && (await credentialOf(each))
    if (each === undefined || credential === undefined || !isInDate(each, given.nowMs)) return undefined
    devices.push(credential)
    read.push(each)
  }
  return hasNoTwins(devices) ? read : undefined
}
