import fc from 'fast-check'
import { stillOf } from '../src/frames/key-frame.ts'
import { decodeFrameReport, encodeFrameReport, sealFrameReport } from '../src/frames/report.ts'
import { reportKeys, wounded } from '../tests/franked.ts'
import { createFramedCall, FRAMES, soundReport } from '../tests/framed.ts'

/** Sealing and verifying a report costs a hundred times what a decoding costs. */
const RUNS_PER_SEALED = 20

/**
 * Hostile bytes against everything of committed key frames that reads a stranger's (EV4, EV5, EV9): one encoding per report;
 * a picture holds the frame's bytes or there is none; whatever is sealed or sent, there is a verdict, and what is proven
 * was stamped.
 *
 * @throws Error naming what failed, with seed and smallest counterexample
 */
export async function fuzz({ seed, runs }: { seed: number; runs: number }): Promise<void> {
  const call = await createFramedCall()
  const frames = [await call.send('creator'), await call.send('creator')]
  const sound = soundReport(frames)
  const hostile = fc.oneof(wounded(fc.constant(sound)), wounded(wounded(fc.constant(sound))), fc.uint8Array())
  const isCanonical = fc.property(hostile, (bytes) => {
    const report = decodeFrameReport(bytes)
    if (report && !isSame(encodeFrameReport(report), bytes)) throw new Error('a report has two encodings')
  })
  fc.assert(isCanonical, { seed, numRuns: runs })
  const isHeld = fc.property(fc.oneof(wounded(fc.constantFrom(...FRAMES)), fc.uint8Array()), (bytes) => {
    const still = stillOf(bytes)
    if (still && !isSame(still.subarray(20, 20 + bytes.length), bytes)) throw new Error('a picture of something else')
  })
  fc.assert(isHeld, { seed, numRuns: runs })

  const { publicKey } = await reportKeys
  const place = { publicKey, reporter: call.accounts.joiner, callId: call.callId }
  const known = new Set(frames.map(({ frame }) => Buffer.from(frame).toString('hex')))
  const isJust = fc.asyncProperty(wounded(fc.constant(sound)), fc.boolean(), async (bytes, isInside) => {
    const report = isInside ? decodeFrameReport(bytes) : undefined
    const verdict = await call.verify('joiner', report ? await sealFrameReport({ ...place, ...report }) : bytes)
    for (const { frame } of verdict.frames)
      if (frame && !known.has(Buffer.from(frame).toString('hex'))) throw new Error('proven, and never stamped')
    if (!report && verdict.faults[0]?.fault !== 'unreadable') throw new Error('opened what was not sealed')
  })
  await fc.assert(isJust, { seed, numRuns: Math.ceil(runs / RUNS_PER_SEALED) })
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
