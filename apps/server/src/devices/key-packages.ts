import type { Clock } from '@visavis/ports'
import {
  fail,
  fromB64,
  KEY_PACKAGE_BYTES_MAX,
  KEY_PACKAGES_KEPT_MAX,
  ok,
  toB64,
  type AccountId,
  type ConversationId,
  type DeviceId,
  type Result,
  type RouteRequest,
  type RouteResponse,
  type SuiteKind,
} from '@visavis/wire'
import type { KeyPackageStore } from './key-package-store.ts'
import type { DeviceProofs } from './proofs.ts'
import type { Asker } from './service.ts'
import type { DeviceStore } from './store.ts'

export type KeyPackagesDeps = {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly store: KeyPackageStore
  readonly devices: Pick<DeviceStore, 'find' | 'ofAccounts'>
  readonly proofs: Pick<DeviceProofs, 'checkKeyPackage'>
  /** Whether this account may add these devices to this conversation. */
  readonly mayClaim: (
    account: AccountId,
    conversationId: ConversationId,
    devices: readonly DeviceId[],
  ) => Promise<boolean>
  /** Which key packages the conversation's groups are made of; undefined when there is no such conversation. */
  readonly suiteOf: (conversationId: ConversationId) => Promise<SuiteKind | undefined>
  /** Takes one claim from the budget of the account. Error: RATE_LIMITED. */
  readonly admit: (account: AccountId) => Promise<Result<true>>
}

/** Key packages: each lets one device be added to one group while it is away, and is given out once. */
export type KeyPackages = {
  /** Errors: DEVICE_REQUIRED, DEVICE_KEY_REFUSED for a package that is not this device's or does not hold. */
  add(asker: Asker, wish: RouteRequest<'addKeyPackages'>): Promise<Result<RouteResponse<'addKeyPackages'>>>
  /** Errors: DEVICE_REQUIRED. */
  count(asker: Asker): Promise<Result<RouteResponse<'countKeyPackages'>>>
  /** Errors: DEVICE_REQUIRED, CONVERSATION_UNKNOWN, RATE_LIMITED. */
  claim(asker: Asker, wish: RouteRequest<'claimKeyPackages'>): Promise<Result<RouteResponse<'claimKeyPackages'>>>
}

export function createKeyPackages(deps: KeyPackagesDeps): KeyPackages {
  const { devices, proofs, store } = deps

  async function add(asker: Asker, { suite, packages, last }: RouteRequest<'addKeyPackages'>) {
    const credential = asker.isRegistered ? await credentialOf(devices, asker) : undefined
    if (!credential) return fail('DEVICE_REQUIRED')
    const all = [...packages, ...(last === undefined ? [] : [last])].map(packageBytes)
    const checked = await Promise.all(
      all.map(async (bytes) => bytes !== undefined && proofs.checkKeyPackage(bytes, { suite, credential })),
    )
    if (checked.includes(false)) return fail('DEVICE_KEY_REFUSED')
    const known = all.filter((bytes) => bytes !== undefined)
    await store.add({
      deviceId: asker.deviceId,
      suite,
      packages: known.slice(0, packages.length),
      last: known[packages.length],
      keptMax: KEY_PACKAGES_KEPT_MAX,
      nowMs: deps.clock.nowMs(),
    })
    return ok({ left: (await store.count(asker.deviceId))[suite] })
  }

  async function claim(asker: Asker, { conversationId, devices: wanted }: RouteRequest<'claimKeyPackages'>) {
    if (!asker.isRegistered) return fail('DEVICE_REQUIRED')
    const admitted = await deps.admit(asker.accountId)
    if (!admitted.ok) return admitted
    const suite = await deps.suiteOf(conversationId)
    if (!suite || !(await deps.mayClaim(asker.accountId, conversationId, wanted))) return fail('CONVERSATION_UNKNOWN')
    const claimed = await store.claim(wanted, suite)
    const found = await Promise.all([...claimed.keys()].map((deviceId) => devices.find(deviceId)))
    const packages = found.flatMap((device) => {
      const bytes = device && claimed.get(device.deviceId)
      return bytes ? [{ accountId: device.accountId, deviceId: device.deviceId, keyPackage: toB64(bytes) }] : []
    })
    return ok({ packages })
  }

  return {
    add,
    count: async (asker) => (asker.isRegistered ? ok(await store.count(asker.deviceId)) : fail('DEVICE_REQUIRED')),
    claim,
  }
}

function packageBytes(text: string): Uint8Array | undefined {
  const bytes = fromB64(text)
  return bytes && bytes.byteLength > 0 && bytes.byteLength <= KEY_PACKAGE_BYTES_MAX ? bytes : undefined
}

async function credentialOf(devices: KeyPackagesDeps['devices'], { accountId, deviceId }: Asker) {
  const own = (await devices.ofAccounts([accountId])).get(accountId)
  const device = own?.devices.find((one) => one.deviceId === deviceId)
  if (!own || !device) return undefined
  const { deviceKey, signature } = device
  return { accountId, deviceId, accountKey: own.accountKey, deviceKey, signature }
}
