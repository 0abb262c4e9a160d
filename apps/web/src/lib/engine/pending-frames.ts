import * as z from 'zod/mini'
import {
  ACK_RESULTS,
  encodeClientFrame,
  fail,
  ok,
  type AckResult,
  type ClientFrameBody,
  type ClientFrameName,
  type Code,
  type Result,
} from '@visavis/wire'

/**
 * The client frames that were not answered yet. Pure bookkeeping: who may wait, what is sent again after a cut.
 *
 * Three habits, by what a frame means when it arrives late:
 * - `keep`: right at any time and idempotent at the server (a text, the end of a call). Waits for a connection and
 *   survives the loss of a session under a new id.
 * - `session`: belongs to what the server knows of this session (signals). Waits for a connection, but not beyond the
 *   session: its sender makes it anew.
 * - `live`: only right now (a seek, a lease). Fails at once without a connection.
 */
export const HABITS = {
  'match.seek': 'live',
  'relay.lease': 'live',
  'match.leave': 'session',
  'call.applied': 'session',
  'call.signal': 'session',
  'call.candidate': 'session',
  'call.end': 'keep',
  'message.send': 'keep',
  'contact.keep': 'keep',
  // A stamp says when: a commitment that comes later would say it wrongly.
  'call.commit': 'live',
  // The messenger has an outbox of its own and sends again by it.
  'conversation.commit': 'session',
  'conversation.send': 'session',
  'conversation.typing': 'live',
} as const satisfies Partial<Record<ClientFrameName, 'keep' | 'session' | 'live'>>

export type RequestName = keyof typeof HABITS

/** Frames that may wait for an answer at once. A screen that asks for more is broken or the network is long gone. */
export const PENDING_FRAMES_MAX = 256

type Waiting = {
  id: number
  readonly name: RequestName
  readonly body: ClientFrameBody<RequestName>
  readonly settle: (result: Result<unknown>) => void
}

export type PendingFrames = {
  /** Takes a frame; `undefined` when it may not wait, in which case its promise has failed already. */
  add<N extends RequestName>(name: N, body: ClientFrameBody<N>, online: boolean): Added<N>
  /** Answers a frame; an answer that does not fit its name becomes WIRE_INVALID, one to no frame is ignored. */
  settle(id: number, result: Result<unknown>): void
  /** Bytes of everything unanswered, in order, for a session that goes on. */
  again(): Uint8Array[]
  /** The session is gone: renumbers what is kept from 1 and fails the rest. Call `again` for the bytes. */
  sessionLost(): void
  failAll(code: Code): void
  size(): number
}
export type Added<N extends RequestName> = {
  readonly frame: Uint8Array | undefined
  readonly answer: Promise<Result<AckResult<N>>>
}

export function createPendingFrames(): PendingFrames {
  let nextId = 1
  let waiting: Waiting[] = []

  const bytesOf = (frame: Waiting) => encodeClientFrame(frame.name, frame.id, frame.body)

  function add<N extends RequestName>(name: N, body: ClientFrameBody<N>, online: boolean): Added<N> {
    if (!online && HABITS[name] === 'live') return refused('NETWORK_OFFLINE')
    if (waiting.length >= PENDING_FRAMES_MAX) return refused('RATE_LIMITED')
    let settle: Waiting['settle'] = () => {}
    const answer = new Promise<Result<unknown>>((resolve) => (settle = resolve))
    const frame: Waiting = { id: nextId++, name, body, settle }
    waiting.push(frame)
    // `settle` below lets through only what fits ACK_RESULTS[name].
    return { frame: bytesOf(frame), answer: answer as Promise<Result<AckResult<N>>> }
  }

  function drop(code: Code, which: (frame: Waiting) => boolean): void {
    const dropped = waiting.filter(which)
    waiting = waiting.filter((frame) => !which(frame))
    for (const frame of dropped) frame.settle(fail(code))
  }

  return {
    add,
    settle(id, result) {
      const frame = waiting.find((candidate) => candidate.id === id)
      if (!frame) return
      waiting = waiting.filter((candidate) => candidate !== frame)
      frame.settle(result.ok ? checked(frame.name, result.value) : result)
    },
    again: () => waiting.map(bytesOf),
    sessionLost() {
      drop('NETWORK_OFFLINE', (frame) => HABITS[frame.name] !== 'keep')
      nextId = 1
      for (const frame of waiting) frame.id = nextId++
    },
    failAll: (code) => drop(code, () => true),
    size: () => waiting.length,
  }
}

function refused<N extends RequestName>(code: Code): Added<N> {
  return { frame: undefined, answer: Promise.resolve(fail(code)) }
}

function checked(name: RequestName, value: unknown): Result<unknown> {
  const parsed = z.safeParse<z.core.$ZodType>(ACK_RESULTS[name], value ?? {})
  return parsed.success ? ok(parsed.data) : fail('WIRE_INVALID')
}
