import { describe, expect, it } from 'vitest'
import {
  createConversation,
  createDevice,
  everybody,
  join,
  opened,
  packageOf,
  sealed,
  type TestDevice,
} from '../../tests/devices.ts'
import { flipped, itemAt, NOW_MS, valueOf } from '../../tests/pair.ts'
import { createKeyPackage, restoreConversation, type Group } from '../index.ts'

const OPEN_FAILED = { ok: false, code: 'E2EE_OPEN_FAILED' }
const plain = new TextEncoder().encode('hello')
const update = { add: [], remove: [], nowMs: NOW_MS }
const DAY_MS = 24 * 60 * 60_000

async function three(suite: 'pair' | 'group' = 'group') {
  const { groups, devices } = await createConversation(suite, ['alice', 'bob', 'carol'])
  return { alice: itemAt(groups, 0), bob: itemAt(groups, 1), carol: itemAt(groups, 2), devices }
}

async function take(group: Group, commit: Uint8Array) {
  const taken = valueOf(await group.process(commit, NOW_MS))
  if (taken.kind === 'changed') taken.apply()
  return taken
}

async function addTo(group: Group, device: TestDevice, remove: readonly string[] = []) {
  const add = [await packageOf(device, group.suite)]
  const made = valueOf(await group.commit({ add, remove, nowMs: NOW_MS }))
  return { ...made, welcome: made.welcome! }
}

describe('commits', () => {
  it.each(['pair', 'group'] as const)('[ER30] devices come and go, everybody agrees (%s)', async (suite) => {
    const { alice, bob, carol, devices } = await three(suite)
    const tablet = await createDevice('alice', 'alice-2', itemAt(devices, 0).account)
    const added = await addTo(bob, tablet, ['carol-1'])
    expect(await take(carol, added.commit)).toEqual({ kind: 'removed' })
    const seen = await take(alice, added.commit)
    expect(seen).toMatchObject({
      committer: { deviceId: 'bob-1' },
      added: [{ accountId: 'alice', deviceId: 'alice-2' }],
      removed: [{ deviceId: 'carol-1' }],
    })
    expect([added.epoch, bob.epoch(), alice.epoch()]).toEqual([1, 1, 2])
    added.apply()
    const second = valueOf(await join(tablet, added.welcome, suite)).group
    const secrets = await Promise.all([alice, bob, second].map((group) => group.exporter('x', plain, 32)))
    expect(secrets[1]).toEqual(secrets[0])
    expect(secrets[2]).toEqual(secrets[0])
    expect(
      second
        .roster()
        .map(({ deviceId }) => deviceId)
        .toSorted(),
    ).toEqual(['alice-1', 'alice-2', 'bob-1'])
    expect(await opened(second, await sealed(bob, plain))).toEqual(plain)
  })

  it('[ER30][K1] an update is a commit of nobody and renews the keys', async () => {
    const { alice, bob } = await three()
    const before = await alice.exporter('x', plain, 32)
    const made = valueOf(await alice.commit(update))
    expect(made.welcome).toBeUndefined()
    expect(await take(bob, made.commit)).toMatchObject({ added: [], removed: [] })
    made.apply()
    expect(await alice.exporter('x', plain, 32)).not.toEqual(before)
    expect(await bob.exporter('x', plain, 32)).toEqual(await alice.exporter('x', plain, 32))
  })

  it('[ER30] trap: two commits in one epoch: the loser forgets its own and processes the winner’s', async () => {
    const { alice, bob, carol } = await three()
    const won = valueOf(await alice.commit(update))
    const lost = valueOf(await bob.commit(update))
    won.apply()
    await take(bob, won.commit)
    await take(carol, won.commit)
    expect(() => lost.apply()).toThrow('an epoch that is over')
    expect(await carol.process(lost.commit, NOW_MS)).toEqual(OPEN_FAILED)
    const again = valueOf(await bob.commit(update))
    await take(alice, again.commit)
    await take(carol, again.commit)
    again.apply()
    for (const group of [alice, bob, carol]) expect(group.epoch()).toBe(3)
    expect(await opened(carol, await sealed(bob, plain))).toEqual(plain)
  })

  it('[ER30] messages pass while a commit is on its way, and none opens a second time after it', async () => {
    const { alice, bob, devices } = await three()
    const made = valueOf(await alice.commit(update))
    const incoming = await sealed(bob, plain)
    expect(await opened(alice, incoming)).toEqual(plain)
    const outgoing = await sealed(alice, plain)
    const later = await sealed(bob, Uint8Array.of(2))
    const { nextState } = made
    made.apply()
    await take(bob, made.commit)
    expect(await opened(bob, outgoing)).toEqual(plain)
    expect(await alice.open(incoming)).toEqual(OPEN_FAILED)
    const restored = await restoreConversation({ device: itemAt(devices, 0).keys, state: nextState, admit: everybody })
    expect(await restored.open(incoming)).toEqual(OPEN_FAILED)
    for (const group of [alice, restored]) expect(await opened(group, later)).toEqual(Uint8Array.of(2))
    expect(await opened(restored, await sealed(bob, plain))).toEqual(plain)
  })

  it('[ER30] one’s own commit is not processed, nor one a second time', async () => {
    const { alice, bob } = await three()
    const made = valueOf(await alice.commit(update))
    expect(await alice.process(made.commit, NOW_MS)).toEqual(OPEN_FAILED)
    await take(bob, made.commit)
    expect(await bob.process(made.commit, NOW_MS)).toEqual(OPEN_FAILED)
  })

  it('[ER31] who must not be added is refused by the committer', async () => {
    const { alice, devices } = await three()
    const commit = (add: readonly Uint8Array[], nowMs = NOW_MS) => alice.commit({ add, remove: [], nowMs })
    const dave = await createDevice('dave', 'dave-1')
    const fresh = await packageOf(dave, 'group')
    expect(await commit([fresh, await packageOf(dave, 'group')])).toEqual(OPEN_FAILED)
    expect(await commit([await packageOf(itemAt(devices, 1), 'group')])).toEqual(OPEN_FAILED)
    expect(await commit([await packageOf(await createDevice('dave', 'bob-1'), 'group')])).toEqual(OPEN_FAILED)
    expect(await commit([flipped(fresh, 50, 1)])).toEqual(OPEN_FAILED)
    expect(await commit([await packageOf(dave, 'pair')])).toEqual(OPEN_FAILED)
    expect(await commit([fresh], NOW_MS + 401 * DAY_MS)).toEqual(OPEN_FAILED)
    expect((await commit([fresh])).ok).toBe(true)
  })

  it('[ER31] to remove oneself or somebody who is not there is a bug of the caller', async () => {
    const { alice } = await three()
    for (const deviceId of ['alice-1', 'nobody'])
      await expect(alice.commit({ ...update, remove: [deviceId] })).rejects.toThrow('cannot be removed')
  })

  it('[ER31][ER27] a member does not follow to where somebody is added whom it does not admit', async () => {
    const { alice, bob, devices } = await three()
    const { nextState: state } = await bob.seal(plain, plain)
    const given = { device: itemAt(devices, 1).keys, state }
    const strict = await restoreConversation({ ...given, admit: ({ accountId }) => accountId !== 'mallory' })
    const mallory = await createDevice('mallory', 'mallory-1')
    const made = await addTo(alice, mallory)
    expect(await strict.process(made.commit, NOW_MS)).toEqual(OPEN_FAILED)
    expect(await strict.commit({ ...update, add: [await packageOf(mallory, 'group')] })).toEqual(OPEN_FAILED)
    expect((await take(strict, valueOf(await alice.commit(update)).commit)).kind).toBe('changed')
    // Also nobody who is in already, when they renew their keys and are no longer admitted.
    const later = await restoreConversation({ ...given, admit: ({ accountId }) => accountId !== 'alice' })
    expect(await later.process(valueOf(await alice.commit(update)).commit, NOW_MS)).toEqual(OPEN_FAILED)
  })

  it('[ER31] a commit with a package from the future is refused by everybody', async () => {
    const { alice, bob } = await three()
    const dave = await createDevice('dave', 'dave-1')
    const future = await createKeyPackage(dave.keys, { suite: 'group', nowMs: NOW_MS + 5 * DAY_MS, isLast: false })
    expect(await alice.commit({ ...update, add: [future.bytes] })).toEqual(OPEN_FAILED)
    const made = valueOf(await alice.commit({ add: [future.bytes], remove: [], nowMs: NOW_MS + 5 * DAY_MS }))
    expect(await bob.process(made.commit, NOW_MS)).toEqual(OPEN_FAILED)
    expect((await bob.process(made.commit, NOW_MS + 5 * DAY_MS)).ok).toBe(true)
  })

  it('[ER31] any change of any byte of a commit is refused, and leaves everything as it was', async () => {
    const { alice, bob } = await three()
    const made = valueOf(await alice.commit(update))
    for (let at = 0; at < made.commit.length; at += at < 90 ? 1 : 5)
      expect((await bob.process(flipped(made.commit, at, 1 << (at % 8)), NOW_MS)).ok, `byte ${at}`).toBe(false)
    expect(await bob.process(new Uint8Array(64 * 1024 + 1), NOW_MS)).toEqual(OPEN_FAILED)
    expect((await take(bob, made.commit)).kind).toBe('changed')
  })
})

describe('removal', () => {
  it('[ER32] trap: also when the same commit puts somebody into the place of the one removed', async () => {
    const { alice, bob, carol } = await three()
    const dave = await createDevice('dave', 'dave-1')
    const made = await addTo(alice, dave, ['bob-1'])
    expect(await take(bob, made.commit)).toEqual({ kind: 'removed' })
    await take(carol, made.commit)
    made.apply()
    const joined = valueOf(await join(dave, made.welcome)).group
    expect(await opened(joined, await sealed(carol, plain))).toEqual(plain)
  })

  it.each(['pair', 'group'] as const)(
    '[ER32][K1] a removed device reads nothing that comes later (%s)',
    async (suite) => {
      const { alice, bob, carol, devices } = await three(suite)
      const kept = await bob.seal(plain, plain)
      kept.apply()
      const made = valueOf(await alice.commit({ ...update, remove: ['bob-1'] }))
      await take(carol, made.commit)
      made.apply()
      const stale = await restoreConversation({
        device: itemAt(devices, 1).keys,
        state: kept.nextState,
        admit: everybody,
      })
      const after = [await sealed(alice, plain), await sealed(carol, plain)]
      const next = valueOf(await carol.commit(update))
      next.apply()
      for (const former of [bob, stale]) {
        for (const ciphertext of after) expect((await former.open(ciphertext)).ok).toBe(false)
        expect(await former.process(made.commit, NOW_MS)).toEqual({ ok: true, value: { kind: 'removed' } })
        expect((await former.process(next.commit, NOW_MS)).ok).toBe(false)
        expect(await former.exporter('x', plain, 32)).not.toEqual(await alice.exporter('x', plain, 32))
      }
    },
  )

  it('[ER32] what a removed device seals is opened only as of the epoch it was in', async () => {
    const { alice, bob, carol } = await three()
    const made = valueOf(await alice.commit({ ...update, remove: ['bob-1'] }))
    made.apply()
    await take(carol, made.commit)
    expect(valueOf(await carol.open(await sealed(bob, plain)))).toMatchObject({ epoch: 1 })
    const forged = valueOf(await bob.commit(update))
    expect(await carol.process(forged.commit, NOW_MS)).toEqual(OPEN_FAILED)
  })
})
