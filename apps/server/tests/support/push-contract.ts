import { alice, bob } from '@visavis/testkit'
import type { DeviceId } from '@visavis/wire'
import { expect, it } from 'vitest'
import type { PushStore, PushSubscription } from '../../src/push/index.ts'

const [A, B] = [alice.accountId, bob.accountId]

export type PushWorld = {
  readonly push: PushStore
  /** Makes a device of the account. */
  addDevice(accountId: PushSubscription['accountId'], deviceId: DeviceId): Promise<void>
  revoke(deviceId: DeviceId): Promise<void>
}

const deviceOf = (number: number) => `d0000000-0000-4000-8000-${String(number).padStart(12, '0')}` as DeviceId
const subscription = (number: number, byte: number, accountId = A): PushSubscription => ({
  deviceId: deviceOf(number),
  accountId,
  endpoint: Uint8Array.of(1, byte),
})
const inOrder = (all: readonly PushSubscription[]) => all.toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1))

/** What every store of subscriptions does. */
export function pushStoreContract(create: () => Promise<PushWorld>): void {
  async function setUp() {
    const world = await create()
    for (const number of [1, 2]) await world.addDevice(A, deviceOf(number))
    await world.addDevice(B, deviceOf(3))
    return world
  }

  it('[K12] [WH5] keeps one per device, the latest, and finds those that are asked for', async () => {
    const { push } = await setUp()
    for (const each of [subscription(1, 1), subscription(2, 2), subscription(3, 3, B), subscription(1, 9)])
      expect(await push.put(each)).toBe(true)
    expect(await push.count()).toBe(3)
    const found = await push.of([deviceOf(1), deviceOf(3), deviceOf(7)])
    expect(inOrder(found)).toEqual([subscription(1, 9), subscription(3, 3, B)])
    expect(await push.of([])).toEqual([])
  })

  it('[K12] forgets one, or exactly the one that is over', async () => {
    const { push } = await setUp()
    await push.put(subscription(1, 1))
    await push.put(subscription(2, 2))
    await push.removeStale(subscription(1, 7))
    expect(await push.of([deviceOf(1)])).toEqual([subscription(1, 1)])
    await push.removeStale(subscription(1, 1))
    await push.remove(deviceOf(2))
    await push.remove(deviceOf(2))
    expect(await push.count()).toBe(0)
  })

  it('[K12] [WH5] forgets it with the device, and takes none of a device that is no more', async () => {
    const { push, revoke } = await setUp()
    await push.put(subscription(1, 1))
    await revoke(deviceOf(1))
    expect(await push.of([deviceOf(1)])).toEqual([])
    expect(await push.put(subscription(1, 2))).toBe(false)
    expect(await push.count()).toBe(0)
  })
}
