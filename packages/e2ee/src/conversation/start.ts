import { sameBytes } from '../byte-codec.ts'
import { encodeCredential } from '../devices/credential.ts'
import { toHex } from '../hex.ts'
import { commitIn } from '../mls/lasting-commit.ts'
import {
  decodeState,
  forgetFounding,
  foundGroup,
  joinByWelcome,
  readWelcome,
  type LastingState,
} from '../mls/lasting-group.ts'
import { loadSuite } from '../mls/suite.ts'
import { wipeState } from '../mls/wipe.ts'
import { assert, ok, OPEN_FAILED, type E2eeResult } from '../result.ts'
import { readAdditions } from './additions.ts'
import { isOwnLeaf, rosterOf, validateBy } from './admission.ts'
import { createGroup } from './group.ts'
import { groupIdOf } from './group-name.ts'
import { dayOf } from './key-package.ts'
import { decodeStored } from './state.ts'
import type { AdmitDevice, DeviceKeys, Group, GroupName, KeyPackage, Step, SuiteKind } from './types.ts'

/**
 * How a device comes to hold the group of one generation of a conversation: by starting it, by a welcome, or from what it
 * stored. Pure but for WebCrypto: the caller passes the time, which should be the server's. See SPEC ER26-ER38.
 */
type Given = {
  readonly device: DeviceKeys
  readonly suite: SuiteKind
  readonly name: GroupName
  readonly admit: AdmitDevice
  readonly nowMs: number
}

/**
 * Starts a generation with the devices of these key packages, which may be none. The group is in epoch 1 once `first` is
 * applied, and can do nothing before. Store `first.nextState`, then `apply`, once the server has taken the start.
 *
 * @returns `E2EE_OPEN_FAILED` for a key package that is malformed, forged, out of date, of another suite, of a device that
 * is not admitted or comes twice, and for more devices than a conversation has; then nothing was made
 */
export async function startConversation(
  given: Given & { readonly members: readonly Uint8Array[] },
): Promise<E2eeResult<{ readonly group: Group; readonly first: Step & { readonly welcome?: Uint8Array } }>> {
  const { device, name, nowMs } = given
  const suite = await loadSuite(given.suite)
  const groupId = groupIdOf(name)
  const packages = await readAdditions(suite, given.members, { present: [device], nowMs })
  if (packages === undefined) return OPEN_FAILED
  const founded = await foundGroup(suite, {
    groupId,
    identity: encodeCredential(device),
    signatureKeys: { publicKey: device.deviceKey, privateKey: device.devicePrivateKey },
    madeOnDay: dayOf(nowMs),
    validate: validateBy(device, given.admit),
  })
  const made = await commitIn(suite, founded, { add: packages, remove: [] })
  if (made === undefined) {
    wipeState(founded)
    return OPEN_FAILED
  }
  const next = forgetFounding(founded, made.next)
  const { group, first } = createGroup({ name, kind: given.suite, suite }, { state: founded, first: next })
  assert(first !== undefined, 'a started group has a first step')
  return ok({ group, first: { ...first, ...(made.welcome && { welcome: made.welcome }) } })
}

/**
 * Enters a generation by the welcome of a member. In one write the caller stores `state` and deletes the key package
 * `usedKeyPackage` unless it is the last one.
 *
 * @param given.keyPackage looks up one's own key package by its id
 * @returns `E2EE_OPEN_FAILED` for a welcome that is malformed, forged, not for this device, of another group or suite, or
 * to a group with anybody who is not admitted
 */
export async function joinConversation(
  given: Given & {
    readonly welcome: Uint8Array
    readonly keyPackage: (id: string) => Promise<KeyPackage | undefined>
  },
): Promise<E2eeResult<{ readonly group: Group; readonly state: Uint8Array; readonly usedKeyPackage: string }>> {
  const { device, name } = given
  const suite = await loadSuite(given.suite)
  const groupId = groupIdOf(name)
  const read = readWelcome(suite, given.welcome)
  if (read === undefined) return OPEN_FAILED
  const own = await firstKnown(read.references.map(toHex), given.keyPackage)
  if (own === undefined || own.suite !== given.suite) return OPEN_FAILED
  const state = await joinByWelcome(suite, {
    welcome: read.welcome,
    groupId,
    keyPackage: own.bytes,
    secret: own.secret,
    signaturePrivateKey: device.devicePrivateKey,
    validate: validateBy(device, given.admit),
  })
  if (state === undefined) return OPEN_FAILED
  if (rosterOf(state) === undefined || !isOwnLeaf(state, device)) {
    wipeState(state)
    return OPEN_FAILED
  }
  const { group, stored } = createGroup({ name, kind: given.suite, suite }, { state })
  return ok({ group, state: stored(), usedKeyPackage: own.id })
}

/**
 * The group from what was stored last.
 *
 * @throws on bytes that this version did not store, or that are another device's: start a new generation then
 */
export async function restoreConversation(given: {
  readonly device: DeviceKeys
  readonly state: Uint8Array
  readonly admit: AdmitDevice
}): Promise<Group> {
  const { device } = given
  const stored = decodeStored(given.state)
  assert(stored !== undefined, 'a damaged or foreign group state')
  const suite = await loadSuite(stored.suite)
  const validate = validateBy(device, given.admit)
  const state = decodeState(stored.mls, { signaturePrivateKey: device.devicePrivateKey, validate })
  assert(state !== undefined && isNamed(state, stored.name), 'a damaged group state')
  assert(rosterOf(state) !== undefined && isOwnLeaf(state, device), 'a group state of another device')
  return createGroup({ name: stored.name, kind: stored.suite, suite }, { state }).group
}

function isNamed(state: LastingState, name: GroupName): boolean {
  return sameBytes(state.groupContext.groupId, groupIdOf(name))
}

async function firstKnown(ids: readonly string[], find: (id: string) => Promise<KeyPackage | undefined>) {
  for (const id of ids) {
    const found = await find(id)
    if (found !== undefined) return found
  }
  return undefined
}
