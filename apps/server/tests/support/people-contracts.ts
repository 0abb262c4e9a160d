import { alice, bob, carol } from '@visavis/testkit'
import type { AccountId, CallId, ConversationId, DeviceId, LinkId } from '@visavis/wire'
import { expect, it } from 'vitest'
import type { Contact, ContactStore } from '../../src/contacts/index.ts'
import type { Device, DeviceStore, KeyPackageStore, LinkStore } from '../../src/devices/index.ts'

/** What stores of devices and contacts must do; see `store-contracts.ts` for how these suites are run. */

const uuid = (kind: string, number: number) => `${kind}0000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill)
const AT_MS = 1_767_225_600_000

function device(number: number, accountId: AccountId, more: Partial<Device> = {}): Device {
  return {
    deviceId: uuid('d', number) as DeviceId,
    accountId,
    deviceKey: bytes(32, number),
    signature: bytes(64, number),
    name: bytes(20, number),
    createdAtMs: AT_MS + number,
    lastSeenMs: AT_MS,
    ...more,
  }
}

type Wish = Partial<Omit<Parameters<DeviceStore['add']>[0], 'device'>>
const add = (store: DeviceStore, one: Device, more: Wish = {}) =>
  store.add({ device: one, accountKey: bytes(32, 200), startAfresh: false, devicesMax: 2, ...more })

export type DeviceStores = { devices: DeviceStore; keyPackages: KeyPackageStore; links: LinkStore }

export function deviceStoreContract(create: () => Promise<DeviceStores>): void {
  it('[K9] keeps devices under the key of their account, and adding one again adds nothing', async () => {
    const { devices } = await create()
    const [first, second] = [device(1, alice.accountId), device(2, alice.accountId)]
    expect(await add(devices, first)).toEqual({ kind: 'added', removed: [] })
    expect(await add(devices, first)).toEqual({ kind: 'known' })
    expect(await add(devices, second)).toEqual({ kind: 'added', removed: [] })
    expect(await devices.find(first.deviceId)).toEqual(first)
    const found = await devices.ofAccounts([alice.accountId, bob.accountId])
    expect([...found]).toEqual([[alice.accountId, { accountKey: bytes(32, 200), devices: [first, second] }]])
    expect(await devices.ofAccounts([])).toEqual(new Map())
  })

  it('[K9] refuses one device too many, another account key, and an id that is taken', async () => {
    const { devices } = await create()
    await add(devices, device(1, alice.accountId))
    const otherKey = { accountKey: bytes(32, 201) }
    expect(await add(devices, device(2, alice.accountId), otherKey)).toEqual({ kind: 'other-key' })
    expect(await add(devices, device(1, bob.accountId))).toEqual({ kind: 'taken' })
    expect(await devices.ofAccounts([bob.accountId])).toEqual(new Map())
    const rekeyed = device(1, alice.accountId, { deviceKey: bytes(32, 9) })
    expect(await add(devices, rekeyed)).toEqual({ kind: 'taken' })
    await add(devices, device(2, alice.accountId))
    expect(await add(devices, device(3, alice.accountId))).toEqual({ kind: 'too-many' })
  })

  it('[K9] of many devices that come at once no more than the bound are taken', async () => {
    const { devices } = await create()
    const wishes = [1, 2, 3, 4, 5].map((number) => add(devices, device(number, alice.accountId)))
    const kinds = (await Promise.all(wishes)).map((outcome) => outcome.kind)
    expect(kinds.toSorted()).toEqual(['added', 'added', 'too-many', 'too-many', 'too-many'])
  })

  it('[K9] of two accounts that name one id at once exactly one gets it', async () => {
    const { devices } = await create()
    const outcomes = await Promise.all([
      add(devices, device(1, alice.accountId)),
      add(devices, device(1, bob.accountId)),
    ])
    expect(outcomes.map((outcome) => outcome.kind).toSorted()).toEqual(['added', 'taken'])
  })

  it('[K9] starting afresh replaces the key and revokes every other device', async () => {
    const { devices } = await create()
    await add(devices, device(1, alice.accountId))
    await add(devices, device(2, alice.accountId))
    await add(devices, device(3, bob.accountId))
    const afresh = { accountKey: bytes(32, 201), startAfresh: true }
    const outcome = await add(devices, device(4, alice.accountId), afresh)
    expect(outcome).toEqual({ kind: 'added', removed: [uuid('d', 1), uuid('d', 2)] })
    const own = (await devices.ofAccounts([alice.accountId])).get(alice.accountId)
    expect(own).toEqual({ accountKey: bytes(32, 201), devices: [device(4, alice.accountId)] })
    expect(await devices.find(uuid('d', 3) as DeviceId)).toBeDefined()
  })

  it('[K9] the id of a revoked device is nobody’s for a while', async () => {
    const { devices } = await create()
    const mine = device(1, alice.accountId)
    await add(devices, mine)
    expect(await devices.revoke(bob.accountId, mine.deviceId, AT_MS)).toBe(false)
    expect(await devices.revoke(alice.accountId, mine.deviceId, AT_MS)).toBe(true)
    expect(await devices.revoke(alice.accountId, mine.deviceId, AT_MS)).toBe(false)
    expect(await devices.find(mine.deviceId)).toBeUndefined()
    expect(await add(devices, device(1, bob.accountId))).toEqual({ kind: 'taken' })
    await devices.forgetRevoked(AT_MS)
    expect(await add(devices, device(1, bob.accountId))).toEqual({ kind: 'taken' })
    await devices.forgetRevoked(AT_MS + 1)
    expect(await add(devices, device(1, bob.accountId))).toMatchObject({ kind: 'added' })
  })

  it('[K9] renames for the owner only, and notes a later day only', async () => {
    const { devices } = await create()
    const { deviceId } = device(1, alice.accountId)
    await add(devices, device(1, alice.accountId))
    expect(await devices.rename(bob.accountId, deviceId, bytes(5, 5))).toBe(false)
    expect(await devices.rename(alice.accountId, deviceId, bytes(5, 5))).toBe(true)
    await devices.seen(deviceId, AT_MS + 10)
    await devices.seen(deviceId, AT_MS + 5)
    expect(await devices.find(deviceId)).toMatchObject({ name: bytes(5, 5), lastSeenMs: AT_MS + 10 })
  })
}

const ONE = uuid('d', 1) as DeviceId
const TWO = uuid('d', 2) as DeviceId

export function keyPackageStoreContract(create: () => Promise<DeviceStores>): void {
  type More = { readonly last?: Uint8Array; readonly keptMax?: number; readonly nowMs?: number }
  async function setUp() {
    const stores = await create()
    await add(stores.devices, device(1, alice.accountId))
    await add(stores.devices, device(2, bob.accountId))
    const upload = (deviceId: DeviceId, fills: readonly number[], more: More = {}) =>
      stores.keyPackages.add({
        deviceId,
        suite: 'pair',
        packages: fills.map((fill) => bytes(9, fill)),
        last: more.last,
        keptMax: more.keptMax ?? 40,
        nowMs: more.nowMs ?? AT_MS,
      })
    const claim = async (devices: readonly DeviceId[]) => {
      const claimed = await stores.keyPackages.claim(devices, 'pair')
      return devices.map((deviceId) => claimed.get(deviceId)?.[0])
    }
    return { ...stores, upload, claim }
  }

  it('[K9] gives each key package once, the oldest first, then the last one again and again', async () => {
    const { claim, upload } = await setUp()
    await upload(ONE, [1, 2], { last: bytes(9, 99) })
    await upload(TWO, [7])
    expect(await claim([ONE, TWO])).toEqual([1, 7])
    expect(await claim([ONE, TWO])).toEqual([2, undefined])
    expect(await claim([ONE, TWO])).toEqual([99, undefined])
    expect(await claim([ONE])).toEqual([99])
  })

  it('[K9] never gives one to two who claim at once', async () => {
    const { claim, upload } = await setUp()
    await upload(ONE, [1, 2, 3, 4, 5, 6], { last: bytes(9, 99) })
    const claims = await Promise.all(Array.from({ length: 12 }, () => claim([ONE])))
    const once = claims.flat().filter((fill) => fill !== 99)
    expect(new Set(once).size).toBe(once.length)
    // A claim passes over what another is just taking, so that some may be left; none is lost.
    const left = await Promise.all(Array.from({ length: 6 }, () => claim([ONE])))
    const rest: (number | undefined)[] = [...once, ...left.flat().filter((fill) => fill !== 99)]
    expect(new Set(rest).size).toBe(rest.length)
  })

  it('[K9] keeps suites apart, counts, and holds no more than the bound', async () => {
    const { keyPackages, claim, upload } = await setUp()
    await upload(ONE, [1, 2, 3], { last: bytes(9, 98) })
    await upload(ONE, [4], { last: bytes(9, 99), keptMax: 2 })
    const group = { deviceId: ONE, suite: 'group', packages: [bytes(9, 50)], last: undefined } as const
    await keyPackages.add({ ...group, keptMax: 2, nowMs: AT_MS })
    expect(await keyPackages.count(ONE)).toEqual({ pair: 2, group: 1, hasLast: { pair: true, group: false } })
    expect([await claim([ONE]), await claim([ONE]), await claim([ONE])].flat()).toEqual([3, 4, 99])
    expect(await keyPackages.count(ONE)).toEqual({ pair: 0, group: 1, hasLast: { pair: true, group: false } })
    expect(await keyPackages.claim([], 'pair')).toEqual(new Map())
  })

  it('[K9] a revoked device has none and gets none', async () => {
    const { claim, devices, keyPackages, upload } = await setUp()
    await upload(ONE, [1], { last: bytes(9, 99) })
    await devices.revoke(alice.accountId, ONE, AT_MS)
    expect(await claim([ONE])).toEqual([undefined])
    await upload(ONE, [2])
    expect(await keyPackages.count(ONE)).toMatchObject({ pair: 0 })
  })

  it('[K9] drops what is too old, the last ones later than the others', async () => {
    const { keyPackages, upload } = await setUp()
    await upload(ONE, [1], { last: bytes(9, 99), nowMs: AT_MS })
    await upload(ONE, [2], { nowMs: AT_MS + 10 })
    await keyPackages.forget({ onceMs: AT_MS + 5, lastMs: AT_MS })
    expect(await keyPackages.count(ONE)).toMatchObject({ pair: 1, hasLast: { pair: true } })
    await keyPackages.forget({ onceMs: AT_MS, lastMs: AT_MS + 5 })
    expect(await keyPackages.count(ONE)).toMatchObject({ pair: 1, hasLast: { pair: false } })
  })
}

export function linkStoreContract(create: () => Promise<DeviceStores>): void {
  const link = (number: number, sessionId = uuid('e', 1)) => ({
    linkId: uuid('f', number) as LinkId,
    accountId: alice.accountId,
    sessionId,
    expiresAtMs: AT_MS + 100,
  })

  it('[K9] a link carries one answer of its account to the session that opened it, once', async () => {
    const { links } = await create()
    const { linkId, sessionId } = link(1)
    await links.open(link(1))
    expect(await links.read(sessionId, linkId, AT_MS)).toBeNull()
    expect(await links.answer(bob.accountId, linkId, bytes(4, 1), AT_MS)).toBe(false)
    expect(await links.answer(alice.accountId, linkId, bytes(4, 2), AT_MS)).toBe(true)
    expect(await links.answer(alice.accountId, linkId, bytes(4, 3), AT_MS)).toBe(false)
    expect(await links.read(uuid('e', 2), linkId, AT_MS)).toBeUndefined()
    expect(await links.read(sessionId, linkId, AT_MS)).toEqual(bytes(4, 2))
    expect(await links.read(sessionId, linkId, AT_MS)).toBeUndefined()
  })

  it('[K9] a link is over after its time, and when its session opens another', async () => {
    const { links } = await create()
    const { linkId, sessionId } = link(1)
    await links.open(link(1))
    expect(await links.answer(alice.accountId, linkId, bytes(4, 1), AT_MS + 100)).toBe(false)
    expect(await links.read(sessionId, linkId, AT_MS + 100)).toBeUndefined()
    await links.open(link(2))
    expect(await links.read(sessionId, linkId, AT_MS)).toBeUndefined()
    await links.forgetExpired(AT_MS + 100)
    expect(await links.read(sessionId, link(2).linkId, AT_MS)).toBeUndefined()
  })
}

function contact(number: number, a: AccountId, b: AccountId, more: Partial<Contact> = {}): Contact {
  const conversationId = uuid('c', number) as ConversationId
  return { a, b, conversationId, state: 'open', requestedBy: undefined, sinceMs: AT_MS + number, ...more }
}

const CALL = uuid('c', 77) as CallId

export function contactStoreContract(create: () => Promise<ContactStore>): void {
  it('[M17] keeps one contact per pair, found by either and by its conversation', async () => {
    const store = await create()
    const open = contact(1, alice.accountId, bob.accountId)
    expect(await store.change(open, (standing) => standing ?? open)).toEqual(open)
    expect(await store.find(open)).toEqual(open)
    expect(await store.findByConversation(open.conversationId)).toEqual(open)
    const later = contact(2, alice.accountId, carol.accountId)
    await store.change(later, () => later)
    expect(await store.ofAccount(alice.accountId, 'open', 9)).toEqual([later, open])
    expect(await store.ofAccount(alice.accountId, 'open', 1)).toEqual([later])
    expect(await store.ofAccount(bob.accountId, 'open', 9)).toEqual([open])
    expect(await store.count(alice.accountId, 'open')).toBe(2)
    expect(await store.count(alice.accountId, 'request')).toBe(0)
  })

  it('[K7] changes one after the other, each seeing what the one before made', async () => {
    const store = await create()
    const asked = contact(1, alice.accountId, bob.accountId, { state: 'request', requestedBy: alice.accountId })
    await store.change(asked, () => asked)
    const seen: (string | undefined)[] = []
    const accept = () =>
      store.change(asked, (standing) => {
        seen.push(standing?.state)
        return standing?.state === 'request' ? { ...standing, state: 'open', requestedBy: undefined } : undefined
      })
    const outcomes = await Promise.all([accept(), accept(), accept()])
    expect(seen).toEqual(['request', 'open', 'open'])
    expect(outcomes.filter((outcome) => outcome !== undefined)).toHaveLength(1)
    expect(await store.find(asked)).toEqual({ ...asked, state: 'open', requestedBy: undefined })
  })

  it('[K7] a new code takes the place of the old one, and none is found when it is off', async () => {
    const store = await create()
    await store.setCode(alice.accountId, bytes(32, 1), bytes(9, 1))
    await store.setCode(alice.accountId, bytes(32, 2), bytes(9, 2))
    expect(await store.ownerOf(bytes(32, 1))).toBeUndefined()
    expect(await store.ownerOf(bytes(32, 2))).toBe(alice.accountId)
    expect(await store.codeOf(alice.accountId)).toEqual(bytes(9, 2))
    await store.clearCode(alice.accountId)
    expect(await store.ownerOf(bytes(32, 2))).toBeUndefined()
    expect(await store.codeOf(alice.accountId)).toBeUndefined()
  })

  it('[M17] keeps who said yes in a call until it is taken, by one of all who try, or taken back', async () => {
    const store = await create()
    await store.keep(CALL, alice.accountId, AT_MS)
    await store.keep(CALL, alice.accountId, AT_MS + 1)
    expect(await store.keepers(CALL)).toEqual([alice.accountId])
    await store.unkeep(CALL, alice.accountId)
    expect(await store.keepers(CALL)).toEqual([])
    await store.keep(CALL, alice.accountId, AT_MS)
    await store.keep(CALL, bob.accountId, AT_MS)
    expect((await store.keepers(CALL)).toSorted()).toEqual([alice.accountId, bob.accountId])
    const taken = await Promise.all([store.takeKeeps(CALL), store.takeKeeps(CALL), store.takeKeeps(CALL)])
    expect(taken.filter(Boolean)).toHaveLength(1)
    await store.keep(CALL, alice.accountId, AT_MS)
    await store.forgetKeeps(AT_MS + 1)
    expect(await store.keepers(CALL)).toEqual([])
  })
}
