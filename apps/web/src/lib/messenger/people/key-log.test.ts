import * as e2ee from '@visavis/e2ee'
import { createFakeClock, createFakeLog } from '@visavis/testkit'
import { fail, ok, toB64, type AccountId, type Result } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import type { Api } from '../../account/api.ts'
import { createMemoryVaultDoor } from '../../vault/sim/memory-vault.ts'
import type { ServerConversation } from '../core-types.ts'
import { LOG_AGAIN_MS, openKeyLog, UNKNOWN_SHOWN_MS } from './key-log.ts'
import { createLogModel } from './sim/log-model.ts'

const ME = 'a0000000-0000-4000-8000-000000000001' as AccountId
const BOB = 'a0000000-0000-4000-8000-000000000002' as AccountId
const bytes = (fill: number) => new Uint8Array(32).fill(fill)
const setOf = (key: number, ...devices: readonly number[]): e2ee.DeviceSet => ({
  accountKey: bytes(key),
  devices: devices.map((each) => ({ deviceId: `d${each}`, deviceKey: bytes(each) })),
})

/** A server with a log and with lists, which need not be what the log says; and one device that comes back to it. */
async function createWorld() {
  const clock = createFakeClock(1_800_000_000_000)
  const vaultDoor = createMemoryVaultDoor()
  const server = {
    log: await createLogModel(),
    me: setOf(1, 11),
    bob: setOf(2, 21),
    failure: undefined as string | undefined,
  }
  const asked: string[] = []
  let onProof = async (): Promise<void> => {}

  /** The honest server: lists and log change together. */
  async function change(who: 'me' | 'bob', set: e2ee.DeviceSet): Promise<void> {
    server[who] = set
    await server.log.append(who === 'me' ? ME : BOB, set)
  }
  await change('me', server.me)
  await change('bob', server.bob)

  const listed = ({ devices }: e2ee.DeviceSet) =>
    devices.map(({ deviceId, deviceKey }) => ({ deviceId, deviceKey: toB64(deviceKey), signature: '' }))
  const conversations = (): readonly ServerConversation[] =>
    [
      {
        members: [
          { accountId: ME, accountKey: toB64(server.me.accountKey), devices: listed(server.me) },
          { accountId: BOB, accountKey: toB64(server.bob.accountKey), devices: listed(server.bob) },
        ],
      },
    ] as unknown as readonly ServerConversation[]
  const routes: Record<string, (body: { accountId: AccountId; fromSize: number }) => Promise<Result<unknown>>> = {
    listDevices: async () => ok({ accountKey: toB64(server.me.accountKey), devices: listed(server.me) }),
    listConversations: async () => ok({ conversations: conversations() }),
    async proveDevices({ accountId, fromSize }) {
      const proof = await server.log.prove(accountId, fromSize)
      await onProof()
      return proof ? ok(proof) : fail('NOT_FOUND')
    },
  }
  const api = {
    call: async (name: string, input: { body?: never } = {}) => {
      asked.push(name)
      if (server.failure) return fail('NETWORK_OFFLINE')
      return routes[name]?.(input.body as never)
    },
  } as unknown as Api

  /** The messenger starts and is online. */
  async function open() {
    const vault = await vaultDoor.open()
    if (!vault.ok) throw new Error(vault.code)
    const self = { accountId: ME, accountKey: bytes(1) }
    const log = createFakeLog()
    const serverNowMs = () => clock.nowMs()
    const watch = await openKeyLog({ api, clock, log, e2ee, vault: vault.value, self, serverNowMs, changed() {} })
    await watch.online(false)
    await watch.checkPeople(conversations())
    return watch
  }
  return {
    clock,
    server,
    asked,
    change,
    open,
    conversations,
    onProof: (work: () => Promise<void>) => void (onProof = work),
  }
}

describe('the log of device keys', () => {
  it('[K10] that agrees with the lists says nothing, and whoever was found in it is not looked up again', async () => {
    const world = await createWorld()
    const watch = await world.open()
    expect(watch.state()).toEqual({})
    expect(world.asked.filter((name) => name === 'proveDevices')).toHaveLength(2)
    await watch.checkPeople(world.conversations())
    const again = await world.open()
    expect(again.state()).toEqual({})
    // The own account is looked up at each start.
    expect(world.asked.filter((name) => name === 'proveDevices')).toHaveLength(3)
  })

  it('[K10] is asked about a contact whose devices have changed', async () => {
    const world = await createWorld()
    const watch = await world.open()
    await world.change('bob', setOf(2, 21, 22))
    await watch.checkPeople(world.conversations())
    expect(watch.state()).toEqual({})
    expect(world.asked.filter((name) => name === 'proveDevices')).toHaveLength(3)
  })

  it('[K10] a device that is in the list and not in the log is told of, until it is in neither', async () => {
    const world = await createWorld()
    const watch = await world.open()
    world.server.bob = setOf(2, 21, 66)
    await watch.checkPeople(world.conversations())
    expect(watch.state()).toEqual({ logAlarm: 'missing' })
    world.server.bob = setOf(2, 21)
    await watch.checkPeople(world.conversations())
    expect(watch.state()).toEqual({})
  })

  it('[K10] an account key that is not in the log is told of, of others and of oneself', async () => {
    const world = await createWorld()
    world.server.bob = setOf(66, 21)
    expect((await world.open()).state()).toEqual({ logAlarm: 'missing' })
    const other = await createWorld()
    await other.server.log.append(ME, setOf(66, 11))
    expect((await other.open()).state()).toEqual({ logAlarm: 'missing' })
    const unlogged = await createWorld()
    unlogged.server.log = await unlogged.server.log.fork(1)
    expect((await unlogged.open()).state()).toEqual({ logAlarm: 'missing' })
  })

  it('[K10] a device that comes between list and proof is no reason for alarm', async () => {
    const world = await createWorld()
    const before = world.conversations()
    await world.change('bob', setOf(2, 22))
    const watch = await world.open()
    await watch.checkPeople(before)
    expect(watch.state()).toEqual({})
    let changes = 0
    world.onProof(async () => {
      changes += 1
      if (changes < 3) await world.change('bob', setOf(2, 30 + changes))
    })
    await watch.checkPeople(before)
    expect(watch.state()).toEqual({})
  })

  it('[K10] a server that rewrites history is found out, also after a restart, and nothing more is asked', async () => {
    const world = await createWorld()
    await world.open()
    const other = await world.server.log.fork(1)
    await other.append(BOB, setOf(66, 21))
    await other.append(BOB, world.server.bob)
    world.server.log = other
    expect((await world.open()).state()).toEqual({ logAlarm: 'inconsistent' })
    const asked = world.asked.length
    const again = await world.open()
    expect(again.state()).toEqual({ logAlarm: 'inconsistent' })
    expect(world.asked.slice(asked)).not.toContain('proveDevices')
  })

  it('[K10] a server that forgets what it has shown is found out', async () => {
    const world = await createWorld()
    await world.change('bob', setOf(2, 22))
    await world.open()
    world.server.log = await world.server.log.fork(2)
    expect((await world.open()).state()).toEqual({ logAlarm: 'inconsistent' })
  })

  it('[K10] a log under another key is another log', async () => {
    const world = await createWorld()
    await world.open()
    const other = await createLogModel()
    await other.append(ME, world.server.me)
    await other.append(BOB, world.server.bob)
    world.server.log = other
    expect((await world.open()).state()).toEqual({ logAlarm: 'inconsistent' })
  })

  it('[K9] [K10] an own device that came and went unseen is told of for a week; one that shows is explained', async () => {
    const world = await createWorld()
    await world.open()
    await world.change('me', setOf(1, 11, 12))
    expect((await world.open()).state()).toEqual({})
    await world.change('me', setOf(1, 11, 12, 66))
    await world.change('me', setOf(1, 11, 12))
    expect((await world.open()).state()).toEqual({ logUnknownEntries: 2 })
    expect((await world.open()).state()).toEqual({ logUnknownEntries: 2 })
    await world.change('me', setOf(1, 11))
    const watch = await world.open()
    expect(watch.state()).toEqual({ logUnknownEntries: 2 })
    await world.clock.advance(UNKNOWN_SHOWN_MS)
    expect(watch.state()).toEqual({})
  })

  it('[K10] no answer is no alarm: it is asked again, and never while offline', async () => {
    const world = await createWorld()
    world.server.failure = 'away'
    world.server.bob = setOf(66, 21)
    const watch = await world.open()
    expect(watch.state()).toEqual({})
    world.server.failure = undefined
    await world.clock.advance(LOG_AGAIN_MS)
    await expect.poll(() => watch.state()).toEqual({ logAlarm: 'missing' })
    watch.offline()
    const asked = world.asked.length
    await watch.checkSelf()
    await watch.checkPeople(world.conversations())
    expect(world.asked).toHaveLength(asked)
    watch.stop()
  })
})
