import { DAY, HOUR, MINUTE, type Clock, type Log } from '@visavis/ports'
import {
  DEVICES_PER_ACCOUNT_MAX,
  fail,
  fromB64,
  ok,
  STAMP_KEY_DAYS,
  type AccountId,
  type DeviceId,
  type Result,
  type RouteRequest,
} from '@visavis/wire'
import type { Person } from '../http/index.ts'
import type { KeyPackageStore } from './key-package-store.ts'
import type { LinkStore } from './link-store.ts'
import type { DeviceProofs } from './proofs.ts'
import type { AccountDevices, Device, DeviceStore } from './store.ts'

/** How far the clock of a device that proves itself may be off. */
export const BINDING_SKEW_MS_MAX = 5 * MINUTE
/** As long as anything addressed to a device may be about, nobody else takes its id. */
const ID_KEPT_MS = STAMP_KEY_DAYS * DAY
/** Two days less than a key package lives (e2ee limits): a claimed one must not end on the way. */
const PACKAGE_KEPT_MS = 118 * DAY
const LAST_PACKAGE_KEPT_MS = 398 * DAY

const ACCOUNT_KEY_BYTES = 32
const SIGNATURE_BYTES = 64

/** The session that asks. */
export type Asker = Pick<Person, 'accountId' | 'deviceId' | 'sessionId' | 'isRegistered'>
export type DevicesListener = (account: AccountId, removed: readonly DeviceId[]) => void
type Done = Result<Record<string, never>>

/** A short text of a person, sealed for the database and bound to `subject`. */
export type TextSeal = {
  seal(subject: string, text: string): Uint8Array
  open(subject: string, sealed: Uint8Array): string | undefined
}

export type DevicesDeps = {
  readonly clock: Clock
  readonly log: Log
  readonly store: DeviceStore
  readonly links: Pick<LinkStore, 'forgetExpired'>
  readonly keyPackages: Pick<KeyPackageStore, 'forget'>
  readonly proofs: DeviceProofs
  readonly names: TextSeal
  readonly sessions: {
    bind(accountId: AccountId, sessionId: string, deviceId: DeviceId): Promise<boolean>
    endOf(devices: readonly DeviceId[]): Promise<void>
    exists(id: string): Promise<boolean>
  }
}

export type NamedDevice = Omit<Device, 'name'> & { readonly name: string }

/**
 * Devices of accounts [K9]: which there are, under which keys, and which session speaks for which. Public keys only. All
 * reject when the storage is away.
 */
export type Devices = {
  /** Errors: DEVICE_KEY_REFUSED, DEVICE_OTHER_KEY, DEVICE_TOO_MANY, AUTH_REQUIRED. */
  register(asker: Asker, wish: RouteRequest<'registerDevice'>): Promise<Done>
  /** Errors: DEVICE_KEY_REFUSED, AUTH_REQUIRED. */
  bind(asker: Asker, wish: RouteRequest<'bindDevice'>): Promise<Done>
  list(account: AccountId): Promise<{ accountKey: Uint8Array | undefined; devices: readonly NamedDevice[] }>
  /** Errors: NOT_FOUND. */
  rename(account: AccountId, deviceId: DeviceId, name: string): Promise<Done>
  /** Ends its sessions, forgets its key packages, tells the listeners. Errors: NOT_FOUND. */
  revoke(account: AccountId, deviceId: DeviceId): Promise<Done>
  /** Public keys and devices of each account that has any, oldest device first. */
  devicesOf(accounts: readonly AccountId[]): Promise<ReadonlyMap<AccountId, AccountDevices>>
  /** Whose registered device this is. */
  accountOf(deviceId: DeviceId): Promise<AccountId | undefined>
  isRegistered(deviceId: DeviceId): Promise<boolean>
  /** Notes the day a device came. Costs one statement per device and day. */
  seen(deviceId: DeviceId): void
  /** Tells of devices that were added or, with `removed`, revoked. Returns what ends that. */
  onDevicesChanged(listener: DevicesListener): () => void
  /** Begins to forget what is over; returns what ends that. */
  start(): () => void
}

export function createDevices(deps: DevicesDeps): Devices {
  const { clock, log, names, sessions, store } = deps
  const listeners = new Set<DevicesListener>()
  const emit: DevicesListener = (account, removed) => {
    for (const listener of listeners) listener(account, removed)
  }

  async function register(asker: Asker, wish: RouteRequest<'registerDevice'>): Promise<Done> {
    const { accountId } = asker
    const { deviceId } = wish
    const keys = await verifiedKeys(deps.proofs, accountId, wish)
    if (!keys || (await sessions.exists(deviceId))) return fail('DEVICE_KEY_REFUSED')
    const nowMs = clock.nowMs()
    const name = names.seal(deviceId, wish.name)
    const { accountKey, deviceKey, signature } = keys
    const device = { deviceId, accountId, deviceKey, signature, name, createdAtMs: nowMs, lastSeenMs: dayOf(nowMs) }
    const { startAfresh } = wish
    const outcome = await store.add({ device, accountKey, startAfresh, devicesMax: DEVICES_PER_ACCOUNT_MAX })
    if (outcome.kind === 'taken') return fail('DEVICE_KEY_REFUSED')
    if (outcome.kind === 'other-key') return fail('DEVICE_OTHER_KEY')
    if (outcome.kind === 'too-many') return fail('DEVICE_TOO_MANY')
    // Before the sessions of the removed end: this session may be one of them.
    const isBound = await bindTo(asker, deviceId)
    if (outcome.kind === 'added') {
      await sessions.endOf(outcome.removed)
      log.info('device.registered', { account: accountId, count: outcome.removed.length })
      emit(accountId, outcome.removed)
    }
    return isBound ? ok({}) : fail('AUTH_REQUIRED')
  }

  /** False: the session, or the device, is gone. */
  async function bindTo({ accountId, sessionId }: Asker, deviceId: DeviceId): Promise<boolean> {
    const isBound = await sessions.bind(accountId, sessionId, deviceId)
    if ((await store.find(deviceId)) !== undefined) return isBound
    // Revoked meanwhile, and perhaps too early to end this session with the others.
    await sessions.endOf([deviceId])
    return false
  }

  async function bind(asker: Asker, { deviceId, atMs, signature }: RouteRequest<'bindDevice'>): Promise<Done> {
    const device = await store.find(deviceId)
    const proof = bytesOf(signature, SIGNATURE_BYTES)
    const isOnTime = Math.abs(clock.nowMs() - atMs) <= BINDING_SKEW_MS_MAX
    if (device?.accountId !== asker.accountId || !proof || !isOnTime) return fail('DEVICE_KEY_REFUSED')
    const { deviceKey } = device
    const { sessionId } = asker
    const isProven = await deps.proofs.verifyBinding({ deviceId, deviceKey, sessionId, atMs, signature: proof })
    if (!isProven) return fail('DEVICE_KEY_REFUSED')
    return (await bindTo(asker, deviceId)) ? ok({}) : fail('AUTH_REQUIRED')
  }

  async function revoke(account: AccountId, deviceId: DeviceId): Promise<Done> {
    if (!(await store.revoke(account, deviceId, clock.nowMs()))) return fail('NOT_FOUND')
    await sessions.endOf([deviceId])
    log.info('device.revoked', { account })
    emit(account, [deviceId])
    return ok({})
  }

  async function list(account: AccountId) {
    const own = (await store.ofAccounts([account])).get(account)
    // A name that cannot be opened was sealed with another secret; the device is still its owner's to remove.
    const open = (device: Device) => ({ ...device, name: names.open(device.deviceId, device.name) ?? '' })
    return { accountKey: own?.accountKey, devices: (own?.devices ?? []).map(open) }
  }

  const accountOf = async (deviceId: DeviceId) => (await store.find(deviceId))?.accountId

  return {
    register,
    bind,
    list,
    rename: async (account, deviceId, name) =>
      (await store.rename(account, deviceId, names.seal(deviceId, name))) ? ok({}) : fail('NOT_FOUND'),
    revoke,
    devicesOf: store.ofAccounts,
    accountOf,
    isRegistered: async (deviceId) => (await accountOf(deviceId)) !== undefined,
    seen: createSeen(deps),
    onDevicesChanged(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    start: () => startSweeping(deps),
  }
}

const dayOf = (timeMs: number) => timeMs - (timeMs % DAY)

/** The bytes, if the text is exactly so many. */
export function bytesOf(text: string, length: number): Uint8Array<ArrayBuffer> | undefined {
  const bytes = fromB64(text)
  return bytes?.byteLength === length ? bytes : undefined
}

async function verifiedKeys(proofs: DeviceProofs, accountId: AccountId, wish: RouteRequest<'registerDevice'>) {
  const accountKey = bytesOf(wish.accountKey, ACCOUNT_KEY_BYTES)
  const deviceKey = bytesOf(wish.deviceKey, ACCOUNT_KEY_BYTES)
  const signature = bytesOf(wish.signature, SIGNATURE_BYTES)
  if (!accountKey || !deviceKey || !signature) return undefined
  const keys = { accountKey, deviceKey, signature }
  return (await proofs.verifyDevice({ accountId, deviceId: wish.deviceId, ...keys })) ? keys : undefined
}

/** Writes the day of a device once: what was written today is remembered until tomorrow. */
function createSeen({ clock, log, store }: DevicesDeps): Devices['seen'] {
  let day = -1
  const written = new Set<DeviceId>()
  return (deviceId) => {
    const today = dayOf(clock.nowMs())
    if (today !== day) written.clear()
    day = today
    if (written.has(deviceId)) return
    written.add(deviceId)
    store.seen(deviceId, today).catch((error: unknown) => {
      written.delete(deviceId)
      log.warn('devices.seen-failed', { err: error })
    })
  }
}

function startSweeping({ clock, keyPackages, links, log, store }: DevicesDeps): () => void {
  const sweep = (work: Promise<void>) => {
    work.catch((error: unknown) => log.warn('devices.sweep-failed', { err: error }))
  }
  const stops = [
    clock.every(MINUTE, () => sweep(links.forgetExpired(clock.nowMs()))),
    clock.every(HOUR, () => {
      const nowMs = clock.nowMs()
      sweep(store.forgetRevoked(nowMs - ID_KEPT_MS))
      sweep(keyPackages.forget({ onceMs: nowMs - PACKAGE_KEPT_MS, lastMs: nowMs - LAST_PACKAGE_KEPT_MS }))
    }),
  ]
  return () => stops.forEach((stop) => stop())
}
