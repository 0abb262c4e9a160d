import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { reportKeys, wounded } from '../../tests/franked.ts'
import { createFramedCall, frameNumber, FRAMES, JPEG, soundReport, WEBP, type FramedCall } from '../../tests/framed.ts'
import { CALL_ID, flipped, OTHER_CALL_ID } from '../../tests/pair.ts'
import { sha256 } from '../web-crypto.ts'
import { commitmentOf, commitToFrame, frameKeyOf } from './commitments.ts'
import * as limits from './limits.ts'
import { decodeFrameReport, encodeFrameReport, isFrameReport, sealFrameReport } from './report.ts'
import { frameStampInput } from './stamp.ts'
import type { FrameEvidence, FrameReport } from './types.ts'

/**
 * Each property of verifiable pictures as a test: what a dishonest reporter, sender or server tries. A call is played
 * honestly, with real MLS groups and commitments; a test changes what one of them would change.
 */
const DAY_MS = 24 * 60 * 60_000
const WINDOW_MS = 30 * DAY_MS

let call: FramedCall
let frames: readonly FrameEvidence[]
const at = (index: number): FrameEvidence => {
  const frame = frames[index]
  if (!frame) throw new Error('no such frame')
  return frame
}

beforeAll(async () => {
  call = await createFramedCall()
  const sent: FrameEvidence[] = []
  for (let count = 1; count <= 4; count += 1) sent.push(await call.send('creator'))
  frames = sent
})

/** Bob reports alice. */
const verdict = async (...reported: readonly FrameEvidence[]) => call.report('joiner', { frames: reported })

describe('an honest report', () => {
  it('[T3, EV6, EV9] is verified, and tells each frame as it was sent', async () => {
    const found = await verdict(at(0), at(2))
    expect(found).toMatchObject({ isVerified: true, faults: [], stills: [], notes: '' })
    expect(found.frames).toEqual(
      [at(0), at(2)].map(({ count, atMs, frame }) => ({ count, atMs, isProven: true, frame })),
    )
  })

  it('[T3, EV1] works in both directions of a call', async () => {
    const theirs = await call.send('joiner')
    expect(await call.report('creator', { frames: [theirs] })).toMatchObject({ isVerified: true, faults: [] })
  })

  it('[T3, EV9] carries stills and notes, which prove nothing and spoil nothing', async () => {
    const notes = 'he said: ünangenehm'
    const found = await call.report('joiner', { frames: [at(1)], stills: [JPEG, WEBP], notes })
    expect(found).toMatchObject({ isVerified: true, stills: [JPEG, WEBP], notes })
    const alone = await call.report('joiner', { stills: [JPEG], notes })
    expect(alone).toEqual({ isVerified: false, faults: [], frames: [], stills: [JPEG], notes })
  })

  it('[T3, EV5] takes as much as may be sent', async () => {
    const most: FrameEvidence[] = []
    const each = Math.floor((limits.REPORT_PICTURES_BYTES_MAX - 2 * limits.REPORT_STILL_BYTES_MAX) / 8)
    for (let count = 0; count < limits.REPORT_FRAMES_MAX; count += 1) {
      const frame = new Uint8Array(each)
      frame.set(frameNumber(count))
      most.push(await call.send('creator', frame))
    }
    const still = new Uint8Array(limits.REPORT_STILL_BYTES_MAX)
    still.set(JPEG)
    const report = { frames: most, stills: [still, still], notes: 'n'.repeat(limits.REPORT_NOTES_BYTES_MAX) }
    expect(await call.report('joiner', report)).toMatchObject({ isVerified: true, faults: [] })
  })
})

describe('what a dishonest reporter tries', () => {
  it('[T3, EV6] altered: another picture in the place of a frame does not fit its commitment', async () => {
    const altered = { ...at(1), frame: frameNumber(99) }
    const found = await verdict(at(0), altered, at(2))
    expect(found.faults).toEqual([{ fault: 'commitment', count: 2 }])
    expect(found.frames.map(({ isProven, frame }) => [isProven, frame !== undefined])).toEqual([
      [true, true],
      [false, false],
      [true, true],
    ])
    for (const changes of [{ sender: 'joiner' as const }, { frankingKey: at(0).frankingKey }, { frame: at(2).frame }])
      expect((await verdict({ ...at(1), ...changes })).faults).toEqual([{ fault: 'commitment', count: 2 }])
  })

  it('[T3, EV6] replayed: a frame of another call with the same person is told as such', async () => {
    const earlier = await createFramedCall({ callId: OTHER_CALL_ID })
    const replayed = await earlier.send('creator')
    expect((await verdict(replayed)).faults).toEqual([{ fault: 'other-call', count: 1 }])
    // Who hides where it comes from has a stamp of nothing.
    expect((await verdict({ ...replayed, callId: CALL_ID })).faults).toEqual([{ fault: 'stamp', count: 1 }])
  })

  it('[T3, EV6] invented: what the server never stamped proves nothing, however well it is committed to', async () => {
    const frame = frameNumber(77)
    // Bob can derive alice's keys, and make a commitment that alice never made.
    const frameKey = await frameKeyOf(call.sessions.joiner, CALL_ID, 'creator')
    const digest = await sha256(frame)
    const made = await commitToFrame({ frameKey, callId: CALL_ID, sender: 'creator', count: 9, digest })
    const invented = { ...at(3), count: 9, ...made, frame }
    expect((await verdict(invented)).faults).toEqual([{ fault: 'stamp', count: 9 }])
    for (const changes of [
      { stamp: flipped(at(3).stamp, 0, 1) },
      { stamp: at(2).stamp },
      { atMs: at(3).atMs + 1 },
      { count: 7 },
      { commitment: at(2).commitment },
    ]) {
      const changed = { ...at(3), ...changes }
      expect((await verdict(changed)).faults, Object.keys(changes)[0]).toEqual([
        { fault: 'stamp', count: changed.count },
      ])
    }
  })

  it('[T3, EV6] for somebody else: a stamp made for another person is worth nothing', async () => {
    const elsewhere = await createFramedCall({ accounts: { creator: 'alice', joiner: 'eve' } })
    const sent = await elsewhere.send('creator')
    expect((await verdict(sent)).faults).toEqual([{ fault: 'stamp', count: 1 }])
  })

  it('[T3, EV6] own-only: one’s own frames accuse nobody', async () => {
    const own = await call.send('joiner')
    const found = await verdict(own)
    expect(found.faults).toEqual([{ fault: 'own-only', count: own.count }])
    expect(found.frames).toEqual([{ count: own.count, atMs: own.atMs, isProven: false }])
  })

  it('[T3, EV8] order: counts that do not rise, times that fall and repeated frames are told, and stay proven', async () => {
    const found = await verdict(at(2), at(0), at(0))
    expect(found.faults).toEqual([
      { fault: 'order', count: 1 },
      { fault: 'order', count: 1 },
    ])
    expect(found.isVerified).toBe(false)
    expect(found.frames.every(({ isProven }) => isProven)).toBe(true)
  })

  it('[T3, EV9] unreadable: sealed for another call or by another person, changed, cut, or noise', async () => {
    const { publicKey } = await reportKeys
    const report = { publicKey, frames: [at(0)], stills: [], notes: '' }
    const sound = await sealFrameReport({ ...report, reporter: 'bob', callId: CALL_ID })
    const unreadable = { isVerified: false, faults: [{ fault: 'unreadable' }], frames: [], stills: [], notes: '' }
    expect((await call.verify('joiner', sound)).isVerified).toBe(true)
    for (const bytes of [
      await sealFrameReport({ ...report, reporter: 'eve', callId: CALL_ID }),
      await sealFrameReport({ ...report, reporter: 'bob', callId: OTHER_CALL_ID }),
      flipped(sound, 40, 1),
      sound.slice(0, -1),
      new Uint8Array(),
      new Uint8Array(1024 * 1024 + 1),
    ])
      expect(await call.verify('joiner', bytes)).toEqual(unreadable)
  })
})

describe('what a dishonest sender tries', () => {
  it('[T3, EV4, EV6] body: a commitment to something that is no picture is told, and nothing is shown', async () => {
    const inter = FRAMES[0]?.map((byte, index) => (index === 0 ? byte | 1 : byte)) ?? new Uint8Array()
    for (const frame of [inter, new Uint8Array(), new Uint8Array(200)]) {
      const sent = await call.send('creator', frame)
      const found = await verdict(sent)
      expect(found.faults).toEqual([{ fault: 'body', count: sent.count }])
      expect(found.frames[0]?.frame).toBeUndefined()
    }
  })
})

describe('time', () => {
  it('[T3, EV7] too-old: a frame can be reported for 30 days to the millisecond', async () => {
    const lastMs = at(0).atMs + WINDOW_MS
    expect((await call.report('joiner', { frames: [at(0)] }, lastMs)).isVerified).toBe(true)
    const late = await call.report('joiner', { frames: [at(0), at(1)] }, lastMs + 1)
    expect(late.faults).toEqual([{ fault: 'too-old', count: 1 }])
    expect(late.frames.map(({ isProven }) => isProven)).toEqual([false, true])
  })

  it('[T3, EV3, EV7] frames stamped under several keys stand in one report, until a key is destroyed', async () => {
    const long = await createFramedCall()
    const before = await long.send('creator')
    long.rotateKey()
    const after = await long.send('creator')
    expect(await long.report('joiner', { frames: [before, after] })).toMatchObject({ isVerified: true })
    long.keys.delete(1)
    const found = await long.report('joiner', { frames: [before, after] })
    expect(found.faults).toEqual([{ fault: 'too-old', count: 1 }])
    expect(found.frames.map(({ isProven }) => isProven)).toEqual([false, true])
  })
})

describe('deniability to outsiders', () => {
  it('[T3] the holder of the stamp key can make evidence nobody sent, and it verifies just as well', async () => {
    const frankingKey = new Uint8Array(32).fill(3)
    const frame = frameNumber(200)
    const digest = await sha256(frame)
    const commitment = await commitmentOf(frankingKey, { callId: CALL_ID, sender: 'creator', count: 1, digest })
    const told = call.stampOf('creator', 1, commitment)
    const forged = { callId: CALL_ID, sender: 'creator', count: 1, ...told, commitment, frankingKey, frame } as const
    expect(await verdict(forged)).toMatchObject({ isVerified: true, faults: [] })
  })
})

describe('bounds and hostile bytes', () => {
  const refused: readonly [string, () => Partial<FrameReport>][] = [
    ['nine frames', () => ({ frames: Array<FrameEvidence>(9).fill(at(0)) })],
    ['three stills', () => ({ stills: [JPEG, JPEG, JPEG] })],
    ['a still that is no picture', () => ({ stills: [Uint8Array.of(1, 2, 3)] })],
    ['a still that is too large', () => ({ stills: [grown(JPEG, limits.REPORT_STILL_BYTES_MAX + 1)] })],
    ['long notes', () => ({ notes: 'ü'.repeat(limits.REPORT_NOTES_BYTES_MAX / 2 + 1) })],
    ['a frame that is too large', () => ({ frames: [{ ...at(0), frame: grown(at(0).frame, 256 * 1024 + 1) }] })],
    [
      'too many bytes in all',
      () => ({ frames: [0, 1, 2, 3].map((index) => ({ ...at(index), frame: grown(at(index).frame, 256_000) })) }),
    ],
    ['a frame of no call', () => ({ frames: [{ ...at(0), callId: '' }] })],
    ['count 0', () => ({ frames: [{ ...at(0), count: 0 }] })],
    ['a short stamp', () => ({ frames: [{ ...at(0), stamp: new Uint8Array(31) }] })],
    ['a long franking key', () => ({ frames: [{ ...at(0), frankingKey: new Uint8Array(33) }] })],
    ['a time that is none', () => ({ frames: [{ ...at(0), atMs: -1 }] })],
  ]
  it.each(refused)('[EV5] refuses to seal %s', async (_, changes) => {
    const report = { frames: [], stills: [], notes: '', ...changes() }
    expect(isFrameReport(report)).toBe(false)
    const { publicKey } = await reportKeys
    await expect(sealFrameReport({ ...report, publicKey, reporter: 'bob', callId: CALL_ID })).rejects.toThrow(
      RangeError,
    )
  })

  it('[EV5] there is one encoding: whatever decodes, encodes to the same bytes', () => {
    const sound = soundReport([at(0), at(1)])
    expect(decodeFrameReport(sound)?.frames).toEqual([at(0), at(1)])
    const hostile = fc.oneof(wounded(fc.constant(sound)), fc.uint8Array({ maxLength: 300 }))
    fc.assert(
      fc.property(hostile, (bytes) => {
        const report = decodeFrameReport(bytes)
        if (report) expect(encodeFrameReport(report)).toEqual(bytes)
      }),
      { numRuns: 2_000 },
    )
  })

  it('[T3, EV9] whatever is sealed, there is a verdict, and nothing is proven that was not stamped', async () => {
    const { publicKey } = await reportKeys
    const sent = new Set([0, 1].map((index) => Buffer.from(at(index).frame).toString('hex')))
    const bytes = wounded(fc.constant(soundReport([at(0), at(1)])))
    await fc.assert(
      fc.asyncProperty(bytes, async (wound) => {
        const report = decodeFrameReport(wound)
        if (!report) return
        const sealed = await sealFrameReport({ ...report, publicKey, reporter: 'bob', callId: CALL_ID })
        const { frames: told, isVerified, faults } = await call.verify('joiner', sealed)
        for (const { isProven, frame } of told) {
          expect(frame !== undefined).toBe(isProven)
          if (frame) expect(sent.has(Buffer.from(frame).toString('hex'))).toBe(true)
        }
        expect(isVerified).toBe(told.length > 0 && faults.length === 0)
      }),
      { numRuns: 200 },
    )
  })

  it('[EV3] a stamp is made of sound values only', () => {
    const { callId, count, atMs, commitment } = at(0)
    const sound = { keyId: 1, senderAccount: 'alice', recipientAccount: 'bob', callId, count, atMs, commitment }
    expect(frameStampInput(sound)).toEqual(frameStampInput({ ...sound }))
    for (const changes of [
      { senderAccount: '' },
      { recipientAccount: 'a'.repeat(65) },
      { callId: '' },
      { count: -1 },
      { keyId: 2 ** 32 },
      { commitment: new Uint8Array(31) },
    ])
      expect(() => frameStampInput({ ...sound, ...changes })).toThrow(RangeError)
  })
})

function grown(bytes: Uint8Array, length: number): Uint8Array {
  const whole = new Uint8Array(length)
  whole.set(bytes)
  return whole
}
