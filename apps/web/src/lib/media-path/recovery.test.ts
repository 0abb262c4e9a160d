import { createFakeClock, type FakeClock } from '@visavis/testkit'
import { beforeEach, describe, expect, it } from 'vitest'
import { ASK_AGAIN_MS, createRecovery, GIVE_UP_MS, HANDSHAKE_MS_MAX, PATIENCE_MS, type Recovery } from './recovery.ts'

let clock: FakeClock
let asked = 0
let gaveUp = 0
let recovery: Recovery

beforeEach(() => {
  clock = createFakeClock()
  asked = 0
  gaveUp = 0
  recovery = createRecovery({ clock, leaseWanted: () => void asked++, gaveUp: () => void gaveUp++ })
})

describe('[M16] an interrupted path', () => {
  it('waits a moment, asks for a lease, asks again, and gives up in the end', async () => {
    recovery.stateChanged('interrupted')
    await clock.advance(PATIENCE_MS - 1)
    expect(asked).toBe(0)
    await clock.advance(1)
    expect(asked).toBe(1)
    await clock.advance(ASK_AGAIN_MS)
    expect(asked).toBe(2)
    await clock.advance(GIVE_UP_MS)
    expect(gaveUp).toBe(1)
  })

  it('asks for nothing when it heals by itself', async () => {
    recovery.stateChanged('interrupted')
    await clock.advance(PATIENCE_MS / 2)
    recovery.stateChanged('connected')
    await clock.advance(GIVE_UP_MS)
    expect([asked, gaveUp, clock.pending()]).toEqual([0, 0, 0])
  })

  it('asks at once when ICE has failed, but not when nothing is interrupted', () => {
    recovery.iceFailed()
    expect(asked).toBe(0)
    recovery.stateChanged('interrupted')
    recovery.iceFailed()
    expect(asked).toBe(1)
  })

  it('gives up a handshake that never ends', async () => {
    recovery.stateChanged('connecting')
    await clock.advance(HANDSHAKE_MS_MAX)
    expect(gaveUp).toBe(1)
  })
})

describe('[M16] a lease', () => {
  it('is renewed before it ends, once per lease, and never in a circle when it is short', async () => {
    recovery.leased(clock.nowMs() + 60 * 60_000)
    await clock.advance(57 * 60_000)
    expect(asked).toBe(0)
    await clock.advance(60_000)
    expect(asked).toBe(1)
    recovery.leased(clock.nowMs() - 1)
    await clock.advance(1_000)
    expect(asked).toBe(1)
  })

  it('leaves no timer behind when the path ends', () => {
    recovery.leased(clock.nowMs() + 60 * 60_000)
    recovery.stateChanged('interrupted')
    recovery.stop()
    expect(clock.pending()).toBe(0)
  })
})
