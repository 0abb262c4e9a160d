import { describe, expect, it } from 'vitest'
import {
  createConversation,
  createDevice,
  everybody,
  join,
  NAME,
  opened,
  packageOf,
  sealed,
  start,
  type TestDevice,
} from '../../tests/devices.ts'
import { flipped, itemAt, NOW_MS, valueOf } from '../../tests/pair.ts'
import { createKeyPackage, joinConversation, startConversation, type AdmitDevice } from '../index.ts'

const OPEN_FAILED = { ok: false, code: 'E2EE_OPEN_FAILED' }
const plain = new TextEncoder().encode('hello')
const alice = await createDevice('alice', 'alice-1')
const bob = await createDevice('bob', 'bob-1')

type Overrides = Partial<Parameters<typeof startConversation>[0]>
const startWith = (members: readonly Uint8Array[], overrides: Overrides = {}) =>
  startConversation({
    device: alice.keys,
    suite: 'group',
    name: NAME,
    members,
    admit: everybody,
    nowMs: NOW_MS,
    ...overrides,
  })
const joinWith = (
  device: TestDevice,
  welcome: Uint8Array,
  overrides: Partial<Parameters<typeof joinConversation>[0]>,
) =>
  joinConversation({
    device: device.keys,
    suite: 'group',
    name: NAME,
    welcome,
    keyPackage: (id) => Promise.resolve(device.packages.get(id)),
    admit: everybody,
    nowMs: NOW_MS,
    ...overrides,
  })

describe('starting', () => {
  it.each(['pair', 'group'] as const)(
    '[ER26][K1] all devices hold one group in epoch 1 and read each other (%s)',
    async (suite) => {
      const { groups, devices } = await createConversation(suite, ['alice', 'bob', 'carol'])
      const secrets = await Promise.all(groups.map((group) => group.exporter('test', plain, 32)))
      for (const [at, group] of groups.entries()) {
        expect(group).toMatchObject({ name: NAME, suite })
        expect(group.epoch()).toBe(1)
        expect(group.roster().map(({ deviceId }) => deviceId)).toEqual(['alice-1', 'bob-1', 'carol-1'])
        expect(secrets[at]).toEqual(secrets[0])
        const ciphertext = await sealed(group, plain, Uint8Array.of(7))
        for (const other of groups.filter((each) => each !== group)) {
          const message = valueOf(await other.open(ciphertext))
          const { devicePrivateKey: _, ...sender } = itemAt(devices, at).keys
          expect(message).toMatchObject({ plain, additional: Uint8Array.of(7), sender, epoch: 1 })
          message.apply()
        }
      }
    },
  )

  it('[ER26] one alone starts in epoch 1 too, without a welcome, and adds others later', async () => {
    const { group, first } = valueOf(await startWith([]))
    expect(first.welcome).toBeUndefined()
    first.apply()
    expect(group.epoch()).toBe(1)
    const made = valueOf(await group.commit({ add: [await packageOf(bob, 'group')], remove: [], nowMs: NOW_MS }))
    made.apply()
    const joined = valueOf(await join(bob, made.welcome!)).group
    expect(await opened(joined, await sealed(group, plain))).toEqual(plain)
  })

  it('[ER26] before its first step is applied a group can do nothing', async () => {
    const { group, first } = valueOf(await startWith([await packageOf(bob, 'group')]))
    await expect(group.seal(plain, new Uint8Array())).rejects.toThrow('first step')
    await expect(group.commit({ add: [], remove: [], nowMs: NOW_MS })).rejects.toThrow('first step')
    first.apply()
    expect(() => first.apply()).toThrow('overtaken')
    expect((await group.seal(plain, new Uint8Array())).ciphertext).toBeDefined()
  })

  it('[ER26] a device twice, oneself, a package of the other suite and more than 60 devices are refused', async () => {
    const twice = [await packageOf(bob, 'group'), await packageOf(bob, 'group')]
    expect(await startWith(twice)).toEqual(OPEN_FAILED)
    expect(await startWith([await packageOf(alice, 'group')])).toEqual(OPEN_FAILED)
    expect(await startWith([await packageOf(bob, 'pair')])).toEqual(OPEN_FAILED)
    expect(await startWith(Array.from({ length: 60 }, () => itemAt(twice, 0)))).toEqual(OPEN_FAILED)
    const namesake = await createDevice('mallory', 'bob-1')
    expect(await startWith([itemAt(twice, 0), await packageOf(namesake, 'group')])).toEqual(OPEN_FAILED)
  })

  it('[ER26] a full conversation of 60 devices fits its bounds', { timeout: 60_000 }, async () => {
    const devices = await Promise.all(Array.from({ length: 60 }, (_, i) => createDevice(`a${i % 12}`, `d${i}`)))
    const { group, welcome } = await start(itemAt(devices, 0), devices.slice(1))
    const joined = valueOf(await join(itemAt(devices, 59), welcome)).group
    const made = valueOf(await joined.commit({ add: [], remove: ['d5'], nowMs: NOW_MS }))
    expect(made.commit.length).toBeLessThan(64 * 1024)
    expect(valueOf(await group.process(made.commit, NOW_MS)).kind).toBe('changed')
  })
})

describe('a crowd in the suite of pairs', () => {
  it(
    '[ER26] what would be too large to send is refused, so a crowd takes the other suite',
    { timeout: 60_000 },
    async () => {
      const devices = await Promise.all(Array.from({ length: 30 }, (_, i) => createDevice(`a${i % 6}`, `d${i}`)))
      const members = await Promise.all(devices.map((device) => packageOf(device, 'pair')))
      expect(await startWith(members, { suite: 'pair' })).toEqual(OPEN_FAILED)
      // Two people with five devices each fit, and another two.
      expect((await startWith(members.slice(0, 19), { suite: 'pair' })).ok).toBe(true)
    },
  )
})

describe('admission', () => {
  const onlyAlice: AdmitDevice = ({ accountId }) => accountId === 'alice'

  it('[ER27] who is not admitted is not added, and nobody enters a group with them', async () => {
    expect(await startWith([await packageOf(bob, 'group')], { admit: onlyAlice })).toEqual(OPEN_FAILED)
    const carol = await createDevice('carol', 'carol-1')
    const { welcome } = await start(alice, [bob, carol])
    expect(await join(bob, welcome, 'group', onlyAlice)).toEqual(OPEN_FAILED)
    expect((await join(bob, welcome, 'group', ({ accountId }) => accountId !== 'bob')).ok).toBe(true)
  })

  it('[ER27][K10] a changed account key is for the caller to refuse, and it is asked with the key', async () => {
    const known = bob.keys.accountKey
    const asked: string[] = []
    const admit: AdmitDevice = (credential) => {
      asked.push(credential.deviceId)
      return credential.accountKey.every((byte, i) => byte === known[i])
    }
    expect((await startWith([await packageOf(bob, 'group')], { admit })).ok).toBe(true)
    const impostor = await createDevice('bob', 'bob-1')
    expect(await startWith([await packageOf(impostor, 'group')], { admit })).toEqual(OPEN_FAILED)
    expect(asked).not.toContain('alice-1')
  })

  it('[ER27] nobody is asked about a credential whose signature does not hold', async () => {
    let asked = 0
    const admit: AdmitDevice = () => ++asked > 0
    const forged = { ...bob, keys: { ...bob.keys, accountKey: alice.keys.accountKey } }
    expect(await startWith([await packageOf(forged, 'group')], { admit })).toEqual(OPEN_FAILED)
    expect(asked).toBe(0)
  })
})

describe('entering', () => {
  it('[ER26] only the very group is entered: name, generation and suite', async () => {
    const { welcome } = await start(alice, [bob])
    for (const overrides of [
      { name: { ...NAME, generation: 2 } },
      { name: { ...NAME, conversationId: 'another' } },
      { suite: 'pair' as const },
    ]) {
      expect(await joinWith(bob, welcome, overrides)).toEqual(OPEN_FAILED)
    }
    expect((await joinWith(bob, welcome, {})).ok).toBe(true)
  })

  it('[ER26] a welcome for others, without its key package, or with another device’s is refused', async () => {
    const { welcome } = await start(alice, [bob])
    const carol = await createDevice('carol', 'carol-1')
    await packageOf(carol, 'group')
    expect(await join(carol, welcome)).toEqual(OPEN_FAILED)
    expect(await joinWith(bob, welcome, { keyPackage: () => Promise.resolve(undefined) })).toEqual(OPEN_FAILED)
    expect(await joinWith(bob, welcome, { device: carol.keys })).toEqual(OPEN_FAILED)
    const [wrong] = carol.packages.values()
    expect(await joinWith(bob, welcome, { keyPackage: () => Promise.resolve(wrong) })).toEqual(OPEN_FAILED)
  })

  it('[ER26] tampered, truncated and oversize welcomes are refused', { timeout: 30_000 }, async () => {
    const { welcome } = await start(alice, [bob])
    for (let at = 0; at < welcome.length; at += at < 120 ? 1 : 13)
      expect(await joinWith(bob, flipped(welcome, at, 1 << (at % 8)), {}), `byte ${at}`).toEqual(OPEN_FAILED)
    for (const length of [0, 1, 40, welcome.length - 1])
      expect(await joinWith(bob, welcome.slice(0, length), {})).toEqual(OPEN_FAILED)
    expect(await joinWith(bob, new Uint8Array(64 * 1024 + 1), {})).toEqual(OPEN_FAILED)
    expect((await joinWith(bob, welcome, {})).ok).toBe(true)
  })

  it('[ER25] trap: the library does not burn key packages, so it says which one was used', async () => {
    const { welcome } = await start(alice, [bob])
    const used = valueOf(await joinWith(bob, welcome, {})).usedKeyPackage
    expect(bob.packages.has(used)).toBe(true)
    bob.packages.delete(used)
    expect(await joinWith(bob, welcome, {})).toEqual(OPEN_FAILED)
  })

  it('[ER25] a last key package serves several groups', async () => {
    const last = await createKeyPackage(bob.keys, { suite: 'group', nowMs: NOW_MS, isLast: true })
    for (const generation of [1, 2]) {
      const name = { ...NAME, generation }
      const { group, first } = valueOf(await startWith([last.bytes], { name }))
      first.apply()
      const joined = valueOf(await joinWith(bob, first.welcome!, { name, keyPackage: () => Promise.resolve(last) }))
      expect(joined.usedKeyPackage).toBe(last.id)
      expect(await opened(joined.group, await sealed(group, plain))).toEqual(plain)
    }
  })
})
