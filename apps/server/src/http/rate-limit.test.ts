import { createFakeClock, createSeededRandom } from '@visavis/testkit'
import { DAY } from '@visavis/ports'
import { describe, expect, it } from 'vitest'
import { addressGroup, BUDGETS, createRateLimits } from './rate-limit.ts'

describe('[A11] rate limits', () => {
  it('refuse beyond the budget, per address, and say how long to wait', async () => {
    const limits = createRateLimits({
      key: new Uint8Array(32),
      clock: createFakeClock(),
      random: createSeededRandom(1),
      factor: 1,
    })
    for (let i = 0; i < BUDGETS.signInHandle.points; i += 1)
      expect((await limits.take('signInHandle', 'a')).ok).toBe(true)
    const refused = await limits.take('signInHandle', 'a')
    expect(refused).toMatchObject({ ok: false, code: 'RATE_LIMITED' })
    expect(refused.ok ? 0 : refused.retryAfterMs).toBeGreaterThan(0)
    expect((await limits.take('signInHandle', 'b')).ok).toBe(true)
  })

  it('[A8] know an address only for a day: the key that hides it changes', async () => {
    const clock = createFakeClock()
    const limits = createRateLimits({ key: new Uint8Array(32), clock, random: createSeededRandom(1), factor: 1 })
    for (let i = 0; i < BUDGETS.signInHandle.points; i += 1) await limits.take('signInHandle', 'a')
    expect((await limits.take('signInHandle', 'a')).ok).toBe(false)
    await clock.advance(DAY)
    expect((await limits.take('signInHandle', 'a')).ok).toBe(true)
  })

  it('count the /64 of IPv6 and the whole of IPv4, however they are written', () => {
    expect(addressGroup('::ffff:192.0.2.1')).toBe('192.0.2.1')
    expect(addressGroup('192.0.2.1')).toBe('192.0.2.1')
    expect(addressGroup('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2')
    expect(addressGroup('2001:0db8:1:2::9')).toBe('2001:db8:1:2')
    expect(addressGroup('2001:db8::1')).toBe('2001:db8:0:0')
    expect(addressGroup('::1')).toBe('0:0:0:0')
    expect(addressGroup('fe80::1%eth0')).toBe('fe80:0:0:0')
  })
})
