import * as e2ee from '@visavis/e2ee'
import { settle } from '@visavis/testkit'
import { expect, it } from 'vitest'
import type { CallId } from '@visavis/wire'
import { keyFrame } from '../engine/sim/fake-taps.ts'
import { createEvidenceChoice } from './evidence-choice.ts'
import type { KeptEvidence } from './types.ts'

const callId = 'a-call' as CallId
const bytes = (length: number) => new Uint8Array(length)

function kept(frames: number, frameBytes = 64): KeptEvidence {
  return {
    callId,
    receipt: Uint8Array.of(7),
    trust: 'vouched',
    stills: [],
    frames: Array.from({ length: frames }, (_, at) => ({
      callId,
      sender: 'creator' as const,
      count: at + 1,
      atMs: 1_000 * at,
      stampKeyId: 1,
      stamp: bytes(32),
      commitment: bytes(32),
      frankingKey: bytes(32),
      frame: keyFrame(at, frameBytes).bytes,
    })),
  }
}

async function choiceOf(evidence: KeptEvidence | undefined) {
  const choice = createEvidenceChoice({ load: async () => ({ kept: evidence, bounds: e2ee }) })
  expect(choice.get()).toEqual({ kind: 'looking' })
  expect(choice.attached()).toBeUndefined()
  await settle(2)
  return choice
}

const picturesOf = (choice: Awaited<ReturnType<typeof choiceOf>>) => {
  const state = choice.get()
  return state.kind === 'ready' ? state.pictures : []
}
const countsOf = (choice: Awaited<ReturnType<typeof choiceOf>>) => choice.attached()?.frames.map(({ count }) => count)

it('[T3] the latest pictures are chosen from the start; what is ticked is what goes, and nothing else', async () => {
  const choice = await choiceOf(kept(5))
  expect(picturesOf(choice).map(({ isChosen }) => isChosen)).toEqual([false, false, true, true, true])
  expect(countsOf(choice)).toEqual([3, 4, 5])
  choice.toggle('frame-4')
  choice.toggle('frame-1')
  expect(countsOf(choice)).toEqual([1, 3, 5])
  for (const id of ['frame-1', 'frame-3', 'frame-5']) choice.toggle(id)
  expect(choice.attached()).toEqual({ frames: [], stills: [], notes: '', receipt: Uint8Array.of(7) })
})

it('[T3] a report has room for eight pictures, and for so many bytes', async () => {
  const many = await choiceOf(kept(12))
  for (let count = 1; count <= 12; count++) if (!countsOf(many)?.includes(count)) many.toggle(`frame-${count}`)
  expect(countsOf(many)).toHaveLength(e2ee.REPORT_FRAMES_MAX)
  expect(picturesOf(many).filter(({ isFree }) => !isFree)).toHaveLength(4)

  const large = await choiceOf(kept(6, e2ee.KEY_FRAME_BYTES_MAX))
  for (let count = 1; count <= 3; count++) large.toggle(`frame-${count}`)
  expect(countsOf(large)).toEqual([4, 5, 6])
  expect(e2ee.isFrameReport({ ...(large.attached() ?? { frames: [], stills: [], notes: '' }) })).toBe(true)
})

it('[T3] stills are told apart from what is proven; what is no picture is not offered', async () => {
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)
  const choice = await choiceOf({ ...kept(0), stills: [jpeg, bytes(9)], trust: 'unchecked' })
  expect(picturesOf(choice).map(({ id, isProvable }) => [id, isProvable])).toEqual([['still-0', false]])
  expect(choice.attached()).toMatchObject({ frames: [], stills: [jpeg] })
})

it('[T3] without anything kept, or when it cannot be had, there is nothing to choose', async () => {
  expect(picturesOf(await choiceOf(undefined))).toEqual([])
  const failing = createEvidenceChoice({ load: () => Promise.reject(new Error('not there')) })
  await settle(2)
  expect(failing.get()).toEqual({ kind: 'ready', pictures: [], trust: 'waiting' })
  expect(failing.attached()).toBeUndefined()
})
