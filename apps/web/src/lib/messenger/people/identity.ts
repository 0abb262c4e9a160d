import type { AccountKeys, DeviceKeys } from '@visavis/e2ee'
import type * as E2ee from '@visavis/e2ee'
import type { Log, Random } from '@visavis/ports'
import * as z from 'zod/mini'
import {
  DEVICE_NAME_CHARS_MAX,
  fail,
  fromB64,
  ok,
  toB64,
  type DeviceId,
  type Result,
  type RouteResponse,
} from '@visavis/wire'
import type { Api } from '../../account/api.ts'
import { bytes, flag, recordKind, tellUnreadable, text } from '../../vault/record-kind.ts'
import type { Change, Vault, VaultKey } from '../../vault/types.ts'
import type { SignedIn } from '../deps.ts'

/** Who this device is: the account's key and its own, as kept on the shelf `self`. */
export type Identity = { readonly account: AccountKeys; readonly device: DeviceKeys }
type Kept = Identity & { readonly isRegistered: boolean }

/**
 * - `ready`: the session speaks for this device.
 * - `unlinked`: the account has devices or a key, and nothing here can vouch for another one.
 * - `revoked`: this device was one of the account's and is not any more: what is kept here is to be destroyed.
 */
export type Standing =
  | { readonly kind: 'ready'; readonly identity: Identity }
  | { readonly kind: 'unlinked' }
  | { readonly kind: 'revoked' }

export type IdentityDeps = {
  readonly api: Api
  readonly e2ee: Pick<typeof E2ee, 'createAccountKeys' | 'createDeviceKeys' | 'signSessionBinding'>
  readonly random: Random
  readonly log: Log
  readonly session: SignedIn
  readonly deviceName: string
  readonly serverNowMs: () => number
}

const KEY: VaultKey = ['identity']
const identityRecord = recordKind<Kept>({
  name: 'identity',
  shape: {
    account: z.looseObject({ publicKey: bytes, privateKey: bytes }),
    device: z.looseObject({
      accountId: text,
      deviceId: text,
      accountKey: bytes,
      deviceKey: bytes,
      signature: bytes,
      devicePrivateKey: bytes,
    }),
    isRegistered: flag,
  },
})
const FORGET: Change = { shelf: 'self', key: KEY, value: undefined }

/**
 * Finds out who this device is, and tells the server. A device that has keys and a session that is bound to it needs no
 * network; one without keys becomes the account's first, if there is none.
 *
 * Keys are kept before they are registered: an answer that is lost is asked for again with the same keys, which the
 * server takes for the same device.
 */
export async function prepareIdentity(deps: IdentityDeps, vault: Vault): Promise<Result<Standing>> {
  const stored = await vault.get('self', KEY)
  if (stored === undefined) return firstDevice(deps, vault)
  const opened = identityRecord.open(stored)
  if (!opened.ok) {
    tellUnreadable(deps.log, identityRecord.name, opened.why, 1)
    // A later app knows who this device is; without keys it is none, and the person says how to go on.
    return opened.why === 'newer' ? fail('WIRE_VERSION') : firstDevice(deps, vault)
  }
  const kept = opened.value
  if (!kept.isRegistered) return register(deps, vault, kept, false)
  if (deps.session.deviceId === kept.device.deviceId) return ready(kept)
  const { deviceId } = kept.device
  const atMs = deps.serverNowMs()
  const signature = await deps.e2ee.signSessionBinding(kept.device, { sessionId: deps.session.sessionId, atMs })
  const bound = await deps.api.call('bindDevice', {
    body: { deviceId: deviceId as DeviceId, atMs, signature: toB64(signature) },
  })
  if (bound.ok) return ready(kept)
  if (bound.code !== 'DEVICE_KEY_REFUSED') return bound
  const standing = await isListed(deps.api, deviceId)
  if (!standing.ok) return standing
  return standing.value ? bound : ok({ kind: 'revoked' })
}

/** Makes this the only device, under a new account key [K9]. Contacts are warned by it. */
export async function beginAfresh(deps: IdentityDeps, vault: Vault): Promise<Result<Standing>> {
  return register(deps, vault, await makeKeys(deps, await deps.e2ee.createAccountKeys()), true)
}

/** Makes this one more device, with the account key that another device has sealed to it. */
export async function joinAccount(deps: IdentityDeps, vault: Vault, account: AccountKeys): Promise<Result<Standing>> {
  const listed = await deps.api.call('listDevices')
  if (!listed.ok) return listed
  // The key that was handed over must be the one the account is known by: else contacts would see a stranger.
  if (listed.value.accountKey !== toB64(account.publicKey)) return fail('DEVICE_OTHER_KEY')
  return register(deps, vault, await makeKeys(deps, account), false)
}

/** Whether the server still knows the device. */
export async function isListed(api: Api, deviceId: string): Promise<Result<boolean>> {
  const listed = await api.call('listDevices')
  return listed.ok ? ok(listed.value.devices.some((device) => device.deviceId === deviceId)) : listed
}

export function isDeviceName(name: string): boolean {
  return name.trim().length > 0 && name.length <= DEVICE_NAME_CHARS_MAX
}

async function firstDevice(deps: IdentityDeps, vault: Vault): Promise<Result<Standing>> {
  const listed = await deps.api.call('listDevices')
  if (!listed.ok) return listed
  if (hasOwners(listed.value)) return ok({ kind: 'unlinked' })
  return register(deps, vault, await makeKeys(deps, await deps.e2ee.createAccountKeys()), false)
}

/** A key without devices counts: contacts know it, so replacing it is a step the person has to take knowingly. */
function hasOwners({ accountKey, devices }: RouteResponse<'listDevices'>): boolean {
  return devices.length > 0 || (accountKey !== null && fromB64(accountKey) !== undefined)
}

async function makeKeys(deps: IdentityDeps, account: AccountKeys): Promise<Kept> {
  const { accountId } = deps.session
  const device = await deps.e2ee.createDeviceKeys({ accountId, deviceId: deps.random.uuid(), account })
  return { account, device, isRegistered: false }
}

async function register(deps: IdentityDeps, vault: Vault, kept: Kept, startAfresh: boolean): Promise<Result<Standing>> {
  const { deviceId, accountKey, deviceKey, signature } = kept.device
  await vault.write([keep(kept)])
  const answer = await deps.api.call('registerDevice', {
    body: {
      deviceId: deviceId as DeviceId,
      name: deps.deviceName,
      accountKey: toB64(accountKey),
      deviceKey: toB64(deviceKey),
      signature: toB64(signature),
      startAfresh,
    },
  })
  if (answer.ok) {
    await vault.write([keep({ ...kept, isRegistered: true })])
    return ready(kept)
  }
  if (answer.code === 'DEVICE_OTHER_KEY' || answer.code === 'DEVICE_KEY_REFUSED') await vault.write([FORGET])
  // Somebody was faster: another device of the account was registered meanwhile.
  return answer.code === 'DEVICE_OTHER_KEY' && !startAfresh ? ok({ kind: 'unlinked' }) : answer
}

function keep(kept: Kept): Change {
  return { shelf: 'self', key: KEY, value: identityRecord.write(kept) }
}

function ready({ account, device }: Identity): Result<Standing> {
  return ok({ kind: 'ready', identity: { account, device } })
}
