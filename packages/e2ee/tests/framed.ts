import { createHmac } from 'node:crypto'
import { commitToFrame, frameKeyOf } from '../src/frames/commitments.ts'
import { encodeFrameReport, sealFrameReport } from '../src/frames/report.ts'
import { frameStampInput } from '../src/frames/stamp.ts'
import type { CallRole, FrameEvidence, FrameReport } from '../src/frames/types.ts'
import { verifyFrameReport } from '../src/frames/verdict.ts'
import { sha256 } from '../src/web-crypto.ts'
import { reportKeys } from './franked.ts'
import { CALL_ID, createPair, NOW_MS } from './pair.ts'

/** Real VP8 key frames, 64 by 48 and 33 by 17 pixels, as an encoder of a browser made them. */
export const FRAMES = [
  'cAQAnQEqQAAwAD9xuNNiNLAqJiV4CAKQLgliAMLwAMAxuQy2UPCn/l6v/0wA+daF7hPWt51eejLj/t4K6ACPuzYJzAAvyC4LDbxCyJ4Q7Wh+tsvIrHOby+HdjKEv66nZa7cAAAAA',
  '0AMAnQEqIQARAD9xqMhcNKwoJCqqApAuCWIArk++QL3YAkVcahtAAPnWhe4T1redXncwvkYBLJ2NyGyAPrRV96M+KkqPXaR3XSrSa7YsgAA=',
].map((text) => new Uint8Array(Buffer.from(text, 'base64')))

/** The smallest things that begin as a picture of their kind. */
export const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3)
export const WEBP = Uint8Array.of(...Buffer.from('RIFF\x04\0\0\0WEBP'))

/** A frame that differs from all others and is a key frame all the same: only bytes of the last partition change. */
export function frameNumber(number: number): Uint8Array {
  const frame = Uint8Array.from(FRAMES[number % FRAMES.length] ?? [])
  frame[frame.length - 1] = number
  return frame
}

export const SECOND_MS = 1_000
const HOUR_MS = 60 * 60_000

type Call = { readonly callId: string; readonly accounts: Readonly<Record<CallRole, string>> }

/** A call of alice, who made the group, and bob, with everything a server does about key frames. */
export async function createFramedCall(call: Partial<Call> = {}) {
  const callId = call.callId ?? CALL_ID
  const accounts = call.accounts ?? { creator: 'alice', joiner: 'bob' }
  const { alice, bob } = await createPair(callId)
  const sessions = { creator: alice, joiner: bob }
  const keys = new Map([[1, new Uint8Array(32).fill(7)]])
  const counts = { creator: 0, joiner: 0 }
  const state = { keyId: 1, atMs: NOW_MS - HOUR_MS }
  const otherOf = (role: CallRole): CallRole => (role === 'creator' ? 'joiner' : 'creator')

  /** What the server tells the partner of a commitment. */
  function stampOf(sender: CallRole, count: number, commitment: Uint8Array) {
    const { keyId, atMs } = state
    const [senderAccount, recipientAccount] = [accounts[sender], accounts[otherOf(sender)]]
    const input = frameStampInput({ keyId, senderAccount, recipientAccount, callId, count, atMs, commitment })
    const key = keys.get(keyId) ?? new Uint8Array(32)
    return { stampKeyId: keyId, atMs, stamp: new Uint8Array(createHmac('sha256', key).update(input).digest()) }
  }

  return {
    callId,
    accounts,
    sessions,
    keys,
    state,
    stampOf,
    rotateKey() {
      state.keyId += 1
      keys.set(state.keyId, new Uint8Array(32).fill(state.keyId))
    },
    /** Sends a key frame: the sender commits, the server stamps, the receiver keeps what it could report. */
    async send(sender: CallRole, frame = frameNumber(counts[sender])): Promise<FrameEvidence> {
      const count = (counts[sender] += 1)
      state.atMs += SECOND_MS
      const digest = await sha256(frame)
      const committed = { callId, sender, count, digest }
      const told = await commitToFrame({ ...committed, frameKey: await frameKeyOf(sessions[sender], callId, sender) })
      const stamped = stampOf(sender, count, told.commitment)
      const receiver = sessions[otherOf(sender)]
      const seen = await commitToFrame({ ...committed, frameKey: await frameKeyOf(receiver, callId, sender) })
      return { callId, sender, count, ...stamped, commitment: told.commitment, frankingKey: seen.frankingKey, frame }
    },
    async report(reporter: CallRole, report: Partial<FrameReport>, nowMs = NOW_MS) {
      const { publicKey } = await reportKeys
      const whole = { frames: [], stills: [], notes: '', ...report }
      const sealed = await sealFrameReport({ ...whole, publicKey, reporter: accounts[reporter], callId })
      return this.verify(reporter, sealed, nowMs)
    },
    async verify(reporter: CallRole, sealed: Uint8Array, nowMs = NOW_MS) {
      const { privateKey } = await reportKeys
      const stampKey = (id: number) => Promise.resolve(keys.get(id))
      const place = { reporter: accounts[reporter], accused: accounts[otherOf(reporter)], callId }
      return verifyFrameReport({ ...place, privateKey, sealed, stampKey, nowMs })
    },
  }
}
export type FramedCall = Awaited<ReturnType<typeof createFramedCall>>

/** A report as bytes, with some of everything. */
export function soundReport(frames: readonly FrameEvidence[]): Uint8Array {
  return encodeFrameReport({ frames, stills: [JPEG, WEBP], notes: 'she said "look", and laughed' })
}
