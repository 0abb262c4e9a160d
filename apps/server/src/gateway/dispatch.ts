import type { Log } from '@visavis/ports'
import {
  CODES,
  decodeClientFrame,
  encodeServerFrame,
  fail,
  VisavisError,
  type AckResult,
  type ClientFrame,
  type ClientFrameName,
  type Code,
  type Result,
} from '@visavis/wire'
import type { Connection } from './connection.ts'
import type { Seat, Seats } from './seats.ts'
import type { FrameContext, FrameHandlers } from './types.ts'

/** How long a client should wait after a refusal that may pass, when the refusing part did not say. */
const RETRY_AFTER_MS = 1_000

export type DispatchDeps = {
  readonly log: Log
  readonly codeOf: ((error: unknown) => Code | undefined) | undefined
  readonly seats: Seats
  readonly handlers: FrameHandlers
}

/**
 * From bytes to handlers and back: reads a frame, refuses what is malformed, too fast or repeated, starts its handler
 * and answers once. A handler that throws costs its frame a `nack`, never the connection or the process.
 */
export function createDispatch(deps: DispatchDeps) {
  const { seats, handlers } = deps

  function received(connection: Connection, bytes: Uint8Array): void {
    const waitMs = connection.admit()
    if (waitMs === undefined) return
    const decoded = decodeClientFrame(bytes)
    const frameId = decoded.ok ? decoded.value.id : 'id' in decoded ? decoded.id : undefined
    if (waitMs > 0 && frameId !== undefined) {
      refuse(connection, frameId, 'RATE_LIMITED', waitMs)
      return
    }
    if (!decoded.ok) {
      if (CODES[decoded.code].close !== null || frameId === undefined) connection.bye(decoded.code)
      else refuse(connection, frameId, decoded.code)
      return
    }
    handle(connection, decoded.value)
  }

  function handle(connection: Connection, frame: ClientFrame): void {
    const seat = seats.seatOf(connection)
    if (frame.name === 'hello') {
      if (seat) refuse(connection, frame.id, 'WIRE_INVALID')
      else seats.arrive(connection, frame.id, frame.body)
      return
    }
    if (!seat) {
      connection.bye('WIRE_HELLO_REQUIRED')
      return
    }
    if (frame.name === 'received') {
      seat.session.acknowledged(frame.body.sessionSeq)
      run(seat, frame, () => undefined)
      return
    }
    const { session } = seat
    const admission = session.admit(frame.id)
    if (admission.kind === 'repeat') connection.send(admission.answer)
    else if (admission.kind === 'too-old') refuse(connection, frame.id, 'WIRE_INVALID')
    else if (admission.kind === 'too-many') refuse(connection, frame.id, 'RATE_LIMITED', RETRY_AFTER_MS)
    else if (admission.kind === 'new')
      run(seat, frame, (result) => {
        const answer = encodeAnswer(frame.id, result)
        // What may be tried again is not remembered: the same id then means "again", not "what did you say?".
        session.answered(frame.id, answer, result.ok || !CODES[result.code].retry)
        if (seat.session === session) seat.connection?.send(answer)
      })
  }

  function run(seat: Seat, frame: ClientFrame, answer: (result: Result<AckResult<ClientFrameName>>) => void): void {
    const { person } = seat
    const context: FrameContext = { person, device: person.deviceId }
    try {
      const result = call(handlers, context, frame)
      if (result instanceof Promise) result.then(answer, (error: unknown) => answer(failed(deps, frame, error)))
      else answer(result)
    } catch (error) {
      answer(failed(deps, frame, error))
    }
  }

  return { received }
}

function failed({ log, codeOf }: DispatchDeps, frame: ClientFrame, error: unknown): Result<never> {
  const code = error instanceof VisavisError ? error.code : (codeOf?.(error) ?? 'SERVER_INTERNAL')
  if (code === 'SERVER_INTERNAL') log.error('frame.failed', { reason: frame.name, err: error })
  else log.warn('frame.refused', { reason: frame.name, code })
  return fail(code, error instanceof VisavisError ? error.retryAfterMs : undefined)
}

function refuse(connection: Connection, frameId: number, code: Code, retryAfterMs?: number): void {
  connection.send(encodeAnswer(frameId, fail(code, retryAfterMs)))
}

function encodeAnswer(frameId: number, result: Result<AckResult<ClientFrameName>>): Uint8Array {
  if (result.ok) return encodeServerFrame('ack', frameId, { result: result.value })
  const retryAfterMs = result.retryAfterMs ?? (CODES[result.code].retry ? RETRY_AFTER_MS : undefined)
  return encodeServerFrame('nack', frameId, { code: result.code, retryAfterMs })
}

/** The table is exhaustive by type; TypeScript only cannot follow that name and body belong together (issue 30581). */
function call(
  handlers: FrameHandlers,
  context: FrameContext,
  frame: ClientFrame,
): Result<AckResult<ClientFrameName>> | Promise<Result<AckResult<ClientFrameName>>> {
  if (frame.name === 'hello') throw new Error('hello is the gateway’s own')
  const handler = handlers[frame.name] as (
    context: FrameContext,
    body: ClientFrame['body'],
  ) => Result<AckResult<ClientFrameName>> | Promise<Result<AckResult<ClientFrameName>>>
  return handler(context, frame.body)
}
