import { MINUTE } from '@visavis/ports'
import { alice, bob, carol, type TestPerson } from '@visavis/testkit'
import { EVIDENCE_WINDOW_MS, type CallId, type DeviceId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import type { TestClient } from './gateway-client.ts'
import { createWorld, meet, seekOf, type World } from './gateway-world.ts'

// Rounds of a pair that blocked each other and a third person who comes in, long after every cool-down is over. Each round
// everybody is on a new device, as after signing in again: what holds them apart can only be the accounts.

const ROUNDS = 50
const MEET_AGAIN_MS = MINUTE

async function arrive(world: World, who: TestPerson, round: number): Promise<TestClient> {
  const deviceId = `d0000000-0000-4000-8000-${who.accountId.slice(-4)}${String(round).padStart(8, '0')}` as DeviceId
  const client = world.client(who, { deviceId })
  await client.hello()
  await client.ask('match.seek', seekOf(world, client))
  return client
}

async function leave(world: World, clients: readonly TestClient[]): Promise<void> {
  for (const client of clients) world.gateway.kickDevice(client.person.deviceId, 'AUTH_REQUIRED')
  await world.clock.advance(MEET_AGAIN_MS + 1)
}

async function play(world: World, first: TestPerson, second: TestPerson, rounds: number) {
  const met: { readonly pair: 'apart' | 'together'; readonly third: boolean }[] = []
  for (let round = 0; round < rounds; round++) {
    const pair = [await arrive(world, first, round), await arrive(world, second, round)]
    await world.clock.advance(5_000) // Long enough for scores to relax.
    const early = pair.some((client) => client.of('match.found').length > 0)
    const third = await arrive(world, carol, round)
    await world.clock.advance(5_000)
    const found = (client: TestClient): CallId | undefined => client.last('match.found')?.callId
    const [one, two] = pair.map(found)
    met.push({
      pair: early || (one !== undefined && one === two) ? 'together' : 'apart',
      third: found(third) !== undefined,
    })
    await leave(world, [...pair, third])
  }
  return met
}

describe('a blocked pair', () => {
  it.each([
    ['first', alice, bob],
    ['second', bob, alice],
  ] as const)(
    '[M7] is never matched again in 50 rounds on new devices when the blocker comes %s, and others are',
    async (_, first, second) => {
      const world = await createWorld({ meetAgainMs: MEET_AGAIN_MS })
      const [a, b] = [world.client(alice), world.client(bob)]
      await a.hello()
      await b.hello()
      await meet(world, a, b)
      world.block(alice.accountId, bob.accountId)
      await leave(world, [a, b])
      const met = await play(world, first, second, ROUNDS)
      expect(met.filter((round) => round.pair === 'together')).toEqual([])
      expect(met.filter((round) => round.third)).toHaveLength(ROUNDS)
      await world.stop()
      expect(world.clock.pending()).toBe(0)
    },
  )

  it('[M7] stays apart after the server was restarted, when blocks come from storage alone', async () => {
    const before = await createWorld({ meetAgainMs: MEET_AGAIN_MS })
    const [a, b] = [before.client(alice), before.client(bob)]
    await a.hello()
    await b.hello()
    await meet(before, a, b)
    await before.stop()
    await before.clock.advance(EVIDENCE_WINDOW_MS + MEET_AGAIN_MS)
    const world = await createWorld({ meetAgainMs: MEET_AGAIN_MS, former: before })
    world.remember(alice.accountId, bob.accountId)
    const met = await play(world, alice, bob, 5)
    expect(met).toEqual(Array.from({ length: 5 }, () => ({ pair: 'apart', third: true })))
    await world.stop()
  })

  it('[M7] would have met in every such round without the block', async () => {
    const world = await createWorld({ meetAgainMs: MEET_AGAIN_MS })
    const met = await play(world, alice, bob, 5)
    expect(met.map((round) => round.pair)).toEqual(Array(5).fill('together'))
    await world.stop()
  })
})

describe('standing', () => {
  it('[M6] [MT5] keeps pools apart and is nowhere in what a client or a log gets', async () => {
    const restricted = new Set([alice.accountId, bob.accountId])
    const world = await createWorld({
      standing: (account) =>
        restricted.has(account) ? { trust: 0, pool: 'restricted' } : { trust: 3, pool: 'general' },
    })
    const [a, c] = [await arrive(world, alice, 1), await arrive(world, carol, 1)]
    await world.clock.advance(2 * MINUTE)
    expect([...a.of('match.found'), ...c.of('match.found')]).toEqual([])
    const b = await arrive(world, bob, 1)
    await world.clock.advance(1_000)
    expect(a.last('match.found')?.callId).toBe(b.last('match.found')?.callId)
    expect(a.last('match.found')).toBeDefined()
    const told = JSON.stringify([a.frames, b.frames, c.frames, world.log.lines])
    expect(told).toContain('pseudonym')
    expect(told).not.toMatch(/restricted|general|trust|"pool"|standing/)
    await world.stop()
  })

  it('[M6] is loaded anew for each ticket, and without it nobody is let in', async () => {
    let trouble = true
    const world = await createWorld({
      standing: () => {
        if (trouble) throw new Error('Connection terminated')
        return { trust: 1, pool: 'general' }
      },
    })
    const client = world.client(alice)
    await client.hello()
    expect(await client.ask('match.seek', seekOf(world, client))).toMatchObject({ code: 'SERVER_STORAGE' })
    expect(world.matching.waiting()).toBe(0)
    trouble = false
    expect(await client.ask('match.seek', seekOf(world, client))).toMatchObject({ ok: true })
    expect(world.matching.waiting()).toBe(1)
    await world.stop()
  })
})
