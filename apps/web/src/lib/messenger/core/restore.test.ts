import type { ConversationId } from '@visavis/wire'
import { afterEach, describe, expect, it } from 'vitest'
import { messagesAt, noticesAt, say, textsAt, twoPeople, type TwoPeople } from './sim/people.ts'
import type { World } from './sim/world.ts'

// An operator puts back an older database while devices are ahead of it (docs/operations.md, "Restore"). The model goes back
// to what it was, and then does what the command `restored` does to the real database.

let opened: World | undefined
afterEach(() => {
  opened?.close()
  opened = undefined
})

const AHEAD = { generations: 1_000, positions: 1_000_000 }

function snapshot({ model, devices }: World) {
  const talks = [...model.conversations.values()].map((talk) => ({ ...talk, since: new Map(talk.since) }))
  const left = devices.map(({ model: device }) => ({ device, mail: [...device.mail], last: { ...device.last } }))
  return { talks, left }
}

function restore({ model, devices }: World, { talks, left }: ReturnType<typeof snapshot>): void {
  for (const device of devices) device.network.cut()
  for (const talk of talks) {
    const generation = talk.generation + AHEAD.generations
    const position = talk.position + AHEAD.positions
    model.conversations.set(talk.conversationId, {
      ...talk,
      generation,
      epoch: 0,
      roster: [],
      since: new Map(),
      position,
    })
  }
  for (const { device, mail, last } of left) {
    device.mail = mail
    for (const suite of ['pair', 'group'] as const) device.packages[suite] = []
    Object.assign(device.last, last)
  }
}

/** Once everything is quiet, both can write and read, and nobody is at work on the group. */
async function works({ world, ann, ben }: TwoPeople, conversationId: ConversationId, tag: string): Promise<void> {
  await say(ann, conversationId, `${tag} of ann`)
  await say(ben, conversationId, `${tag} of ben`)
  await world.run(60_000)
  for (const device of [ann, ben]) {
    const texts = await textsAt(device, conversationId)
    expect(new Set(texts.slice(-2))).toEqual(new Set([`${tag} of ann`, `${tag} of ben`]))
    expect(device.core?.outboxOf(conversationId)).toEqual([])
    expect(device.core?.isSecuring(conversationId)).toBe(false)
  }
}

const connect = ({ devices }: World) => devices.forEach(({ network }) => network.connect())

describe('an older database that was put back', () => {
  it('[K4] finds devices ahead: they start a new group by themselves, lose nothing they have, and write on', async () => {
    const people = await twoPeople(71)
    const { world, ann, ben, conversationId } = people
    opened = world
    await works(people, conversationId, 'early')
    const backup = snapshot(world)
    await works(people, conversationId, 'later')
    // A step, a new generation, and more messages that the backup does not know.
    ben.vault?.die()
    ben.shelves.get('groups')?.clear()
    await world.run(60_000)
    await works(people, conversationId, 'latest')
    const before = await textsAt(ann, conversationId)

    restore(world, backup)
    connect(world)
    await world.run(120_000)
    await works(people, conversationId, 'after')
    expect((await textsAt(ann, conversationId)).slice(0, before.length)).toEqual(before)
    expect(await textsAt(ben, conversationId)).toEqual(await textsAt(ann, conversationId))
    const positions = (await messagesAt(ben, conversationId)).map(({ position }) => position)
    expect(new Set(positions).size).toBe(positions.length)
    expect(await noticesAt(ann, conversationId)).toEqual(['started', 'secured-again', 'secured-again'])
  })

  it('[K4] from before the first group: also that conversation goes on', async () => {
    const people = await twoPeople(72)
    const { world, conversationId } = people
    opened = world
    const talk = world.model.conversations.get(conversationId)
    if (!talk) throw new Error('no conversation')
    const backup = { ...snapshot(world), talks: [{ ...talk, generation: 0, epoch: 0, position: 0, since: new Map() }] }
    await works(people, conversationId, 'early')
    restore(world, backup)
    connect(world)
    await world.run(120_000)
    await works(people, conversationId, 'after')
  })

  it('[K3] [K4] what waited to be sent, and who comes back later, get through too', async () => {
    const people = await twoPeople(73)
    const { world, ann, ben, conversationId } = people
    opened = world
    await works(people, conversationId, 'early')
    const backup = snapshot(world)
    await works(people, conversationId, 'later')
    ann.network.cut()
    await say(ann, conversationId, 'written in between')
    restore(world, backup)
    ann.network.connect()
    await world.run(60_000)
    ben.network.connect()
    await world.run(120_000)
    expect((await textsAt(ben, conversationId)).at(-1)).toBe('written in between')
    await works(people, conversationId, 'after')
  })
})
