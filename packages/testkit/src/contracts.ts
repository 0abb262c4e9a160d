import type { Bus, Clock, Random, Relay } from '@visavis/ports'
import { describe, expect, it } from 'vitest'

/**
 * Contract suites: what every implementation of a port must do. Each runs on the fake of this package and on the real
 * thing beside the real thing's code, so that a test that trusts the fake is trusting something checked.
 */

export function busContract(name: string, create: () => Bus, delivered: () => Promise<void>): void {
  describe(`bus contract: ${name}`, () => {
    it('delivers to every subscriber of the subject, in order, and to nobody else', async () => {
      const bus = create()
      const first: number[] = []
      const second: number[] = []
      const other: number[] = []
      bus.subscribe('account.a', (message) => void first.push(message[0] ?? -1))
      bus.subscribe('account.a', (message) => void second.push(message[0] ?? -1))
      bus.subscribe('account.b', (message) => void other.push(message[0] ?? -1))
      for (const value of [1, 2, 3]) bus.publish('account.a', Uint8Array.of(value))
      await delivered()
      expect([first, second, other]).toEqual([[1, 2, 3], [1, 2, 3], []])
      await bus.close()
    })

    it('delivers nothing after the subscription ended, and nothing kept for a late subscriber', async () => {
      const bus = create()
      const seen: number[] = []
      bus.publish('account.a', Uint8Array.of(1))
      await delivered()
      const end = bus.subscribe('account.a', (message) => void seen.push(message[0] ?? -1))
      bus.publish('account.a', Uint8Array.of(2))
      await delivered()
      end()
      bus.publish('account.a', Uint8Array.of(3))
      await delivered()
      expect(seen).toEqual([2])
      await bus.close()
    })

    it('hands over bytes that the publisher may change afterwards', async () => {
      const bus = create()
      const seen: number[] = []
      bus.subscribe('account.a', (message) => void seen.push(message[0] ?? -1))
      const bytes = Uint8Array.of(7)
      bus.publish('account.a', bytes)
      bytes[0] = 9
      await delivered()
      expect(seen).toEqual([7])
      await bus.close()
    })
  })
}

export function randomContract(name: string, create: () => Random): void {
  describe(`random contract: ${name}`, () => {
    it('makes as many bytes as asked, and different ones each time', () => {
      const random = create()
      expect(random.bytes(0)).toHaveLength(0)
      expect(random.bytes(33)).toHaveLength(33)
      expect(random.bytes(16)).not.toEqual(random.bytes(16))
    })

    it('makes version 4 UUIDs in lower case, and numbers in [0, 1)', () => {
      const random = create()
      const uuids = Array.from({ length: 200 }, () => random.uuid())
      for (const uuid of uuids)
        expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(new Set(uuids).size).toBe(uuids.length)
      for (let i = 0; i < 200; i++) {
        const value = random.float()
        expect(value >= 0 && value < 1).toBe(true)
      }
    })
  })
}

/** `wait` lets the clock under test move by at least that much: `advance` for a fake, real time for a real one. */
export function clockContract(
  name: string,
  create: () => Clock,
  wait: (clock: Clock, ms: number) => Promise<void>,
): void {
  describe(`clock contract: ${name}`, () => {
    it('never goes back, and moves while one waits', async () => {
      const clock = create()
      const before = clock.monotonicMs()
      await wait(clock, 5)
      expect(clock.monotonicMs()).toBeGreaterThan(before)
    })

    it('runs delayed work once and repeated work until ended', async () => {
      const clock = create()
      let once = 0
      let often = 0
      clock.after(1, () => void once++)
      const end = clock.every(1, () => void often++)
      const cancelled = clock.after(1, () => expect.fail('was cancelled'))
      cancelled()
      await wait(clock, 20)
      end()
      const seen = often
      await wait(clock, 20)
      expect(once).toBe(1)
      expect(seen).toBeGreaterThan(1)
      expect(often).toBe(seen)
    })

    it('ends a sleep as soon as its signal aborts', async () => {
      const clock = create()
      const abort = new AbortController()
      const sleeping = clock.sleep(3_600_000, abort.signal)
      abort.abort(new Error('enough'))
      await expect(sleeping).rejects.toThrow('enough')
      await expect(clock.sleep(3_600_000, abort.signal)).rejects.toThrow('enough')
    })
  })
}

/** What users of a relay may rely on without sending a packet; the packets are the business of the real relay's tests. */
export function relayContract(name: string, create: () => Promise<Relay>): void {
  describe(`relay contract: ${name}`, () => {
    const LEG_A = '10000000-0000-4000-8000-00000000000a'
    const LEG_B = '10000000-0000-4000-8000-00000000000b'

    it('leases the same credentials for the same leg and generation, other ones for another', async () => {
      const relay = await create()
      const lease = relay.lease(LEG_A, 1)
      expect(relay.lease(LEG_A, 1)).toMatchObject({ address: lease.address, port: lease.port, legId: LEG_A })
      expect(relay.lease(LEG_A, 2).ufrag).not.toBe(lease.ufrag)
      expect(relay.lease(LEG_B, 1).pwd).not.toBe(lease.pwd)
      expect(lease.pwd.length).toBeGreaterThanOrEqual(22)
      await relay.close()
    })

    it('counts splices, and forgets them on release from either side', async () => {
      const relay = await create()
      relay.splice(LEG_A, LEG_B)
      expect((await relay.stats()).splices).toBe(1)
      relay.open(LEG_A)
      relay.release(LEG_B)
      expect((await relay.stats()).splices).toBe(0)
      relay.release(LEG_B)
      await relay.close()
    })
  })
}
