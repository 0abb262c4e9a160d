import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatFingerprint, parseFingerprint } from './fingerprint.ts'
import { NO_FINGERPRINT, remoteDescription } from './sdp-template.ts'
import { relayedAddress } from './turn-path.ts'

const BASE = {
  mode: 'video',
  iceLite: true,
  ufrag: 'relayufrag',
  pwd: 'relaypwdrelaypwdrelaypwd',
  candidate: { address: '192.0.2.1', port: 3478 },
  fingerprint: NO_FINGERPRINT,
  setup: 'active',
  version: 1,
  startKbps: 1_200,
} as const

describe('the description of the far side', () => {
  it('[M13] holds one candidate, the relay, and no other address', () => {
    const sdp = remoteDescription(BASE)
    expect(sdp.match(/a=candidate:.*/g)).toEqual(['a=candidate:1 1 udp 2130706431 192.0.2.1 3478 typ host'])
    expect(new Set(sdp.match(/\d+\.\d+\.\d+\.\d+/g))).toEqual(new Set(['0.0.0.0', '192.0.2.1']))
    const { candidate: _, ...without } = BASE
    expect(remoteDescription({ ...without, iceLite: false })).not.toContain('candidate')
  })

  it('[M14] differs between two partners by fingerprint and role alone', () => {
    const fingerprint = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(fingerprint, fingerprint, (one, other) => {
        const lines = (print: Uint8Array) => remoteDescription({ ...BASE, fingerprint: print }).split('\r\n')
        const others = lines(other)
        for (const [index, line] of lines(one).entries()) {
          if (!line.startsWith('a=fingerprint:')) expect(others[index]).toBe(line)
        }
      }),
    )
  })

  it('[M1] asks for header extensions that every browser has for that kind of media, under one number each', () => {
    const [, sound = '', picture = ''] = remoteDescription(BASE).split('m=')
    const extensions = (section: string) =>
      [...section.matchAll(/^a=extmap:(\d+) (\S+)/gm)].map(([, id, uri]) => `${id} ${uri}`)
    const congestion = '3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01'
    const mid = '4 urn:ietf:params:rtp-hdrext:sdes:mid'
    expect(extensions(sound)).toEqual(['1 urn:ietf:params:rtp-hdrext:ssrc-audio-level', congestion, mid])
    // Not `video-orientation`: a browser that has it would send a turned camera's picture lying on its side to one without.
    expect(extensions(picture)).toEqual([
      '2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
      congestion,
      mid,
    ])
  })

  it('gives both kinds of media the same credentials, and sound alone where there are no pictures', () => {
    expect(remoteDescription(BASE).match(/^a=ice-pwd:.*$/gm)).toHaveLength(2)
    const audio = remoteDescription({ ...BASE, mode: 'audio' })
    expect(audio.match(/^m=/gm)).toHaveLength(1)
    expect(audio).toContain('a=group:BUNDLE 0\r\n')
  })
})

describe('fingerprints', () => {
  it('[M14] are written and read back without loss; anything else is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        expect([...(parseFingerprint(formatFingerprint(bytes)) ?? [])]).toEqual([...bytes])
      }),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseFingerprint(text)).toBeUndefined()
      }),
    )
  })
})

describe('candidates of ours', () => {
  it('[M13] only relayed ones are told', () => {
    const relayed = { type: 'relay', protocol: 'udp', address: '192.0.2.9', port: 50_000 } as const
    expect(relayedAddress(relayed)).toEqual({ address: '192.0.2.9', port: 50_000 })
    for (const type of ['host', 'srflx', 'prflx', null] as const)
      expect(relayedAddress({ ...relayed, type })).toBeUndefined()
    expect(relayedAddress({ ...relayed, address: null })).toBeUndefined()
    expect(relayedAddress({ ...relayed, protocol: 'tcp' })).toBeUndefined()
  })
})
