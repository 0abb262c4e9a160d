import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_FINGERPRINT, remoteDescription } from './sdp-template.ts'
import { createStartRate, START_KBPS_MAX, START_KBPS_MIN } from './start-rate.ts'

const sending = (availableOutgoingBitrate: number) => [
  { type: 'outbound-rtp', kind: 'video', framesPerSecond: 30 },
  { type: 'candidate-pair', state: 'succeeded', availableOutgoingBitrate },
  { type: 'candidate-pair', state: 'waiting' },
]

describe('[M16] how fast a picture begins', () => {
  it('is sharp in the first call, and below what the network was found to carry in the next ones', () => {
    const rate = createStartRate()
    expect(rate.kbps()).toBe(START_KBPS_MAX)
    rate.learn(sending(500_000))
    expect(rate.kbps()).toBe(400)
    rate.learn(sending(90_000))
    expect(rate.kbps()).toBe(START_KBPS_MIN)
    rate.learn(sending(8_000_000))
    expect(rate.kbps()).toBe(START_KBPS_MAX)
  })

  it('begins the first call with what the browser believes of a narrow network', () => {
    expect(createStartRate(400).kbps()).toBe(320)
    expect(createStartRate(10_000).kbps()).toBe(START_KBPS_MAX)
    for (const nothing of [0, Number.NaN, Number.POSITIVE_INFINITY, undefined])
      expect(createStartRate(nothing).kbps()).toBe(START_KBPS_MAX)
  })

  it('learns nothing from a call without a picture, nor from a browser that estimates nothing', () => {
    const rate = createStartRate()
    rate.learn([{ type: 'outbound-rtp', kind: 'video', framesPerSecond: 0 }, ...sending(64_000).slice(1)])
    rate.learn([{ type: 'outbound-rtp', kind: 'audio' }, ...sending(64_000).slice(1)])
    rate.learn(sending(Number.NaN))
    expect(rate.kbps()).toBe(START_KBPS_MAX)
  })

  it('stays within its bounds and a whole number, whatever a browser reports', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.anything())), fc.double(), (stats, bps) => {
        const rate = createStartRate()
        rate.learn([...stats, ...sending(bps)])
        expect(Number.isInteger(rate.kbps())).toBe(true)
        expect(rate.kbps()).toBeGreaterThanOrEqual(START_KBPS_MIN)
        expect(rate.kbps()).toBeLessThanOrEqual(START_KBPS_MAX)
      }),
    )
  })

  it('is what the description of the far side asks for', () => {
    const sdp = remoteDescription({
      mode: 'video',
      iceLite: true,
      ufrag: 'relayufrag',
      pwd: 'relaypwdrelaypwdrelaypwd',
      fingerprint: NO_FINGERPRINT,
      setup: 'active',
      version: 1,
      startKbps: 400,
    })
    expect(sdp).toContain('a=fmtp:96 x-google-start-bitrate=400;x-google-min-bitrate=100\r\n')
  })
})
