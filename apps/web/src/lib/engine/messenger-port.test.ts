import { describe, expect, it } from 'vitest'
import { createWorld, NOTHING_LEFT, wishFor, type SimPerson } from './sim/world.ts'

// Method: real engines against the model of the server, with a messenger that only notes what it is told. What becomes of
// entries is in connection.test.ts.

function setUp() {
  const told: string[] = []
  const world = createWorld({
    seed: 11,
    messenger: {
      frame: ({ name }) => void told.push(name),
      online: ({ resumed, serverMs }) => void told.push(`online ${resumed} ${serverMs > 0}`),
      offline: () => void told.push('offline'),
      ownAccount: async () => undefined,
      met: () => undefined,
    },
  })
  return { told, world }
}
const kindOf = ({ engine }: SimPerson) => engine.snapshot().call.kind

describe('the messenger of an engine', () => {
  it('[K4] hears of each hello with the server’s time, and of each cut', async () => {
    const { told, world } = setUp()
    const alice = world.person('alice')
    alice.engine.connect()
    await world.until(() => told.length === 1)
    alice.engine.reopen()
    await world.until(() => told.length === 3)
    alice.engine.renew()
    await world.until(() => told.length === 5)
    expect(told).toEqual(['online false true', 'offline', 'online true true', 'offline', 'online false true'])
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[K9][M16] a socket that becomes another device’s waits for the end of the call', async () => {
    const { told, world } = setUp()
    const people = [world.person('alice'), world.person('bob')] as const
    for (const { engine } of people) {
      engine.connect()
      await engine.prepare({ mode: 'text', stream: undefined })
      engine.seek(wishFor('text'))
    }
    await world.until(() => people.every((person) => kindOf(person) === 'live'))
    told.length = 0
    people[0].engine.renew()
    await world.run(5_000)
    expect(told).toEqual([])
    expect(people.map(kindOf)).toEqual(['live', 'live'])
    people[0].engine.end()
    await world.until(() => told.includes('online false true'))
    expect(told).toEqual(['offline', 'online false true'])
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[M17][K10] when both want to stay in contact, each names its account inside the call and is met there', async () => {
    const met: string[] = []
    const seen: string[] = []
    const world = createWorld({
      seed: 12,
      messenger: (name) => ({
        frame: (frame) => void seen.push(`${name} ${frame.name}`),
        online: () => undefined,
        offline: () => undefined,
        ownAccount: async () => ({
          accountId: world.server.calls.accountOf(name),
          accountKey: new Uint8Array(32).fill(name.length),
        }),
        met: (accountId, key) => void met.push(`${name} ${accountId} ${key[0]}`),
      }),
    })
    const [alice, bob] = [world.person('alice'), world.person('bob')]
    for (const { engine } of [alice, bob]) {
      engine.connect()
      await engine.prepare({ mode: 'text', stream: undefined })
      engine.seek(wishFor('text'))
    }
    await world.until(() => [alice, bob].every((person) => kindOf(person) === 'live'))
    const contactOf = ({ engine }: SimPerson) => {
      const { call } = engine.snapshot()
      return call.kind === 'none' ? undefined : call.contact
    }
    const say = ({ engine }: SimPerson, keep: boolean) => {
      const { call } = engine.snapshot()
      return call.kind === 'none' ? undefined : engine.request('contact.keep', { callId: call.callId, keep })
    }
    void say(alice, true)
    await world.run(1_000)
    expect([contactOf(alice), contactOf(bob)]).toEqual(['asked', 'no'])
    expect(seen).toEqual([])
    void say(bob, true)
    await world.until(() => met.length === 2)
    const [hers, his] = ['alice', 'bob'].map((name) => world.server.calls.accountOf(name))
    expect(met.toSorted()).toEqual([`alice ${his} 3`, `bob ${hers} 5`])
    expect(contactOf(alice)).toMatchObject({ accountId: his, handle: 'bob' })
    alice.engine.end()
    expect(alice.engine.snapshot().lastCall?.contact).toMatchObject({ handle: 'bob' })
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[K1] its frames go out over the socket and are answered, refusals too', async () => {
    const { world } = setUp()
    const alice = world.person('alice')
    const conversationId = 'dddddddd-0000-4000-8000-000000000001' as never
    expect(await alice.engine.request('conversation.typing', { conversationId })).toEqual({
      ok: false,
      code: 'NETWORK_OFFLINE',
    })
    alice.engine.connect()
    await world.until(() => alice.engine.snapshot().connection.kind === 'online')
    world.server.refuseNext('conversation.typing', 'CONVERSATION_UNKNOWN', 1)
    const asking = [1, 2].map(() => alice.engine.request('conversation.typing', { conversationId }))
    await world.run(1_000)
    expect(await Promise.all(asking)).toEqual([
      { ok: false, code: 'CONVERSATION_UNKNOWN' },
      { ok: true, value: {} },
    ])
    alice.engine.disconnect()
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })
})
