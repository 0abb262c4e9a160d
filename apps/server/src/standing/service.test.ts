import { UPHELD_WEIGHS_MS } from '@visavis/policy'
import { DAY } from '@visavis/ports'
import { alice, bob, carol, createFakeClock } from '@visavis/testkit'
import type { AccountId, CallId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { createStanding, STANDING_KEPT_MS } from './service.ts'

const callIds = Array.from(
  { length: 40 },
  (_, index) => `c0000000-0000-4000-8000-${String(index).padStart(12, '0')}` as CallId,
)

function setUp() {
  const clock = createFakeClock()
  const facts = {
    ageMs: 60 * DAY,
    calls: callIds.map((callId, index) => ({ callId, partner: index < 20 ? bob.accountId : carol.accountId })),
    blockers: new Set<AccountId>(),
    reported: new Set<CallId>(),
    upheld: { count: 0, latestAtMs: undefined as number | undefined },
    down: false,
    asked: 0,
  }
  const standing = createStanding({
    clock,
    async madeAtMs() {
      facts.asked += 1
      if (facts.down) throw new Error('Connection terminated')
      return clock.nowMs() - facts.ageMs
    },
    minuteCallsOf: async () => facts.calls,
    blockersAmong: async (_, accounts) => new Set(accounts.filter((account) => facts.blockers.has(account))),
    reportedIn: async (_, calls) => new Set(calls.filter((call) => facts.reported.has(call))),
    upheldAgainst: async () => facts.upheld,
  })
  return { clock, facts, standing }
}

describe('[M6] standing', () => {
  it('[PO6] counts calls of a minute, less those whose partner blocked or reported', async () => {
    const { clock, facts, standing } = setUp()
    expect(await standing.of(alice.accountId)).toEqual({ trust: 3, pool: 'general' })
    facts.reported = new Set(callIds.slice(0, 11))
    await clock.advance(STANDING_KEPT_MS)
    expect((await standing.of(alice.accountId)).trust).toBe(2)
    facts.blockers.add(carol.accountId)
    await clock.advance(STANDING_KEPT_MS)
    expect((await standing.of(alice.accountId)).trust).toBe(1)
    facts.blockers.add(bob.accountId)
    await clock.advance(STANDING_KEPT_MS)
    expect((await standing.of(alice.accountId)).trust).toBe(0)
  })

  it('[PO4] gives a new account the lowest level in the pool of everybody, however many its calls', async () => {
    const { facts, standing } = setUp()
    facts.ageMs = 0
    expect(await standing.of(alice.accountId)).toEqual({ trust: 0, pool: 'general' })
  })

  it('[PO5] puts an account with a weighing upheld report apart, and takes it back in time', async () => {
    const { clock, facts, standing } = setUp()
    facts.upheld = { count: 1, latestAtMs: clock.nowMs() }
    expect(await standing.of(alice.accountId)).toEqual({ trust: 0, pool: 'restricted' })
    facts.upheld = { count: 1, latestAtMs: clock.nowMs() + STANDING_KEPT_MS - UPHELD_WEIGHS_MS }
    await clock.advance(STANDING_KEPT_MS)
    expect(await standing.of(alice.accountId)).toEqual({ trust: 3, pool: 'general' })
  })

  it('asks once per account and while, however many seek at once', async () => {
    const { clock, facts, standing } = setUp()
    await Promise.all([standing.of(alice.accountId), standing.of(alice.accountId)])
    await clock.advance(STANDING_KEPT_MS - 1)
    await standing.of(alice.accountId)
    expect(facts.asked).toBe(1)
    await standing.of(bob.accountId)
    expect(facts.asked).toBe(2)
    await clock.advance(1)
    await standing.of(alice.accountId)
    expect(facts.asked).toBe(3)
  })

  it('does not keep a failure', async () => {
    const { facts, standing } = setUp()
    facts.down = true
    await expect(standing.of(alice.accountId)).rejects.toThrow('Connection terminated')
    facts.down = false
    expect((await standing.of(alice.accountId)).trust).toBe(3)
  })

  it('keeps a bounded number of accounts, the latest', async () => {
    const { facts, standing } = setUp()
    const someone = (number: number) => `a0000000-0000-4000-8000-${String(number).padStart(12, '0')}` as AccountId
    for (let number = 0; number <= 20_000; number++) await standing.of(someone(number))
    expect(facts.asked).toBe(20_001)
    await standing.of(someone(20_000))
    await standing.of(someone(1))
    expect(facts.asked).toBe(20_001)
    await standing.of(someone(0))
    expect(facts.asked).toBe(20_002)
  })
})
