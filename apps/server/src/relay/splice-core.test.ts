import fc from 'fast-check'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { encodeUfrag, decodeUfrag, passwordOf } from './leg-credentials.ts'
import * as book from './leg-table.ts'
import { createSpliceCore, type SpliceCore } from './splice-core.ts'
import { parseBindingRequest } from './stun.ts'
import { bindingRequest } from './testing/binding-request.ts'

const SECRET = Buffer.alloc(32, 7)
const LEG_A = '10000000-0000-4000-8000-00000000000a'
const LEG_B = '10000000-0000-4000-8000-00000000000b'
const LEG_C = '10000000-0000-4000-8000-00000000000c'
const AT_A = { address: '192.0.2.10', port: 4_001 }
const AT_B = { address: '192.0.2.20', port: 4_002 }
const ELSEWHERE = { address: '192.0.2.66', port: 4_066 }
const NOW = 1_700_000_000_000
const DTLS = Uint8Array.from([22, 254, 253, 1])
const RTP = Uint8Array.from([128, 111, 0, 1])

type CheckOptions = { generation?: number; useCandidate?: boolean; transactionId?: Uint8Array; secret?: Uint8Array }
function checkOf(legId: string, options: CheckOptions = {}): Uint8Array {
  const ufrag = encodeUfrag({ legId, generation: options.generation ?? 1, expiresAtMs: NOW + 3_600_000 })
  return bindingRequest({
    username: `${ufrag}:peer`,
    password: passwordOf(ufrag, options.secret ?? SECRET),
    transactionId: options.transactionId ?? randomBytes(12),
    useCandidate: options.useCandidate ?? false,
  })
}

function spliced(): SpliceCore {
  const core = createSpliceCore({ secret: SECRET })
  core.receive(checkOf(LEG_A), AT_A, NOW)
  core.receive(checkOf(LEG_B), AT_B, NOW)
  core.splice(LEG_A, LEG_B)
  core.open(LEG_A, NOW)
  core.open(LEG_B, NOW)
  return core
}

describe('credentials of a leg', () => {
  it('[M16] names a leg, a generation and an end, and is read back by a relay that has just started', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat(0xffff_ffff), fc.nat(0xffff_fff0), (legId, generation, seconds) => {
        const name = { legId: legId.toLowerCase(), generation, expiresAtMs: seconds * 1_000 }
        const ufrag = encodeUfrag(name)
        expect(ufrag).toMatch(/^[A-Za-z0-9+/]{4,256}$/)
        expect(passwordOf(ufrag, SECRET)).toMatch(/^[A-Za-z0-9+/]{22,256}$/)
        expect(decodeUfrag(ufrag)).toEqual(name)
      }),
    )
    expect(passwordOf('x', SECRET)).not.toBe(passwordOf('x', Buffer.alloc(32, 8)))
    expect(() => encodeUfrag({ legId: 'leg', generation: 1, expiresAtMs: 0 })).toThrow(TypeError)
    for (const text of ['', 'abc', '!'.repeat(32), 'A'.repeat(33)]) expect(decodeUfrag(text)).toBeUndefined()
  })
})

describe('splice core: who is answered', () => {
  it('[M13] answers an authenticated check to its source, with less than was asked', () => {
    const core = createSpliceCore({ secret: SECRET })
    const request = checkOf(LEG_A)
    const [answer, ...more] = core.receive(request, AT_A, NOW)
    expect(answer?.to).toEqual(AT_A)
    expect(answer?.bytes.byteLength).toBeLessThan(request.byteLength)
    expect(more).toEqual([])
  })

  it('[M13] is silent to a wrong secret, an expired lease, an old generation and a forged source port', () => {
    const core = createSpliceCore({ secret: SECRET })
    expect(core.receive(checkOf(LEG_A, { secret: Buffer.alloc(32) }), AT_A, NOW)).toEqual([])
    expect(core.receive(checkOf(LEG_A), AT_A, NOW + 3_600_000)).toEqual([])
    expect(core.receive(checkOf(LEG_A), { address: '192.0.2.1', port: 0 }, NOW)).toEqual([])
    expect(core.receive(checkOf(LEG_A, { generation: 2 }), AT_A, NOW)).toHaveLength(1)
    expect(core.receive(checkOf(LEG_A, { generation: 1 }), AT_A, NOW)).toEqual([])
    expect(core.stats(NOW).packetsDropped).toBe(4)
  })

  it('[M13] hostile bytes never throw and bring no output to anybody', () => {
    const core = spliced()
    const mutated = fc.record({ at: fc.nat(100), flip: fc.integer({ min: 1, max: 255 }) }).map(({ at, flip }) => {
      const packet = Buffer.from(checkOf(LEG_A))
      packet[at] = (packet[at] ?? 0) ^ flip
      return Uint8Array.from(packet)
    })
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 400 }), mutated),
        fc.constantFrom(ELSEWHERE, AT_A, AT_B),
        (packet, from) => {
          const out = core.receive(packet, from, NOW)
          // A packet that looks like media may pass between those who are spliced; nothing else may have any effect.
          const first = packet[0] ?? 0
          const isMedia = (first >= 20 && first <= 63) || (first >= 128 && first <= 191)
          if (from === ELSEWHERE || !isMedia) expect(out).toEqual([])
          else expect(out.every(({ to }) => to.port === (from === AT_A ? AT_B : AT_A).port)).toBe(true)
        },
      ),
      { numRuns: 1_500 },
    )
  })

  it('refuses new legs beyond its bound, and serves those it has', () => {
    const core = createSpliceCore({ secret: SECRET, legsMax: 1 })
    expect(core.receive(checkOf(LEG_A), AT_A, NOW)).toHaveLength(1)
    expect(core.receive(checkOf(LEG_B), AT_B, NOW)).toEqual([])
    expect(core.receive(checkOf(LEG_A), AT_A, NOW)).toHaveLength(1)
  })
})

describe('splice core: where media goes', () => {
  it('[M13] forwards DTLS and RTP unchanged from a leg to its partner, both ways', () => {
    const core = spliced()
    expect(core.receive(DTLS, AT_A, NOW)).toEqual([{ to: AT_B, bytes: DTLS }])
    expect(core.receive(RTP, AT_B, NOW)).toEqual([{ to: AT_A, bytes: RTP }])
    expect(core.stats(NOW)).toMatchObject({ splices: 1, packetsForwarded: 2 })
  })

  it('[M13] drops what is neither DTLS nor RTP, and media from anywhere else', () => {
    const core = spliced()
    for (const first of [4, 19, 64, 127, 192, 255]) expect(core.receive(Uint8Array.of(first, 0), AT_A, NOW)).toEqual([])
    expect(core.receive(new Uint8Array(), AT_A, NOW)).toEqual([])
    expect(core.receive(RTP, ELSEWHERE, NOW)).toEqual([])
  })

  it('[M13] nothing passes before the splice, after release, and between others than partners', () => {
    const core = createSpliceCore({ secret: SECRET })
    core.receive(checkOf(LEG_A), AT_A, NOW)
    core.receive(checkOf(LEG_B), AT_B, NOW)
    expect(core.receive(DTLS, AT_A, NOW)).toEqual([])
    core.splice(LEG_A, LEG_C)
    core.open(LEG_A, NOW)
    expect(core.receive(RTP, AT_B, NOW)).toEqual([])
    core.splice(LEG_A, LEG_B)
    core.open(LEG_A, NOW)
    expect(core.receive(RTP, AT_B, NOW)).toHaveLength(1)
    core.release(LEG_B)
    expect(core.receive(RTP, AT_A, NOW)).toEqual([])
    expect(core.receive(RTP, AT_B, NOW)).toEqual([])
    expect(core.stats(NOW)).toMatchObject({ legs: 1, splices: 0 })
    expect(() => core.splice(LEG_A, LEG_A)).toThrow(TypeError)
  })

  it('holds DTLS, a little and not for long, until the leg is open; RTP is not held', () => {
    const core = createSpliceCore({ secret: SECRET })
    core.receive(checkOf(LEG_A), AT_A, NOW)
    core.receive(checkOf(LEG_B), AT_B, NOW)
    core.splice(LEG_A, LEG_B)
    core.receive(RTP, AT_A, NOW)
    for (let index = 0; index < book.HOLD_PACKETS_MAX + 5; index++) expect(core.receive(DTLS, AT_A, NOW)).toEqual([])
    const let_through = core.open(LEG_B, NOW + book.HOLD_MS)
    expect(let_through).toHaveLength(book.HOLD_PACKETS_MAX)
    expect(let_through.every(({ to }) => to.port === AT_B.port)).toBe(true)
    expect(core.open(LEG_B, NOW)).toEqual([])
    core.splice(LEG_A, LEG_B)
    core.receive(DTLS, AT_A, NOW)
    core.receive(new Uint8Array(book.HOLD_PACKET_BYTES_MAX + 1).fill(22), AT_A, NOW)
    expect(core.open(LEG_B, NOW + book.HOLD_MS + 1)).toEqual([])
  })

  it('holds a packet for a partner whose address is not known yet', () => {
    const core = createSpliceCore({ secret: SECRET })
    core.splice(LEG_A, LEG_B)
    core.open(LEG_B, NOW)
    core.receive(checkOf(LEG_A), AT_A, NOW)
    const packet = Uint8Array.from(DTLS)
    core.receive(packet, AT_A, NOW)
    packet.fill(0) // The shell may use its buffer again.
    expect(core.receive(checkOf(LEG_B), AT_B, NOW)[1]).toEqual({ to: AT_B, bytes: DTLS })
  })

  it('bounds what one leg may send in a second', () => {
    const core = spliced()
    let passed = 0
    for (let index = 0; index < book.MEDIA_PACKETS_PER_SECOND + 500; index++)
      passed += core.receive(RTP, AT_A, NOW).length
    expect(passed).toBe(book.MEDIA_PACKETS_PER_SECOND)
    expect(core.receive(RTP, AT_B, NOW)).toHaveLength(1)
    expect(core.receive(RTP, AT_A, NOW + 1_000)).toHaveLength(1)
    let answered = 0
    for (let index = 0; index < 200; index++) answered += core.receive(checkOf(LEG_A), AT_A, NOW + 5_000).length
    expect(answered).toBe(book.CHECKS_PER_SECOND)
  })
})

describe('splice core: where a leg is', () => {
  it('[M16] moves only for an authenticated check that nominates', () => {
    const core = spliced()
    expect(core.receive(checkOf(LEG_A), ELSEWHERE, NOW)).toHaveLength(1)
    expect(core.receive(RTP, AT_B, NOW)[0]?.to).toEqual(AT_A)
    core.receive(checkOf(LEG_A, { useCandidate: true }), ELSEWHERE, NOW)
    expect(core.receive(RTP, AT_B, NOW)[0]?.to).toEqual(ELSEWHERE)
    expect(core.receive(RTP, AT_A, NOW)).toEqual([])
  })

  it('[M16] moves with the first check of a new generation, and is deaf to the old one from then on', () => {
    const core = spliced()
    core.receive(checkOf(LEG_A, { generation: 2 }), ELSEWHERE, NOW)
    expect(core.receive(RTP, AT_B, NOW)[0]?.to).toEqual(ELSEWHERE)
    expect(core.receive(checkOf(LEG_A, { generation: 1, useCandidate: true }), AT_A, NOW)).toEqual([])
  })

  it('[M13] a recorded check sent again from elsewhere moves nothing and is not answered', () => {
    const core = spliced()
    const recorded = checkOf(LEG_A, { useCandidate: true, transactionId: new Uint8Array(12).fill(9) })
    expect(core.receive(recorded, AT_A, NOW)).toHaveLength(1)
    expect(core.receive(recorded, ELSEWHERE, NOW)).toEqual([])
    expect(core.receive(recorded, AT_A, NOW)).toHaveLength(1)
    expect(core.receive(RTP, AT_B, NOW)[0]?.to).toEqual(AT_A)
  })

  it('[M13] sends nothing to a leg that has been silent for longer than consent lasts', () => {
    const core = spliced()
    const later = NOW + book.CONSENT_MS + 1
    core.receive(checkOf(LEG_B), AT_B, later - 1_000)
    expect(core.receive(RTP, AT_B, later)).toEqual([])
    expect(core.receive(RTP, AT_A, later)).toEqual([])
    core.receive(checkOf(LEG_A), AT_A, later)
    expect(core.receive(RTP, AT_B, later)).toHaveLength(1)
  })

  it('gives a port that is used again to the leg that authenticated last', () => {
    const core = spliced()
    core.receive(checkOf(LEG_C), AT_A, NOW)
    expect(core.receive(RTP, AT_A, NOW)).toEqual([])
    expect(core.receive(RTP, AT_B, NOW)).toEqual([])
  })

  it('forgets legs that are nowhere and with nobody', () => {
    const core = createSpliceCore({ secret: SECRET })
    for (let index = 0; index < 50; index++)
      core.receive(checkOf(randomUUID()), { address: '192.0.2.9', port: 5_000 + index }, NOW)
    expect(core.stats(NOW).legs).toBe(50)
    expect(core.stats(NOW + book.CONSENT_MS + 1).legs).toBe(0)
  })
})

/**
 * Model: three legs do anything at all, at any time, from any of six places. Whatever happens, a packet leaves only to
 * a place from which somebody has authenticated as the leg it is meant for, and media only between partners.
 */
describe('splice core: any order of events', () => {
  type Step =
    | { kind: 'check'; leg: number; place: number; generation: number; nominate: boolean }
    | { kind: 'media'; place: number; dtls: boolean }
    | { kind: 'splice'; a: number; b: number }
    | { kind: 'open'; leg: number }
    | { kind: 'release'; leg: number }
    | { kind: 'wait'; ms: number }
  const LEGS = [LEG_A, LEG_B, LEG_C]
  const place = fc.nat(5)
  const leg = fc.nat(2)
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constant('check'), leg, place, generation: fc.nat(2), nominate: fc.boolean() }),
    fc.record({ kind: fc.constant('media'), place, dtls: fc.boolean() }),
    fc.record({ kind: fc.constant('splice'), a: leg, b: leg }),
    fc.record({ kind: fc.constant('open'), leg }),
    fc.record({ kind: fc.constant('release'), leg }),
    fc.record({ kind: fc.constant('wait'), ms: fc.nat(40_000) }),
  )

  it('[M13] never sends to a place that has not authenticated, nor media to anybody but the partner', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const core = createSpliceCore({ secret: SECRET })
        const authenticated = LEGS.map(() => new Map<number, number>())
        const partner = new Map<number, number>()
        const lastLegAt = new Map<number, number>()
        let nowMs = NOW
        let serial = 0
        const endpoint = (index: number) => ({ address: '192.0.2.5', port: 6_000 + index })
        const part = (of: number) => {
          const other = partner.get(of)
          partner.delete(of)
          if (other !== undefined) partner.delete(other)
        }
        for (const event of steps) {
          if (event.kind === 'wait') nowMs += event.ms
          else if (event.kind === 'splice') {
            if (event.a === event.b) continue
            part(event.a)
            part(event.b)
            partner.set(event.a, event.b)
            partner.set(event.b, event.a)
            core.splice(LEGS[event.a] ?? '', LEGS[event.b] ?? '')
          } else if (event.kind === 'release') {
            part(event.leg)
            core.release(LEGS[event.leg] ?? '')
          } else if (event.kind === 'open') {
            for (const { to } of core.open(LEGS[event.leg] ?? '', nowMs)) {
              expect(authenticated[event.leg]?.has(to.port - 6_000)).toBe(true)
            }
          } else if (event.kind === 'check') {
            const transactionId = createHash('sha256').update(String(serial++)).digest().subarray(0, 12)
            const packet = checkOf(LEGS[event.leg] ?? '', {
              generation: event.generation,
              useCandidate: event.nominate,
              transactionId,
            })
            const out = core.receive(packet, endpoint(event.place), nowMs)
            if (out.length > 0) authenticated[event.leg]?.set(event.place, nowMs)
            if (out.length > 0) lastLegAt.set(event.place, event.leg)
            for (const { to, bytes } of out) {
              const isAnswer = bytes[0] === 1 && bytes[1] === 1
              if (isAnswer) expect(to).toEqual(endpoint(event.place))
              else expect(authenticated[event.leg]?.has(to.port - 6_000)).toBe(true)
            }
          } else {
            for (const { to } of core.receive(event.dtls ? DTLS : RTP, endpoint(event.place), nowMs)) {
              const senders = LEGS.map((_, index) => index).filter((index) => authenticated[index]?.has(event.place))
              const partners = senders.map((index) => partner.get(index)).filter((index) => index !== undefined)
              const target = partners.filter((index) => authenticated[index]?.has(to.port - 6_000))
              expect(target.length).toBeGreaterThan(0)
              const seenMs = Math.max(...target.map((index) => authenticated[index]?.get(to.port - 6_000) ?? 0))
              expect(nowMs - seenMs).toBeLessThanOrEqual(book.CONSENT_MS)
            }
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  it('reads its own test requests as a browser would be read', () => {
    expect(parseBindingRequest(checkOf(LEG_A))).toBeDefined()
  })
})
