import * as realE2ee from '@visavis/e2ee'
import type { AccountKeys, DeviceKeys } from '@visavis/e2ee'
import { createFakeClock, createFakeLog, createSeededRandom, settle } from '@visavis/testkit'
import { toB64, type AccountId, type ConversationId, type DeviceId } from '@visavis/wire'
import type { Core, CoreEvent } from '../../core-types.ts'
import { createCore } from '../create-core.ts'
import type { E2ee } from '../ports.ts'
import { createConversationsModel, type ModelDevice } from './conversations-model.ts'
import { countE2ee } from './counted-e2ee.ts'
import { createFakeNetwork, type FakeNetwork, type Weather } from './fake-network.ts'
import { createSteppedClock } from './stepped-clock.ts'
import { createMortalVault, type MortalVault, type Shelves } from './mortal-vault.ts'

/** A device of the simulation: what it has stored outlives its tabs, its core does not. */
export type SimDevice = {
  readonly name: string
  readonly model: ModelDevice
  readonly network: FakeNetwork
  readonly shelves: Shelves
  core: Core | undefined
  vault: MortalVault | undefined
  /** What its tabs were told, over all lives. */
  readonly events: CoreEvent[]
  /** Its group states were thrown away at some time, so it may hold messages it could not open. */
  isDamaged: boolean
}

export const STEP_MS = 25
const RESTART_MS_MAX = 4_000

/** Accounts with devices, real encryption, a model of the server and a seeded network, on one clock. */
export async function createWorld(options: {
  readonly seed: number | bigint
  readonly weather?: Weather
  readonly e2ee?: Partial<E2ee>
}) {
  // The MLS library compares lifetimes with the true time; everything else goes by this clock.
  const fakeClock = createFakeClock(Date.now())
  const clock = createSteppedClock(fakeClock, STEP_MS)
  const random = createSeededRandom(options.seed)
  const log = createFakeLog()
  const e2ee = countE2ee({ ...realE2ee, ...options.e2ee })
  const devices: SimDevice[] = []
  const accounts = new Map<AccountId, AccountKeys>()
  let weather: Weather = options.weather ?? { delayMs: 20, jitterMs: 60, loss: 0 }
  const model = createConversationsModel({
    nowMs: () => Math.trunc(clock.nowMs()),
    delivered: (device) => devices.find((each) => each.model === device)?.network.push(),
  })

  async function addAccount(): Promise<AccountId> {
    const accountId = random.uuid() as AccountId
    const keys = await realE2ee.createAccountKeys()
    accounts.set(accountId, keys)
    model.accounts.set(accountId, { accountId, accountKey: toB64(keys.publicKey), devices: [] })
    return accountId
  }

  function addConversation(kind: 'pair' | 'group', members: readonly AccountId[]): ConversationId {
    const conversationId = random.uuid() as ConversationId
    model.conversations.set(conversationId, {
      conversationId,
      kind,
      members,
      generation: 0,
      epoch: 0,
      roster: [],
      since: new Map(),
      position: 0,
    })
    return conversationId
  }

  async function addDevice(accountId: AccountId): Promise<SimDevice> {
    const account = accounts.get(accountId)
    const known = model.accounts.get(accountId)
    if (!account || !known) throw new Error('no such account')
    const keys = await realE2ee.createDeviceKeys({ account, accountId, deviceId: random.uuid() })
    const modelDevice: ModelDevice = {
      deviceId: keys.deviceId as DeviceId,
      accountId,
      deviceKey: toB64(keys.deviceKey),
      signature: toB64(keys.signature),
      packages: { pair: [], group: [] },
      last: {},
      seq: 0,
      mail: [],
      isRevoked: false,
    }
    known.devices.push(modelDevice)
    const network = createFakeNetwork({ clock, random, model, device: modelDevice, weather: () => weather })
    const device: SimDevice = {
      name: `${accountId.slice(0, 4)}/${modelDevice.deviceId.slice(0, 4)}`,
      model: modelDevice,
      network,
      shelves: new Map(),
      core: undefined,
      vault: undefined,
      events: [],
      isDamaged: false,
    }
    devices.push(device)
    await open(device, keys)
    tellAll()
    return device
  }

  /** A tab of the device; when it dies, another is opened some time later. */
  async function open(device: SimDevice, keys: DeviceKeys): Promise<void> {
    const vault = createMortalVault(device.shelves, () => {
      device.core?.stop()
      device.network.cut()
      device.network.attach(undefined)
      device.core = undefined
      device.vault = undefined
      if (!device.model.isRevoked) clock.after(random.below(RESTART_MS_MAX), () => void open(device, keys))
    })
    const core = createCore({
      clock,
      random,
      log,
      vault,
      e2ee,
      api: device.network.api,
      uplink: device.network.uplink,
      self: { accountId: device.model.accountId, device: keys },
      serverNowMs: () => Math.trunc(clock.nowMs()),
      admit: () => (credential) => {
        const known = accounts.get(credential.accountId as AccountId)
        return known !== undefined && toB64(known.publicKey) === toB64(credential.accountKey)
      },
      keyPackageCount: 3,
    })
    core.on((event) => void device.events.push(event))
    device.vault = vault
    await core.start()
    if (device.vault !== vault) return
    device.core = core
    device.network.attach(core)
    device.network.connect()
  }

  const tellAll = () => {
    for (const { network } of devices) network.changed()
  }

  function revoke(device: SimDevice): void {
    device.model.isRevoked = true
    for (const conversation of model.conversations.values())
      conversation.roster = conversation.roster.filter((id) => id !== device.model.deviceId)
    device.vault?.die()
    tellAll()
  }

  /** What an owner does: takes an account out of a group, or in. */
  function setMembers(conversationId: ConversationId, members: readonly AccountId[]): void {
    model.setMembers(conversationId, members)
    tellAll()
  }

  /** Lets everything that is ready happen, cryptography included, without moving the clock. */
  async function rest(): Promise<void> {
    await settle(2)
    while (e2ee.underWay() > 0) await settle(2)
  }

  function close(): void {
    for (const device of devices) {
      device.model.isRevoked = true
      device.vault?.die()
    }
  }

  return {
    clock,
    random,
    log,
    model,
    devices,
    live: () => devices.filter(({ core }) => core !== undefined),
    setWeather: (next: Weather) => void (weather = next),
    addAccount,
    addConversation,
    addDevice,
    revoke,
    setMembers,
    run: (ms: number) => clock.run(ms, rest),
    /** Moves the wall clock on, and nothing else. */
    skip: (ms: number) => fakeClock.setNowMs(fakeClock.nowMs() + ms),
    close,
  }
}
export type World = Awaited<ReturnType<typeof createWorld>>
