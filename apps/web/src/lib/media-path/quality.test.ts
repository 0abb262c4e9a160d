import { createFakeClock } from '@visavis/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { qualityBetween, readStats, settleQuality, type Quality, type Reading } from './quality.ts'
import { QUALITY_EVERY_MS, watchQuality } from './quality-watch.ts'

const START: Reading = {
  rttMs: 50,
  packetsReceived: 0,
  packetsLost: 0,
  lostThere: 0,
  videoPacketsReceived: 0,
  framesDecoded: 0,
  packetsSent: 0,
  packetsArrived: undefined,
  atMs: 0,
}
const fine = { packetsReceived: 400, videoPacketsReceived: 300, framesDecoded: 60, atMs: 2_000 }
const after = (change: Partial<Reading>) => qualityBetween(START, { ...START, ...fine, ...change })

describe('[M16] the quality of a call', () => {
  it('is judged by delay, loss in either direction, and moving pictures', () => {
    expect(after({})).toBe('good')
    expect([after({ rttMs: 400 }), after({ rttMs: 900 })]).toEqual(['fair', 'poor'])
    expect([after({ packetsLost: 20 }), after({ packetsLost: 100 })]).toEqual(['fair', 'poor'])
    expect([after({ lostThere: 0.05 }), after({ lostThere: 0.2 })]).toEqual(['fair', 'poor'])
    expect([after({ framesDecoded: 20 }), after({ framesDecoded: 4 })]).toEqual(['fair', 'poor'])
  })

  it('does not blame a camera that is off, and says nothing where nothing is known', () => {
    expect(after({ videoPacketsReceived: 0, framesDecoded: 0 })).toBe('good')
    expect(after({ packetsReceived: 0, rttMs: undefined })).toBeUndefined()
    expect(after({ atMs: 0 })).toBeUndefined()
  })

  it('is poor where we speak and not even a report comes back, and unknown where nobody speaks', () => {
    const silence = (packetsSent: number) =>
      qualityBetween({ ...START, packetsArrived: 9 }, { ...START, packetsArrived: 9, packetsSent, atMs: 2_000 })
    expect([silence(50), silence(0)]).toEqual(['poor', undefined])
    const hushed = {
      packetsArrived: 12,
      packetsSent: 50,
      packetsReceived: 0,
      videoPacketsReceived: 0,
      framesDecoded: 0,
    }
    expect(qualityBetween({ ...START, packetsArrived: 9 }, { ...START, ...hushed, atMs: 2_000 })).toBe('good')
  })

  it('gets worse at once and better only on two readings', () => {
    expect(settleQuality('good', 'good', 'poor')).toBe('poor')
    expect(settleQuality('poor', 'poor', 'good')).toBe('poor')
    expect(settleQuality('poor', 'good', 'good')).toBe('good')
    expect(settleQuality('poor', 'fair', 'good')).toBe('fair')
    const word = fc.constantFrom<Quality>('good', 'fair', 'poor')
    fc.assert(
      fc.property(word, word, word, (shown, last, now) => {
        expect([shown, last, now]).toContain(settleQuality(shown, last, now))
      }),
    )
  })

  it('reads whatever a browser reports without stumbling', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.anything())), (stats) => {
        expect(readStats(stats, 7).atMs).toBe(7)
      }),
    )
    const reading = readStats(
      [
        { type: 'inbound-rtp', kind: 'video', packetsReceived: 10, packetsLost: 1, framesDecoded: 5 },
        { type: 'inbound-rtp', kind: 'audio', packetsReceived: 20 },
        { type: 'remote-inbound-rtp', roundTripTime: 0.1, fractionLost: 0.5 },
        { type: 'remote-inbound-rtp', roundTripTime: Number.NaN },
        { type: 'outbound-rtp', packetsSent: 40 },
        { type: 'transport', packetsReceived: 35 },
      ],
      0,
    )
    expect(reading).toMatchObject({
      rttMs: 100,
      packetsReceived: 30,
      packetsLost: 1,
      lostThere: 0.5,
      videoPacketsReceived: 10,
      packetsSent: 40,
      packetsArrived: 35,
    })
  })

  it('tells changes only, and nothing after the end', async () => {
    const clock = createFakeClock()
    const told: Quality[] = []
    let packets = 0
    let closed = false
    const read = async () => {
      if (closed) throw new Error('closed')
      packets += 100
      const stats = { type: 'inbound-rtp', kind: 'audio', packetsReceived: packets }
      return new Map([['in', stats]]) as unknown as RTCStatsReport
    }
    const end = watchQuality({ clock, read }, (quality) => void told.push(quality))
    await clock.advance(4 * QUALITY_EVERY_MS)
    expect(told).toEqual(['good'])
    closed = true
    await clock.advance(QUALITY_EVERY_MS)
    end()
    expect(clock.pending()).toBe(0)
    expect(told).toEqual(['good'])
  })
})
