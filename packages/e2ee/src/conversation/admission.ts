import { sameBytes } from '../byte-codec.ts'
import { decodeCredential, encodeCredential } from '../devices/credential.ts'
import type { Validate } from '../mls/client-config.ts'
import type { ProposedChange } from '../mls/lasting-commit.ts'
import { membersOf, ownLeafOf, type LastingState, type Member } from '../mls/lasting-group.ts'
import { assert } from '../result.ts'
import { credentialOf, hasBegun } from './key-package.ts'
import type { AdmitDevice, DeviceCredential } from './types.ts'

/** Who may be in a group. SPEC ER27, ER31. */

/**
 * Asked for every leaf that is new to this device, also when a member renews its keys: the caller's `admit` decides, but
 * only about a credential whose signatures hold. This device itself is not asked about.
 */
export function validateBy(device: DeviceCredential, admit: AdmitDevice): Validate {
  const own = encodeCredential(device)
  return async (identity, signatureKey) => {
    const credential = await credentialOf({ identity, signatureKey })
    return credential !== undefined && (sameBytes(identity, own) || admit(credential))
  }
}

/** The credentials of all leaves; undefined when one is none or a device stands twice. */
export function rosterOf(state: LastingState): readonly DeviceCredential[] | undefined {
  const roster = membersOf(state).flatMap(({ identity }) => decodeCredential(identity) ?? [])
  const isWhole = roster.length === membersOf(state).length
  return isWhole && hasNoTwins(roster) ? roster : undefined
}

export function hasNoTwins(roster: readonly DeviceCredential[]): boolean {
  return new Set(roster.map(({ deviceId }) => deviceId)).size === roster.length
}

export function isOwnLeaf(state: LastingState, device: DeviceCredential): boolean {
  const own = membersOf(state).find(({ leaf }) => leaf === ownLeafOf(state))
  return own !== undefined && sameBytes(own.identity, encodeCredential(device))
}

/** Of a leaf that is in the group, so its credential was checked when it came in. */
export function memberCredential(member: Pick<Member, 'identity'>): DeviceCredential {
  const credential = decodeCredential(member.identity)
  assert(credential !== undefined, 'a member without a credential')
  return credential
}

/** Whether a proposed change keeps the rules of ours that the library does not know. */
export function isFairChange(state: LastingState, change: ProposedChange, nowMs: number): boolean {
  const added = change.added.map(({ identity }) => decodeCredential(identity))
  const newcomers = added.filter((credential) => credential !== undefined)
  // A device that is taken out and put back at once has lost its state; that is what a new generation is for.
  const all = [...membersOf(state).map(memberCredential), ...newcomers]
  return newcomers.length === added.length && hasNoTwins(all) && change.added.every((each) => hasBegun(each, nowMs))
}
