import { encode } from 'cborg'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CLIENT_BODIES, SERVER_BODIES } from '../fuzz/arbitraries.ts'
import { fuzz } from '../fuzz/fuzz.ts'
import { CLIENT_FRAMES, type ClientFrameBody, type ClientFrameName } from './client-frames.ts'
import { decodeClientFrame, decodeServerFrame, encodeClientFrame, encodeServerFrame } from './codec.ts'
import { FRAME_BYTES_MAX } from './limits.ts'
import { SERVER_FRAMES, type ServerFrameBody, type ServerFrameName } from './server-frames.ts'

const CALL = '0b0e7a52-5f0e-4a63-9a5c-0d9b2a7c1e11' as ClientFrameBody<'call.end'>['callId']

function raw(type: number, body: Uint8Array, version = 1): Uint8Array {
  return Uint8Array.of(version, type, 0, 0, 0, 5, ...body)
}

describe('round trip', () => {
  it.each(Object.keys(CLIENT_FRAMES) as ClientFrameName[])('[WP8] client frame %s', (name) => {
    fc.assert(
      fc.property(CLIENT_BODIES[name], fc.nat({ max: 0xffff_ffff }), (body, id) => {
        const bytes = encodeClientFrame(name, id, body as ClientFrameBody<typeof name>)
        expect(decodeClientFrame(bytes)).toEqual({ ok: true, value: { name, id, body } })
      }),
    )
  })

  it.each(Object.keys(SERVER_FRAMES) as ServerFrameName[])('[WP8] server frame %s', (name) => {
    fc.assert(
      fc.property(SERVER_BODIES[name], fc.nat({ max: 0xffff_ffff }), (body, id) => {
        const bytes = encodeServerFrame(name, id, body as ServerFrameBody<typeof name>)
        expect(decodeServerFrame(bytes)).toEqual({ ok: true, value: { name, id, body } })
      }),
    )
  })

  it('[WP9] type numbers are unique over both directions', () => {
    const types = [...Object.values(CLIENT_FRAMES), ...Object.values(SERVER_FRAMES)].map((spec) => spec.type)
    expect(new Set(types).size).toBe(types.length)
  })
})

describe('refusals', () => {
  it('[WP1] a frame over the limit is refused by its length, whatever is in it', () => {
    expect(decodeClientFrame(new Uint8Array(FRAME_BYTES_MAX + 1))).toEqual({ ok: false, code: 'WIRE_FRAME_TOO_LARGE' })
  })

  it('[WP2] another version is refused', () => {
    expect(decodeClientFrame(raw(8, encode({}), 2))).toEqual({ ok: false, code: 'WIRE_VERSION' })
  })

  it('[WP3] a torn header and a body that is no CBOR are refused', () => {
    expect(decodeClientFrame(Uint8Array.of(1, 8, 0))).toEqual({ ok: false, code: 'WIRE_MALFORMED' })
    expect(decodeClientFrame(raw(8, Uint8Array.of(0xff)))).toMatchObject({ ok: false, code: 'WIRE_MALFORMED' })
    expect(decodeClientFrame(raw(8, new Uint8Array()))).toMatchObject({ ok: false, code: 'WIRE_MALFORMED' })
  })

  it('[WP4] an unknown type can be answered by its id', () => {
    expect(decodeClientFrame(raw(63, encode({})))).toEqual({ ok: false, code: 'WIRE_UNKNOWN_TYPE', id: 5 })
    expect(decodeClientFrame(raw(SERVER_FRAMES.ack.type, encode({})))).toMatchObject({ code: 'WIRE_UNKNOWN_TYPE' })
  })

  it.each([
    ['an integer that is not the shortest', [0xa1, 0x61, 0x61, 0x18, 0x01]],
    ['an indefinite map', [0xbf, 0xff]],
    ['a key twice', [0xa2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x01]],
    ['undefined', [0xa1, 0x61, 0x61, 0xf7]],
    ['NaN', [0xa1, 0x61, 0x61, 0xfb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]],
    ['something behind the value', [0xa0, 0x00]],
  ])('[WP5] %s is refused', (_, body) => {
    expect(decodeClientFrame(raw(8, Uint8Array.from(body)))).toMatchObject({ ok: false, code: 'WIRE_MALFORMED' })
  })

  it('[WP5] frames are written with keys in one order, and read in any', () => {
    const ordered = encodeClientFrame('call.end', 5, { callId: CALL, reason: 'end' })
    const swapped = { reason: 'end', callId: CALL } as const
    expect(encodeClientFrame('call.end', 5, swapped)).toEqual(ordered)
    const reversed = Uint8Array.of(0xa2, ...encode('callId'), ...encode(CALL), ...encode('reason'), ...encode('end'))
    expect(decodeClientFrame(raw(8, reversed))).toEqual(decodeClientFrame(ordered))
  })

  it('[WP5] ill-formed UTF-8 never passes for an id', () => {
    const bytes = encodeClientFrame('match.leave', 5, { ticketId: CALL as never })
    bytes[bytes.length - 1] = 0xb1
    expect(decodeClientFrame(bytes)).toEqual({ ok: false, code: 'WIRE_INVALID', id: 5 })
  })

  it('[WP6] a missing, a wrong and an unknown field do not fit', () => {
    for (const body of [{}, { callId: CALL, reason: 'bored' }, { callId: CALL, reason: 'end', extra: 1 }, 7, null, []])
      expect(decodeClientFrame(raw(8, encode(body)))).toEqual({ ok: false, code: 'WIRE_INVALID', id: 5 })
  })

  it('[WP6] a client ignores what a newer server adds', () => {
    const bytes = raw(SERVER_FRAMES.heartbeat.type, encode({ serverMs: 1, mood: 'calm' }))
    expect(decodeServerFrame(bytes)).toEqual({ ok: true, value: { name: 'heartbeat', id: 5, body: { serverMs: 1 } } })
  })

  it('[WP7] hostile bytes never throw, and what is read stays what it is when written again', () => {
    fuzz({ seed: 20_260, runs: 3_000 })
  })
})
