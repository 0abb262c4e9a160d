import { decode, encode } from 'cborg'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { CLIENT_BODIES } from '../fuzz/arbitraries.ts'
import { readFrequentFrame } from './cbor-reader.ts'
import { CLIENT_FRAMES, type ClientFrameBody } from './client-frames.ts'
import { decodeClientFrame, encodeClientFrame } from './codec.ts'
import { CIPHERTEXT_BYTES_MAX, FRAME_HEADER_BYTES } from './limits.ts'

type Name = 'message.send' | 'conversation.send' | 'received'
const NAMES: readonly Name[] = ['message.send', 'conversation.send', 'received']

/** The oracle: the general library and the schema, which the quick reader must never disagree with. */
function general(name: Name, frame: Uint8Array): unknown {
  try {
    const raw: unknown = decode(frame.subarray(FRAME_HEADER_BYTES), {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      rejectDuplicateMapKeys: true,
    })
    return z.safeParse(CLIENT_FRAMES[name].schema, raw).data
  } catch {
    return undefined
  }
}

it('[WP7] what was read of one frame stays as it was, whatever is read after it and becomes of its memory', () => {
  const bodies = fc.array(CLIENT_BODIES['conversation.send'], { minLength: 2, maxLength: 6 })
  fc.assert(
    fc.property(bodies, (all) => {
      const frames = all.map((body) => encodeClientFrame('conversation.send', 1, body as ClientFrameBody<Name>))
      const read = frames.map((frame) => readFrequentFrame(frame, 1))
      for (const frame of frames) frame.fill(0xff)
      expect(read.map((frame) => frame?.body)).toEqual(all)
    }),
  )
})

describe.each(NAMES)('the quick reader of %s', (name) => {
  it('[WP8] reads what the writer wrote, like the general decoder', () => {
    fc.assert(
      fc.property(CLIENT_BODIES[name], fc.nat({ max: 0xffff_ffff }), (body, id) => {
        const frame = encodeClientFrame(name, id, body as ClientFrameBody<Name>)
        expect(readFrequentFrame(frame, id)).toEqual({ name, id, body })
        expect(general(name, frame)).toEqual(body)
      }),
    )
  })

  it('[WP5] [WP7] agrees with the general decoder on damaged frames, or leaves them to it', () => {
    const damage = fc.record({
      at: fc.nat({ max: 300 }),
      byte: fc.nat({ max: 255 }),
      cut: fc.option(fc.nat({ max: 300 })),
      tail: fc.uint8Array({ maxLength: 2 }),
    })
    fc.assert(
      fc.property(CLIENT_BODIES[name], damage, (body, { at, byte, cut, tail }) => {
        const whole = encodeClientFrame(name, 7, body as ClientFrameBody<Name>)
        const frame = Uint8Array.from([...whole.subarray(0, cut ?? whole.byteLength), ...tail])
        const place = FRAME_HEADER_BYTES + (at % Math.max(1, frame.byteLength - FRAME_HEADER_BYTES))
        if (place < frame.byteLength) frame[place] = byte
        const quick = readFrequentFrame(frame, 7)
        if (quick) expect(quick.body).toEqual(general(name, frame))
      }),
      { numRuns: 2_000 },
    )
  })
})

it.each([0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER])(
  '[WP5] reads the number %d in its shortest form and leaves every longer one',
  (durableSeq) => {
    const frame = encodeClientFrame('received', 1, { sessionSeq: 5, durableSeq })
    expect(readFrequentFrame(frame, 1)?.body).toEqual({ sessionSeq: 5, durableSeq })
    const before = [0xa2, ...encode('durableSeq')]
    const after = [...encode('sessionSeq'), 5]
    const longest = new Uint8Array(9)
    longest[0] = 0x1b
    new DataView(longest.buffer).setBigUint64(1, BigInt(durableSeq))
    const long = Uint8Array.from([...frame.subarray(0, FRAME_HEADER_BYTES), ...before, ...longest, ...after])
    if (durableSeq < 2 ** 32) expect(readFrequentFrame(long, 1)).toBeUndefined()
  },
)

it('[WP6] what the schema refuses is refused whichever way it is read', () => {
  const large = encodeClientFrame('received', 1, { sessionSeq: 2 ** 32, durableSeq: 1 })
  expect(decodeClientFrame(large)).toMatchObject({ ok: false, code: 'WIRE_INVALID' })
  const body = { callId: '0b0e7a52-5f0e-4a63-9a5c-0d9b2a7c1e11', messageId: '0b0e7a52-5f0e-4a63-9a5c-0d9b2a7c1e12' }
  for (const ciphertext of [new Uint8Array(0), new Uint8Array(CIPHERTEXT_BYTES_MAX + 1)]) {
    const frame = encodeClientFrame('message.send', 1, { ...body, ciphertext } as never)
    expect(decodeClientFrame(frame)).toMatchObject({ ok: false, code: 'WIRE_INVALID' })
  }
  const upper = { ...body, callId: body.callId.toUpperCase(), ciphertext: Uint8Array.of(1) }
  expect(decodeClientFrame(encodeClientFrame('message.send', 1, upper as never))).toMatchObject({
    code: 'WIRE_INVALID',
  })
})

it('[WP6] a message of a conversation beyond its bounds is refused whichever way it is read', () => {
  const id = '0b0e7a52-5f0e-4a63-9a5c-0d9b2a7c1e11'
  const ids = { conversationId: id, messageId: id }
  const sound = { ...ids, generation: 1, epoch: 1, commitment: new Uint8Array(32), ciphertext: Uint8Array.of(1) }
  const read = (change: object) =>
    decodeClientFrame(encodeClientFrame('conversation.send', 1, { ...sound, ...change } as never))
  expect(read({})).toMatchObject({ ok: true, value: { body: sound } })
  for (const wrong of [
    { epoch: 2 ** 32 },
    { generation: 2 ** 32 },
    { commitment: new Uint8Array(31) },
    { commitment: new Uint8Array(33) },
    { ciphertext: new Uint8Array(0) },
    { ciphertext: new Uint8Array(CIPHERTEXT_BYTES_MAX + 1) },
    { messageId: id.toUpperCase() },
    { conversationId: id.replace('-', '0') },
    { position: 1 },
  ])
    expect(read(wrong)).toMatchObject({ ok: false, code: 'WIRE_INVALID' })
})
