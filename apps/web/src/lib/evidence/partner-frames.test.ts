import { createHash, randomBytes } from 'node:crypto'
import { commitToFrame, KEY_FRAME_BYTES_MAX, stillOf } from '@visavis/e2ee'
import { createFakeClock, createFakeLog } from '@visavis/testkit'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { CallId } from '@visavis/wire'
import { keyFrame } from '../engine/sim/fake-taps.ts'
import { createPartnerFrames, FRAMES_KEPT_BYTES_MAX, FRAMES_KEPT_MAX, type Committed } from './partner-frames.ts'

// Method: real commitments under a key that the test made; the partner may do whatever it likes.

const callId = 'f2a1c0de-0000-4000-8000-000000000001' as CallId
const frameKey = new Uint8Array(randomBytes(32))

function partner() {
  const clock = createFakeClock()
  const log = createFakeLog()
  let matches = 0
  const frames = createPartnerFrames({
    e2ee: { commitToFrame, stillOf },
    clock,
    log,
    callId,
    sender: 'joiner',
    frameKey: async () => frameKey,
    matched: () => void matches++,
  })
  frames.confirmed()
  return { clock, log, frames, matches: () => matches }
}

const told = (count: number, commitment: Uint8Array): Committed => ({
  callId,
  count,
  commitment: commitment.slice(),
  atMs: count,
  stampKeyId: 1,
  stamp: new Uint8Array(32),
})

async function commit(count: number, digest: Uint8Array): Promise<Committed> {
  const { commitment } = await commitToFrame({ frameKey, callId, sender: 'joiner', count, digest })
  return told(count, commitment)
}

const arrived = (bytes: Uint8Array) => ({
  bytes: new Uint8Array(bytes),
  digest: new Uint8Array(createHash('sha256').update(bytes).digest()),
})

it('[T3] whatever bytes and commitments come, nothing throws and nothing unproven is kept', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('frame' as const), bytes: fc.uint8Array({ maxLength: 80 }) }),
    fc.record({ kind: fc.constant('key' as const), filling: fc.integer({ min: 0, max: 5 }) }),
    fc.record({
      kind: fc.constant('told' as const),
      count: fc.integer({ min: 1, max: 6 }),
      bytes: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    }),
    fc.record({
      kind: fc.constant('commit' as const),
      count: fc.integer({ min: 1, max: 6 }),
      filling: fc.integer({ min: 0, max: 5 }),
    }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 9_000 }) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { clock, log, frames, matches } = partner()
      const committed = new Set<string>()
      for (const each of steps) {
        if (each.kind === 'frame') frames.arrived(arrived(each.bytes), true)
        else if (each.kind === 'key') frames.arrived(keyFrame(each.filling), true)
        else if (each.kind === 'told') frames.committed(told(each.count, each.bytes))
        else if (each.kind === 'wait') await clock.advance(each.ms)
        else {
          const frame = keyFrame(each.filling)
          committed.add(`${each.count} ${each.filling}`)
          frames.committed(await commit(each.count, frame.digest))
        }
        await frames.kept()
      }
      const kept = await frames.kept()
      expect(log.lines.filter(({ level }) => level === 'error')).toEqual([])
      expect(kept.length).toBeLessThanOrEqual(matches())
      expect(new Set(kept.map(({ count }) => count)).size).toBe(kept.length)
      for (const { count, frame } of kept) expect(committed).toContain(`${count} ${frame.at(-1)}`)
    }),
    { numRuns: 60 },
  )
})

it('[T3] however many and large the frames of a partner are, memory has an end; the oldest go first', async () => {
  const { clock, frames } = partner()
  const flood = async (from: number, count: number, bytes: number) => {
    for (let at = from; at < from + count; at++) {
      const frame = keyFrame(at, bytes)
      frames.arrived(frame, true)
      frames.committed(await commit(at, frame.digest))
      await clock.advance(100)
    }
    return frames.kept()
  }
  const many = await flood(1, 40, 64)
  expect(many.map(({ count }) => count)).toEqual(Array.from({ length: FRAMES_KEPT_MAX }, (_, at) => 21 + at))
  const large = await flood(41, 18, KEY_FRAME_BYTES_MAX)
  const bytes = large.reduce((sum, { frame }) => sum + frame.byteLength, 0)
  expect(bytes).toBeLessThanOrEqual(FRAMES_KEPT_BYTES_MAX)
  expect(large.at(-1)?.count).toBe(58)
  expect(large.length).toBeGreaterThan(10)
})

it('[T3] a frame of another role, call or key is nobody’s here', async () => {
  const { frames, matches } = partner()
  const { digest, bytes } = keyFrame(1)
  const other = {
    role: await commitToFrame({ frameKey, callId, sender: 'creator', count: 1, digest }),
    call: await commitToFrame({ frameKey, callId: 'another', sender: 'joiner', count: 2, digest }),
    key: await commitToFrame({ frameKey: new Uint8Array(32), callId, sender: 'joiner', count: 3, digest }),
  }
  frames.arrived({ bytes, digest }, true)
  for (const [at, { commitment }] of Object.values(other).entries()) frames.committed(told(at + 1, commitment))
  expect(await frames.kept()).toEqual([])
  expect(matches()).toBe(0)
})
