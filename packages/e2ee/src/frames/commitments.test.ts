import { describe, expect, it } from 'vitest'
import { CALL_ID, createPair, flipped, OTHER_CALL_ID } from '../../tests/pair.ts'
import { commitToFrame, frameKeyOf } from './commitments.ts'

const digest = new Uint8Array(32).fill(5)
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('frame keys', () => {
  it('[T3, EV1] both sides get the same key of each side, and no two sides, calls or groups share one', async () => {
    const { alice, bob } = await createPair()
    const { alice: again } = await createPair()
    for (const sender of ['creator', 'joiner'] as const)
      expect(await frameKeyOf(alice, CALL_ID, sender)).toEqual(await frameKeyOf(bob, CALL_ID, sender))
    const keys = await Promise.all([
      frameKeyOf(alice, CALL_ID, 'creator'),
      frameKeyOf(alice, CALL_ID, 'joiner'),
      frameKeyOf(alice, OTHER_CALL_ID, 'creator'),
      frameKeyOf(again, CALL_ID, 'creator'),
    ])
    expect(keys.map((key) => key.byteLength)).toEqual([32, 32, 32, 32])
    expect(new Set(keys.map(hex)).size).toBe(4)
  })
})

describe('commitments', () => {
  const frame = { frameKey: new Uint8Array(32).fill(1), callId: CALL_ID, sender: 'creator', count: 1, digest } as const

  it('[T3, EV2] each part of a frame changes the commitment, and each count has a franking key of its own', async () => {
    const sound = await commitToFrame(frame)
    expect(await commitToFrame(frame)).toEqual(sound)
    const others = await Promise.all([
      commitToFrame({ ...frame, callId: OTHER_CALL_ID }),
      commitToFrame({ ...frame, sender: 'joiner' }),
      commitToFrame({ ...frame, count: 2 }),
      commitToFrame({ ...frame, digest: flipped(digest, 31, 1) }),
      commitToFrame({ ...frame, frameKey: flipped(frame.frameKey, 0, 1) }),
    ])
    expect(new Set([sound, ...others].map(({ commitment }) => hex(commitment))).size).toBe(6)
    // Of the same frame key and count it is the same: what a report discloses opens one count, whatever was sent as it.
    expect(others.map(({ frankingKey }) => hex(frankingKey) === hex(sound.frankingKey))).toEqual([
      true,
      true,
      false,
      true,
      false,
    ])
  })

  it('[EV2] refuses what is no frame', async () => {
    for (const changes of [
      { count: 0 },
      { count: 2 ** 32 },
      { count: 1.5 },
      { callId: '' },
      { callId: 'x'.repeat(65) },
      { digest: new Uint8Array(31) },
    ])
      await expect(commitToFrame({ ...frame, ...changes })).rejects.toThrow(RangeError)
    await expect(commitToFrame({ ...frame, count: 2 ** 32 - 1 })).resolves.toBeDefined()
  })
})
