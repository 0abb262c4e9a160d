import {
  createAccountKeys,
  createDeviceKeys,
  createKeyPackage,
  joinConversation,
  restoreConversation,
  startConversation,
  type AccountKeys,
  type DeviceKeys,
  type E2eeResult,
  type GroupCode,
  type Group,
  type KeyPackage,
  type SuiteKind,
} from '../src/index.ts'

/** One device of a fuzzed conversation, as the product uses the package. */
export type Device = { readonly account: AccountKeys; readonly keys: DeviceKeys }
export const NOW_MS = Date.UTC(2026, 10, 22)
export const NAME = { conversationId: 'fuzzed', generation: 7 }
const admit = () => true

/** @param owner a device of the same account; without it, somebody new */
export async function createDevice(deviceId: string, owner?: Device): Promise<Device> {
  const account = owner?.account ?? (await createAccountKeys())
  const accountId = owner?.keys.accountId ?? `account of ${deviceId}`
  return { account, keys: await createDeviceKeys({ account, accountId, deviceId }) }
}

export function packageOf(device: Device, suite: SuiteKind): Promise<KeyPackage> {
  return createKeyPackage(device.keys, { suite, nowMs: NOW_MS, isLast: false })
}

export async function start(device: Device, suite: SuiteKind, others: readonly KeyPackage[]) {
  const members = others.map(({ bytes }) => bytes)
  const given = { device: device.keys, suite, name: NAME, members, admit, nowMs: NOW_MS }
  const { group, first } = valueOf(await startConversation(given))
  first.apply()
  return { group, stored: first.nextState, welcome: first.welcome }
}

export async function join(
  device: Device,
  suite: SuiteKind,
  { own, welcome }: { readonly own: KeyPackage; readonly welcome: Uint8Array },
) {
  const keyPackage = (id: string) => Promise.resolve(id === own.id ? own : undefined)
  const given = { device: device.keys, suite, name: NAME, welcome, keyPackage, admit, nowMs: NOW_MS }
  const { group, state } = valueOf(await joinConversation(given))
  return { group, stored: state }
}

export function restore(device: Device, state: Uint8Array): Promise<Group> {
  return restoreConversation({ device: device.keys, state, admit })
}

export function valueOf<T>(result: E2eeResult<T, GroupCode>): T {
  if (!result.ok) throw new Error(`refused: ${result.code}`)
  return result.value
}

export function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && a.length === b.length && a.every((byte, i) => byte === b[i])
}
