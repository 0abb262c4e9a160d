import { alice, bob, carol, createFakeClock, createFakeLog, createSeededRandom, settle } from '@visavis/testkit'
import type { AccountId, DeviceId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { createMemoryPushStore } from '../../tests/support/memory-push.ts'
import { createWordsSeal } from '../reports/index.ts'
import { KNOWN_HOSTS } from './hosts.ts'
import type { PushRequest } from './post.ts'
import { createPush, type PushDeps } from './service.ts'
import { AGAIN_FAILED_MS, AGAIN_MS, GRACE_MS } from './waker.ts'

const deviceOf = (number: number) => `d0000000-0000-4000-8000-${String(number).padStart(12, '0')}` as DeviceId
const ENDPOINT = 'https://fcm.googleapis.com/fcm/send/dGhlIGFkZHJlc3M'
const [A, B, C] = [alice.accountId, bob.accountId, carol.accountId]
const personOf = (number: number, accountId: AccountId = A) => ({
  accountId,
  deviceId: deviceOf(number),
  isRegistered: true,
})

function setUp(more: Partial<PushDeps> = {}) {
  const clock = createFakeClock()
  const log = createFakeLog()
  const world = createMemoryPushStore()
  const asked: PushRequest[] = []
  const service = { status: 201, away: false, held: undefined as Promise<void> | undefined }
  const push = createPush({
    clock,
    log,
    store: world.push,
    seal: createWordsSeal({ key: new Uint8Array(32).fill(3), random: createSeededRandom(1) }),
    hosts: KNOWN_HOSTS,
    subject: 'https://visavis.example',
    seed: new Uint8Array(32).fill(4),
    post: async (request) => {
      asked.push(request)
      await service.held
      if (service.away) throw new Error(`no way to ${request.url.href}`)
      return service.status
    },
    ...more,
  })
  return {
    ...world,
    clock,
    log,
    asked,
    service,
    pushes: push,
    /** A device that can be woken. */
    async asleep(number: number, accountId: AccountId = A, endpoint = ENDPOINT) {
      await world.addDevice(accountId, deviceOf(number))
      expect(await push.subscribe(personOf(number, accountId), endpoint)).toEqual({ ok: true, value: {} })
      return deviceOf(number)
    },
    async later(ms: number) {
      await clock.advance(ms)
      await settle()
    },
  }
}

describe('[K12] saying where to push to', () => {
  it('[K12] [WH5] is for registered devices, each for itself, and only of services the server sends to', async () => {
    const { addDevice, pushes } = setUp()
    await addDevice(A, deviceOf(1))
    const unlinked = { ...personOf(1), isRegistered: false }
    expect(await pushes.state(personOf(1))).toMatchObject({ value: { isOn: false } })
    expect(await pushes.subscribe(unlinked, ENDPOINT)).toEqual({ ok: false, code: 'DEVICE_REQUIRED' })
    expect(await pushes.subscribe(personOf(1), 'https://evil.example/x')).toEqual({ ok: false, code: 'PUSH_REFUSED' })
    expect(await pushes.subscribe(personOf(9), ENDPOINT)).toEqual({ ok: false, code: 'DEVICE_REQUIRED' })
    expect(await pushes.subscribe(personOf(1), ENDPOINT)).toEqual({ ok: true, value: {} })
    expect(await pushes.state(personOf(1))).toMatchObject({ value: { isOn: true } })
    expect(await pushes.state(unlinked)).toMatchObject({ value: { isOn: false } })
    expect(await pushes.state(personOf(2, B))).toMatchObject({ value: { isOn: false } })
    expect(await pushes.unsubscribe(unlinked)).toEqual({ ok: false, code: 'DEVICE_REQUIRED' })
    expect(await pushes.unsubscribe(personOf(2, B))).toEqual({ ok: true, value: {} })
    expect(await pushes.count()).toBe(1)
    expect(await pushes.unsubscribe(personOf(1))).toEqual({ ok: true, value: {} })
    expect(await pushes.count()).toBe(0)
  })

  it('[K12] the address is sealed where it is kept, and opens for its device only', async () => {
    const { asleep, push, pushes, asked, later } = setUp()
    const device = await asleep(1)
    const [kept] = await push.of([device])
    expect(Buffer.from(kept?.endpoint ?? []).toString('latin1')).not.toContain('fcm')
    // Moved to another device by whoever holds the database: it opens nothing, and is forgotten.
    const other = await asleep(2, B)
    await push.put({ deviceId: other, accountId: B, endpoint: kept?.endpoint ?? new Uint8Array() })
    pushes.waits(other, A)
    await later(GRACE_MS)
    expect(asked).toEqual([])
    expect(await push.of([other])).toEqual([])
  })

  it('[K12] without a push service the server says so, and looks for nobody', async () => {
    const { addDevice, push, pushes, later, asked } = setUp({ hosts: [] })
    await addDevice(A, deviceOf(1))
    expect(await pushes.state(personOf(1))).toEqual({ ok: true, value: { publicKey: null, isOn: false } })
    expect(await pushes.subscribe(personOf(1), ENDPOINT)).toEqual({ ok: false, code: 'PUSH_REFUSED' })
    await push.put({ deviceId: deviceOf(1), accountId: A, endpoint: Uint8Array.of(1) })
    pushes.waits(deviceOf(1), B)
    await later(AGAIN_MS)
    expect(asked).toEqual([])
  })

  it('[K12] the key is the same on every node and after every start, and is a point of the curve', async () => {
    const keyOf = async (seed: number) => {
      const state = await setUp({ seed: new Uint8Array(32).fill(seed) }).pushes.state(personOf(1))
      return state.ok ? state.value.publicKey : undefined
    }
    expect(await keyOf(4)).toBe(await keyOf(4))
    expect(await keyOf(4)).not.toBe(await keyOf(5))
    expect(Buffer.from((await keyOf(4)) ?? '', 'base64url')[0]).toBe(4)
  })
})

describe('[K12] [WV8] waking', () => {
  it('[WV8] sends nothing but the wish to wake: no body, nothing that differs from one message to another', async () => {
    const { asleep, pushes, asked, later } = setUp()
    const [one, other] = [await asleep(1), await asleep(2, B)]
    pushes.waits(one, B)
    pushes.waits(other, A)
    await later(GRACE_MS)
    expect(asked).toHaveLength(2)
    const [first, second] = asked.map(({ url, mayBePrivate, headers: { Authorization, ...rest } }) => {
      expect(Authorization).toMatch(/^vapid t=[\w-]+\.[\w-]+\.[\w-]+, k=[\w-]{87}$/)
      return { href: url.href, mayBePrivate, rest }
    })
    expect(first).toEqual(second)
    expect(first).toEqual({
      href: ENDPOINT,
      mayBePrivate: false,
      rest: { TTL: '2419200', 'Content-Length': '0', Urgency: 'normal', Topic: 'messages' },
    })
  })

  it('[WV8] once, however much waits, until the device is back or half an hour has passed', async () => {
    const { asleep, pushes, asked, later } = setUp()
    const device = await asleep(1)
    for (let count = 0; count < 50; count += 1) pushes.waits(device, count % 2 ? B : C)
    await later(GRACE_MS)
    expect(asked).toHaveLength(1)
    pushes.waits(device, B)
    await later(AGAIN_MS - GRACE_MS - 1)
    expect(asked).toHaveLength(1)
    await later(GRACE_MS + 1)
    pushes.waits(device, B)
    await later(GRACE_MS)
    expect(asked).toHaveLength(2)
    pushes.deviceBack(device)
    pushes.waits(device, B)
    await later(GRACE_MS)
    expect(asked).toHaveLength(3)
  })

  it('[WV8] nobody who is back within a moment, and nobody for what their own account has written', async () => {
    const { asleep, pushes, asked, later } = setUp()
    const device = await asleep(1)
    pushes.waits(device, B)
    await later(GRACE_MS - 1)
    pushes.deviceBack(device)
    await later(GRACE_MS)
    pushes.waits(device, A)
    await later(GRACE_MS)
    expect(asked).toHaveLength(0)
    pushes.waits(device, A)
    pushes.waits(device, B)
    await later(GRACE_MS)
    expect(asked).toHaveLength(1)
  })

  it('[WH5] an address that is over is forgotten, and not the one that has come in its place', async () => {
    const { asleep, push, pushes, asked, service, later } = setUp()
    const device = await asleep(1)
    for (const status of [404, 410]) {
      service.status = status
      await asleep(1)
      pushes.deviceBack(device)
      pushes.waits(device, B)
      await later(GRACE_MS)
      expect(await push.of([device])).toEqual([])
    }
    let release = () => {}
    service.held = new Promise((resolve) => (release = resolve))
    await asleep(1)
    pushes.deviceBack(device)
    pushes.waits(device, B)
    await later(GRACE_MS)
    expect(asked).toHaveLength(3)
    await asleep(1)
    release()
    await settle()
    expect(await push.of([device])).toHaveLength(1)
    expect(pushes.figures()).toEqual({ sent: 0, failed: 0, gone: 3, dropped: 0 })
  })

  it('[K12] a service that does not take it is asked again a little later; what went wrong is counted and not told', async () => {
    const { asleep, push, pushes, asked, service, later, log } = setUp()
    const device = await asleep(1)
    const attempt = async (change: Partial<typeof service>) => {
      Object.assign(service, change)
      pushes.waits(device, B)
      await later(AGAIN_FAILED_MS + GRACE_MS)
    }
    await attempt({ away: true })
    await attempt({ away: false, status: 503 })
    await attempt({ status: 302 })
    await attempt({ status: 201 })
    await attempt({})
    expect(asked).toHaveLength(4)
    expect(pushes.figures()).toEqual({ sent: 1, failed: 3, gone: 0, dropped: 0 })
    expect(await push.of([device])).toHaveLength(1)
    expect(log.text()).not.toContain('fcm')
  })

  it('[K12] a storage that is away costs a push, is told without whom, and does not keep the next one', async () => {
    const world = createMemoryPushStore()
    let isAway = true
    const of: typeof world.push.of = async (devices) => {
      if (isAway) throw new Error('Connection terminated')
      return world.push.of(devices)
    }
    const { pushes, asked, later, log } = setUp({ store: { ...world.push, of } })
    await world.addDevice(A, deviceOf(1))
    await pushes.subscribe(personOf(1), ENDPOINT)
    pushes.waits(deviceOf(1), B)
    await later(GRACE_MS)
    expect(log.text()).toContain('push.look-failed')
    expect(log.text()).not.toContain(deviceOf(1).slice(-12))
    isAway = false
    pushes.waits(deviceOf(1), B)
    await later(GRACE_MS)
    expect(asked).toHaveLength(1)
  })

  it('[K12] few at a time, a bounded number in wait, and none once the server ends', async () => {
    const { asleep, pushes, asked, service, later } = setUp()
    let release = () => {}
    service.held = new Promise((resolve) => (release = resolve))
    for (let number = 0; number < 1_020; number += 1) pushes.waits(await asleep(number), B)
    await later(GRACE_MS)
    expect(asked).toHaveLength(8)
    expect(pushes.figures().dropped).toBe(20)
    release()
    await settle()
    await later(1)
    expect(asked.length).toBeGreaterThan(8)
    pushes.stop()
    pushes.deviceBack(deviceOf(1))
    const before = asked.length
    pushes.waits(deviceOf(1), B)
    await later(AGAIN_MS)
    expect(asked).toHaveLength(before)
  })
})
