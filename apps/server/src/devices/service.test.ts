import { DAY } from '@visavis/ports'
import { alice, bob, createFakeClock, createFakeLog } from '@visavis/testkit'
import { toB64, type DeviceId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { createMemoryDeviceStores } from '../../tests/support/memory-people.ts'
import { BINDING_SKEW_MS_MAX, createDevices, type Asker } from './service.ts'

// What is hard to time over HTTP: things that happen at once, days and clocks. The rest is in tests/devices.test.ts.

const DEVICE = 'd0000000-0000-4000-8000-000000000777' as DeviceId
const asker: Asker = {
  accountId: alice.accountId,
  deviceId: alice.deviceId,
  sessionId: alice.deviceId,
  isRegistered: false,
}
const wish = {
  deviceId: DEVICE,
  name: 'laptop',
  accountKey: toB64(new Uint8Array(32)),
  deviceKey: toB64(new Uint8Array(32)),
  signature: toB64(new Uint8Array(64)),
  startAfresh: false,
}

function setUp() {
  const clock = createFakeClock()
  const log = createFakeLog()
  const stores = createMemoryDeviceStores()
  const bound = new Map<string, DeviceId>()
  const during = { bind: async () => {} }
  const changes: { readonly account: string; readonly removed: readonly DeviceId[] }[] = []
  const devices = createDevices({
    clock,
    log,
    store: stores.devices,
    links: stores.links,
    keyPackages: stores.keyPackages,
    proofs: {
      verifyDevice: async () => true,
      verifyBinding: async () => true,
      checkKeyPackage: async () => true,
    },
    names: {
      seal: (_, text) => new TextEncoder().encode(text),
      open: (_, sealed) => new TextDecoder().decode(sealed),
    },
    sessions: {
      async bind(_, sessionId, deviceId) {
        await during.bind()
        bound.set(sessionId, deviceId)
        return true
      },
      async endOf(ended) {
        for (const [session, device] of bound) if (ended.includes(device)) bound.delete(session)
      },
      exists: async () => false,
    },
  })
  devices.onDevicesChanged((account, removed) => void changes.push({ account, removed }))
  return { bound, changes, clock, devices, during, log, stores }
}

describe('devices', () => {
  it('[K9] a device that is revoked while a session binds to it leaves no session bound', async () => {
    const { bound, devices, during } = setUp()
    await devices.register(asker, wish)
    during.bind = async () => void (await devices.revoke(alice.accountId, DEVICE))
    const proof = { deviceId: DEVICE, atMs: createFakeClock().nowMs(), signature: wish.signature }
    expect(await devices.bind(asker, proof)).toEqual({ ok: false, code: 'AUTH_REQUIRED' })
    expect(bound.size).toBe(0)
  })

  it('[K9] a proof counts five minutes before and after, and no longer', async () => {
    const { clock, devices } = setUp()
    await devices.register(asker, wish)
    const bind = (offMs: number) =>
      devices.bind(asker, { deviceId: DEVICE, atMs: clock.nowMs() + offMs, signature: wish.signature })
    for (const offMs of [-BINDING_SKEW_MS_MAX, BINDING_SKEW_MS_MAX]) expect((await bind(offMs)).ok).toBe(true)
    for (const offMs of [-BINDING_SKEW_MS_MAX - 1, BINDING_SKEW_MS_MAX + 1])
      expect(await bind(offMs)).toEqual({ ok: false, code: 'DEVICE_KEY_REFUSED' })
  })

  it('[K9] tells of what was added and revoked, once, and of whose', async () => {
    const { changes, devices } = setUp()
    await devices.register(asker, wish)
    await devices.register(asker, wish)
    expect(await devices.revoke(bob.accountId, DEVICE)).toEqual({ ok: false, code: 'NOT_FOUND' })
    await devices.revoke(alice.accountId, DEVICE)
    expect(changes).toEqual([
      { account: alice.accountId, removed: [] },
      { account: alice.accountId, removed: [DEVICE] },
    ])
    expect(await devices.accountOf(DEVICE)).toBeUndefined()
  })

  it('[A8] notes the day of a visit once, and of no device that is not registered', async () => {
    const { clock, devices, log } = setUp()
    await devices.register(asker, wish)
    await clock.advance(DAY)
    devices.seen(DEVICE)
    devices.seen(bob.deviceId)
    const [device] = (await devices.list(alice.accountId)).devices
    expect(device?.lastSeenMs).toBe(clock.nowMs() - (clock.nowMs() % DAY))
    expect(log.text()).not.toContain('laptop')
  })

  it('[A8] forgets the ids of revoked devices after 32 days', async () => {
    const { clock, devices } = setUp()
    const stop = devices.start()
    await devices.register(asker, wish)
    await devices.revoke(alice.accountId, DEVICE)
    await clock.advance(31 * DAY)
    expect(await devices.register(asker, wish)).toEqual({ ok: false, code: 'DEVICE_KEY_REFUSED' })
    await clock.advance(2 * DAY)
    expect((await devices.register(asker, wish)).ok).toBe(true)
    stop()
  })
})
