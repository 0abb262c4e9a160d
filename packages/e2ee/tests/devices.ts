import {
  createAccountKeys,
  createDeviceKeys,
  createKeyPackage,
  joinConversation,
  startConversation,
  type AccountKeys,
  type AdmitDevice,
  type DeviceKeys,
  type Group,
  type KeyPackage,
  type SuiteKind,
} from '../src/index.ts'
import { NOW_MS, valueOf } from './pair.ts'

/** Devices of people who know each other, for tests. Each keeps its own key packages. */
export const NAME = { conversationId: '0b7d7c0e-5a0c-4d8e-9f51-2d2a34f1c001', generation: 1 }
export const everybody: AdmitDevice = () => true

export type TestDevice = {
  readonly account: AccountKeys
  readonly keys: DeviceKeys
  readonly packages: Map<string, KeyPackage>
}

export async function createDevice(accountId: string, deviceId: string, account?: AccountKeys): Promise<TestDevice> {
  const given = account ?? (await createAccountKeys())
  return { account: given, keys: await createDeviceKeys({ account: given, accountId, deviceId }), packages: new Map() }
}

/** A fresh key package, kept by the device. */
export async function packageOf(device: TestDevice, suite: SuiteKind): Promise<Uint8Array> {
  const made = await createKeyPackage(device.keys, { suite, nowMs: NOW_MS, isLast: false })
  device.packages.set(made.id, made)
  return made.bytes
}

export async function start(device: TestDevice, others: readonly TestDevice[], suite: SuiteKind = 'group') {
  const members = await Promise.all(others.map((other) => packageOf(other, suite)))
  const { keys } = device
  const given = { device: keys, suite, name: NAME, members, admit: everybody, nowMs: NOW_MS }
  const { group, first } = valueOf(await startConversation(given))
  first.apply()
  return { group, welcome: first.welcome ?? new Uint8Array(), state: first.nextState }
}

export async function join(device: TestDevice, welcome: Uint8Array, suite: SuiteKind = 'group', admit = everybody) {
  const keyPackage = (id: string) => Promise.resolve(device.packages.get(id))
  const given = { device: device.keys, suite, name: NAME, welcome, keyPackage, admit, nowMs: NOW_MS }
  const joined = await joinConversation(given)
  if (joined.ok) device.packages.delete(joined.value.usedKeyPackage)
  return joined
}

/** One person's device and another's, in one group. */
export async function createConversation(suite: SuiteKind = 'group', names = ['alice', 'bob']) {
  const devices = await Promise.all(names.map((name) => createDevice(name, `${name}-1`)))
  const [first, ...others] = devices
  if (first === undefined) throw new Error('nobody')
  const { group, welcome } = await start(first, others, suite)
  const joined = await Promise.all(others.map(async (other) => valueOf(await join(other, welcome, suite)).group))
  return { devices, groups: [group, ...joined] }
}

export async function sealed(group: Group, plain: Uint8Array, additional = new Uint8Array()): Promise<Uint8Array> {
  const step = await group.seal(plain, additional)
  step.apply()
  return step.ciphertext
}

export async function opened(group: Group, ciphertext: Uint8Array): Promise<Uint8Array> {
  const message = valueOf(await group.open(ciphertext))
  message.apply()
  return message.plain
}
