import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalIp, ipBytes } from './ip-bytes.ts'
import { ATTRIBUTE, bindingSuccess, fingerprintOf, integrityHolds, parseBindingRequest } from './stun.ts'
import { bindingRequest } from './testing/binding-request.ts'

const TRANSACTION = Uint8Array.from({ length: 12 }, (_, index) => index)
const REQUEST = bindingRequest({ username: 'relay:client', password: 'secret', transactionId: TRANSACTION })

describe('STUN Binding requests', () => {
  it('[M13] reads username, nomination and integrity of a request a browser makes', () => {
    const request = parseBindingRequest(REQUEST)
    expect(request).toMatchObject({ username: 'relay:client', useCandidate: false })
    expect([...(request?.transactionId ?? [])]).toEqual([...TRANSACTION])
    expect(request && integrityHolds(REQUEST, request, 'secret')).toBe(true)
    expect(request && integrityHolds(REQUEST, request, 'Secret')).toBe(false)
    const nominating = bindingRequest({
      username: 'a:b',
      password: 'x',
      transactionId: TRANSACTION,
      useCandidate: true,
    })
    expect(parseBindingRequest(nominating)?.useCandidate).toBe(true)
  })

  it('[M13] refuses a request whose bytes were changed anywhere', () => {
    const changes = fc.record({ at: fc.nat(REQUEST.byteLength - 1), flip: fc.integer({ min: 1, max: 255 }) })
    fc.assert(
      fc.property(changes, ({ at, flip }) => {
        const changed = Uint8Array.from(REQUEST)
        changed[at] = (changed[at] ?? 0) ^ flip
        expect(parseBindingRequest(changed)).toBeUndefined()
      }),
      { numRuns: 500 },
    )
  })

  it('[M13] refuses changed bytes by integrity when somebody has mended the fingerprint', () => {
    const covered = REQUEST.byteLength - 8 - 24
    fc.assert(
      fc.property(fc.integer({ min: 8, max: covered - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(REQUEST)
        changed[at] = (changed[at] ?? 0) ^ flip
        changed.writeUInt32BE(fingerprintOf(changed.subarray(0, -8)), changed.byteLength - 4)
        const request = parseBindingRequest(changed)
        expect(request !== undefined && integrityHolds(changed, request, 'secret')).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  it('[M13] never throws on hostile bytes', () => {
    const stunLike = fc.uint8Array({ maxLength: 120 }).map((tail) => {
      const packet = Buffer.concat([REQUEST.subarray(0, 20), tail, Buffer.alloc((4 - (tail.length % 4)) % 4)])
      packet.writeUInt16BE(packet.byteLength - 20, 2)
      return Uint8Array.from(packet)
    })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 1500 }), stunLike), (packet) => {
        expect(parseBindingRequest(packet)).toBeUndefined()
      }),
      { numRuns: 2_000 },
    )
  })

  it('[M13] answers with the address asked from, and nothing beside it, in fewer bytes than were asked', () => {
    const request = parseBindingRequest(REQUEST)
    if (!request) throw new Error('unreadable')
    const answer = Buffer.from(bindingSuccess(request, { address: '192.0.2.7', port: 50_000 }, 'secret') ?? [])
    expect(answer.byteLength).toBeLessThan(REQUEST.byteLength)
    expect(answer.readUInt16BE(0)).toBe(0x0101)
    const types: number[] = []
    for (let at = 20; at < answer.byteLength; at += 4 + answer.readUInt16BE(at + 2)) types.push(answer.readUInt16BE(at))
    expect(types).toEqual([ATTRIBUTE.xorMappedAddress, ATTRIBUTE.messageIntegrity, ATTRIBUTE.fingerprint])
    expect(answer.readUInt16BE(26) ^ 0x2112).toBe(50_000)
    expect((answer.readUInt32BE(28) ^ 0x2112_a442) >>> 0).toBe(0xc000_0207)
    const six = Buffer.from(bindingSuccess(request, { address: '2001:db8::7', port: 1 }, 'secret') ?? [])
    expect(six.byteLength).toBeLessThan(REQUEST.byteLength)
    expect(six[25]).toBe(2)
    expect(bindingSuccess(request, { address: 'example.test', port: 1 }, 'secret')).toBeUndefined()
  })

  it('answers the RFC 5769 sample request as the RFC says it is made', () => {
    // RFC 5769 section 2.1: a sample request with SOFTWARE, PRIORITY, ICE-CONTROLLED, USERNAME, integrity, fingerprint.
    const sample = Buffer.from(
      '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b360006000' +
        '96576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf',
      'hex',
    )
    const request = parseBindingRequest(sample)
    expect(request?.username).toBe('evtj:h6vY')
    expect(request && integrityHolds(sample, request, 'VOkJxbRl1RmTxUk/WvJxBt')).toBe(true)
  })
})

describe('IP addresses as bytes', () => {
  it('reads IPv4, IPv6, compressed and mapped forms, and nothing else', () => {
    expect([...(ipBytes('192.0.2.1') ?? [])]).toEqual([192, 0, 2, 1])
    expect(Buffer.from(ipBytes('2001:db8::1') ?? []).toString('hex')).toBe('20010db8000000000000000000000001')
    expect(Buffer.from(ipBytes('::') ?? []).toString('hex')).toBe('0'.repeat(32))
    expect(Buffer.from(ipBytes('fe80::1%eth0') ?? []).toString('hex')).toBe('fe800000000000000000000000000001')
    expect(ipBytes('::ffff:192.0.2.1')?.byteLength).toBe(16)
    for (const text of ['', 'localhost', '192.0.2', '192.0.2.256', ':::', '1::2::3'])
      expect(ipBytes(text)).toBeUndefined()
  })

  it('spells one address in one way', () => {
    expect(canonicalIp('2001:DB8:0:0::1')).toBe(canonicalIp('2001:db8::1'))
    expect(canonicalIp('::ffff:192.0.2.1')).toBe(canonicalIp('192.0.2.1'))
    expect(canonicalIp('::ffff:192.0.2.1')).not.toBe(canonicalIp('192.0.2.2'))
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        expect(canonicalIp(address)).toBeDefined()
      }),
    )
  })
})
