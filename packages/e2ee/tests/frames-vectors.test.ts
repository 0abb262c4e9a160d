import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { commitToFrame } from '../src/frames/commitments.ts'
import { stillOf } from '../src/frames/key-frame.ts'
import { decodeFrameReport, encodeFrameReport } from '../src/frames/report.ts'
import { frameStampInput } from '../src/frames/stamp.ts'
import type { CallRole } from '../src/frames/types.ts'
import { sha256 } from '../src/web-crypto.ts'
import vectors from '../vectors/frames.json' with { type: 'json' }

/** Formats, byte by byte, against what a second implementation made. */
const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const { callId } = vectors
const frame = fromHex(vectors.frameHex)

it.each(vectors.frames)('[EV2, EV3] $comment', async (vector) => {
  const { count, atMs, keyId, senderAccount, recipientAccount } = vector
  const committed = { callId, sender: vector.sender as CallRole, count, digest: await sha256(frame) }
  const made = await commitToFrame({ ...committed, frameKey: fromHex(vectors.frameKeyHex) })
  expect([made.frankingKey, made.commitment].map(toHex)).toEqual([vector.frankingKeyHex, vector.commitmentHex])
  const { commitment } = made
  const input = frameStampInput({ keyId, senderAccount, recipientAccount, callId, count, atMs, commitment })
  expect(toHex(input)).toBe(vector.inputHex)
  expect(createHmac('sha256', fromHex(vectors.stampKeyHex)).update(input).digest('hex')).toBe(vector.stampHex)
})

it('[EV4] the picture of a frame', () => {
  expect(toHex(stillOf(frame) ?? new Uint8Array())).toBe(vectors.webpHex)
})

it('[EV5] a report with frames, a still and notes', () => {
  const report = decodeFrameReport(fromHex(vectors.reportHex))
  if (!report) throw new Error('not decoded')
  expect(toHex(encodeFrameReport(report))).toBe(vectors.reportHex)
  expect(report.frames.map(({ sender, count, atMs }) => [sender, count, atMs])).toEqual(
    vectors.frames.map(({ sender, count, atMs }) => [sender, count, atMs]),
  )
  expect([report.stills.map(toHex), report.notes]).toEqual([['ffd8ffe0'], 'notiz: ü'])
})
