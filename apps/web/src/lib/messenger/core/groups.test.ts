import { describe, expect, it } from 'vitest'
import { createMemoryVault } from '../../vault/sim/memory-vault.ts'
import { noticesAt, say, textsAt, twoPeople } from './sim/people.ts'

describe('groups', () => {
  it('[K1][WV1] two that start at once end in one group, and both messages arrive', async () => {
    const { world, ann, ben, conversationId } = await twoPeople(3)
    await Promise.all([say(ann, conversationId, 'a'), say(ben, conversationId, 'b')])
    await world.run(20_000)
    for (const device of [ann, ben]) expect(new Set(await textsAt(device, conversationId))).toEqual(new Set(['a', 'b']))
    expect(world.model.conversations.get(conversationId)).toMatchObject({ generation: 1 })
    expect(await noticesAt(ben, conversationId)).toEqual(['started'])
    world.close()
  })

  it('[K9] a new device is let in and has what is said after; a revoked one is taken out', async () => {
    const { world, ann, ben, annAccount, conversationId } = await twoPeople()
    await say(ben, conversationId, 'before')
    await world.run(3_000)
    const second = await world.addDevice(annAccount)
    await world.run(5_000)
    await say(ben, conversationId, 'both')
    await world.run(3_000)
    await say(ann, conversationId, 'own')
    await world.run(3_000)
    expect(await textsAt(second, conversationId)).toEqual(['both', 'own'])
    expect(await noticesAt(ben, conversationId)).toEqual(['started', 'device-added'])
    world.revoke(second)
    await world.run(5_000)
    await say(ben, conversationId, 'after')
    await world.run(3_000)
    expect(await textsAt(second, conversationId)).toEqual(['both', 'own'])
    const devices = world.model.conversations.get(conversationId)?.roster
    expect(devices?.toSorted()).toEqual([ann.model.deviceId, ben.model.deviceId].toSorted())
    const states = await createMemoryVault(ben.shelves).list({ shelf: 'groups', prefix: [conversationId, 1] })
    expect(states[0]?.value).toMatchObject({ epoch: 3, devices: expect.not.arrayContaining([second.model.deviceId]) })
    world.close()
  })

  it('[K4] a device that lost its group starts a new generation, and says so', async () => {
    const { world, ann, ben, conversationId } = await twoPeople()
    await say(ann, conversationId, 'before')
    await world.run(3_000)
    ben.vault?.die()
    ben.shelves.get('groups')?.clear()
    await world.run(30_000)
    await say(ann, conversationId, 'to ben')
    await say(ben, conversationId, 'to ann')
    await world.run(5_000)
    for (const device of [ann, ben]) {
      expect(new Set(await textsAt(device, conversationId))).toEqual(new Set(['before', 'to ann', 'to ben']))
      expect(await noticesAt(device, conversationId)).toContain('secured-again')
      expect(device.core?.isSecuring(conversationId)).toBe(false)
    }
    expect(ben.events).toContainEqual({ kind: 'securing', conversationId, isSecuring: true })
    expect(world.model.conversations.get(conversationId)?.generation).toBe(2)
    world.close()
  })

  it('[K1] keys are renewed after fifty own messages, and a replaced generation is destroyed after a day', async () => {
    const { world, ann, ben, conversationId } = await twoPeople()
    for (let at = 0; at < 50; at++) await say(ann, conversationId, String(at))
    await world.run(20_000)
    expect(world.model.conversations.get(conversationId)?.epoch).toBe(2)
    expect(await textsAt(ben, conversationId)).toHaveLength(50)
    ben.vault?.die()
    ben.shelves.get('groups')?.clear()
    await world.run(30_000)
    const generationsAt = async () => {
      const stored = await createMemoryVault(ann.shelves).list({ shelf: 'groups', prefix: [conversationId] })
      return stored.map(({ key }) => key[1]).filter((part) => typeof part === 'number')
    }
    expect(await generationsAt()).toEqual([1, 2])
    world.skip(25 * 60 * 60_000)
    ann.vault?.die()
    await world.run(8_000)
    expect(await generationsAt()).toEqual([2])
    world.close()
  })

  it('[K1] key packages are refilled, and one that was used leaves no private half behind', async () => {
    const { world, ann, ben, conversationId } = await twoPeople()
    const stored = async () => {
      const packages = await createMemoryVault(ben.shelves).list({ shelf: 'key-packages', prefix: ['group'] })
      return packages.map(({ key }) => String(key[1]))
    }
    const before = await stored()
    expect(ben.model.packages.group).toHaveLength(3)
    expect(ben.model.last.group).toBeDefined()
    await say(ann, conversationId, 'hello')
    await world.run(20_000)
    expect(ben.model.packages.group).toHaveLength(3)
    const after = await stored()
    expect(before.filter((id) => !after.includes(id))).toHaveLength(1)
    expect(after).toHaveLength(4)
    world.close()
  })
})
