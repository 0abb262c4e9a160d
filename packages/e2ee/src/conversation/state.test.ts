import { describe, expect, it } from 'vitest'
import { createConversation, everybody, join, opened, packageOf, sealed, createDevice } from '../../tests/devices.ts'
import { itemAt, NOW_MS, valueOf } from '../../tests/pair.ts'
import { toHex } from '../hex.ts'
import { restoreConversation, type Group } from '../index.ts'

const plain = new TextEncoder().encode('hello')
const nothing = new Uint8Array()

async function pairOf(suite: 'pair' | 'group' = 'group') {
  const { groups, devices } = await createConversation(suite)
  return {
    alice: itemAt(groups, 0),
    bob: itemAt(groups, 1),
    aliceDevice: itemAt(devices, 0),
    bobDevice: itemAt(devices, 1),
  }
}

async function stateOf(group: Group): Promise<Uint8Array> {
  const step = await group.seal(plain, nothing)
  step.apply()
  return step.nextState
}

describe('stored groups', () => {
  it.each(['pair', 'group'] as const)('[ER35][K4] a group goes on from its bytes in mid-life (%s)', async (suite) => {
    const { alice, bob, bobDevice } = await pairOf(suite)
    const late = await sealed(alice, plain)
    const made = valueOf(await alice.commit({ add: [], remove: [], nowMs: NOW_MS }))
    const taken = valueOf(await bob.process(made.commit, NOW_MS))
    made.apply()
    if (taken.kind === 'changed') taken.apply()
    const skipped = await sealed(alice, plain)
    const step = valueOf(await bob.open(await sealed(alice, plain)))
    step.apply()
    const again = await restoreConversation({ device: bobDevice.keys, state: step.nextState, admit: everybody })
    bob.destroy()
    expect(again).toMatchObject({ name: alice.name, suite })
    expect([again.epoch(), again.roster()]).toEqual([alice.epoch(), alice.roster()])
    expect(await opened(again, late)).toEqual(plain)
    expect(await opened(again, skipped)).toEqual(plain)
    expect(await opened(alice, await sealed(again, plain))).toEqual(plain)
    const next = valueOf(await again.commit({ add: [], remove: [], nowMs: NOW_MS }))
    const followed = valueOf(await alice.process(next.commit, NOW_MS))
    if (followed.kind === 'changed') followed.apply()
    next.apply()
    expect(await again.exporter('x', plain, 16)).toEqual(await alice.exporter('x', plain, 16))
  })

  it('[ER35] every kind of step stores what restores to the state it leads to', async () => {
    const { alice, bob, aliceDevice, bobDevice } = await pairOf()
    const restore = (state: Uint8Array, of = aliceDevice) =>
      restoreConversation({ device: of.keys, state, admit: everybody })
    const carol = await createDevice('carol', 'carol-1')
    const add = [await packageOf(carol, 'group')]
    const made = valueOf(await alice.commit({ add, remove: [], nowMs: NOW_MS }))
    const taken = valueOf(await bob.process(made.commit, NOW_MS))
    if (taken.kind !== 'changed') throw new Error('expected a change')
    const [one, two] = [await restore(made.nextState), await restore(taken.nextState, bobDevice)]
    const joined = valueOf(await join(carol, made.welcome!))
    const three = await restore(joined.state, carol)
    expect([one.epoch(), two.epoch(), three.epoch()]).toEqual([2, 2, 2])
    const message = await sealed(one, plain)
    expect(await opened(two, message)).toEqual(plain)
    expect(await opened(three, message)).toEqual(plain)
  })

  it('[ER35] the signature key is not in it, and wiping never reaches into the caller’s bytes', async () => {
    const { alice, bob, aliceDevice } = await pairOf()
    const state = await stateOf(alice)
    const copy = Uint8Array.from(state)
    expect(toHex(state)).not.toContain(toHex(aliceDevice.keys.devicePrivateKey))
    const again = await restoreConversation({ device: aliceDevice.keys, state, admit: everybody })
    expect(await opened(bob, await sealed(again, plain))).toEqual(plain)
    again.destroy()
    expect(state).toEqual(copy)
  })

  it('[ER35] bytes that are damaged, of another version or of another device throw', async () => {
    const { alice, aliceDevice, bobDevice } = await pairOf()
    const state = await stateOf(alice)
    const restore = (bytes: Uint8Array, device = aliceDevice) =>
      restoreConversation({ device: device.keys, state: bytes, admit: everybody })
    await expect(restore(state, bobDevice)).rejects.toThrow('another device')
    await expect(restore(state.map((byte, at) => (at === 0 ? 2 : byte)))).rejects.toThrow('group state')
    await expect(restore(state.map((byte, at) => (at === 1 ? 9 : byte)))).rejects.toThrow('group state')
    await expect(restore(state.map((byte, at) => (at === 5 ? byte ^ 1 : byte)))).rejects.toThrow('group state')
    for (const length of [0, 1, 30, state.length - 1]) await expect(restore(state.slice(0, length))).rejects.toThrow()
  })

  it('[ER35] trap: two writers from one stored state lose a message, so there is one writer per device', async () => {
    const { alice, bob, aliceDevice } = await pairOf()
    const state = await stateOf(alice)
    const restore = () => restoreConversation({ device: aliceDevice.keys, state, admit: everybody })
    const [tab, other] = [await restore(), await restore()]
    expect(await opened(bob, await sealed(tab, plain))).toEqual(plain)
    expect((await bob.open(await sealed(other, plain))).ok).toBe(false)
  })
})

describe('the end', () => {
  it('[ER36] after destroy everything throws, steps too, and the device keeps its key', async () => {
    const { alice, bob, aliceDevice } = await pairOf()
    const key = Uint8Array.from(aliceDevice.keys.devicePrivateKey)
    const step = valueOf(await alice.open(await sealed(bob, plain)))
    alice.destroy()
    alice.destroy()
    expect(() => step.apply()).toThrow('destroyed')
    expect(() => alice.epoch()).toThrow('destroyed')
    expect(() => alice.roster()).toThrow('destroyed')
    await expect(alice.seal(plain, nothing)).rejects.toThrow('destroyed')
    await expect(alice.open(plain)).rejects.toThrow('destroyed')
    await expect(alice.process(plain, NOW_MS)).rejects.toThrow('destroyed')
    await expect(alice.commit({ add: [], remove: [], nowMs: NOW_MS })).rejects.toThrow('destroyed')
    await expect(alice.exporter('x', plain, 1)).rejects.toThrow('destroyed')
    expect(aliceDevice.keys.devicePrivateKey).toEqual(key)
  })

  it('[ER37] exported secrets have 1 to 255 bytes and hang on label and context', async () => {
    const { alice, bob } = await pairOf()
    const secret = await alice.exporter('one', plain, 255)
    expect(await bob.exporter('one', plain, 255)).toEqual(secret)
    expect(await bob.exporter('two', plain, 255)).not.toEqual(secret)
    expect(await bob.exporter('one', nothing, 255)).not.toEqual(secret)
    for (const length of [0, 256, 1.5]) await expect(alice.exporter('one', plain, length)).rejects.toThrow('bounds')
  })
})
