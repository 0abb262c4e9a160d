import type { Clock } from '@visavis/ports'
import {
  CODES,
  encodeServerFrame,
  FLOOD_FRAMES,
  FRAMES_BURST,
  FRAMES_PER_SECOND,
  HELLO_WAIT_MS,
  SLOW_READER_MS,
  SOCKET_BUFFER_BYTES_MAX,
  type Code,
} from '@visavis/wire'
import { createTokenBucket } from './token-bucket.ts'
import type { Link, Person } from './types.ts'

/** Bounds that a benchmark or a test may move; the protocol's own values otherwise. */
export type ConnectionLimits = {
  readonly framesPerSecond: number
  readonly framesBurst: number
  readonly bufferBytesMax: number
}
export const CONNECTION_LIMITS: ConnectionLimits = {
  framesPerSecond: FRAMES_PER_SECOND,
  framesBurst: FRAMES_BURST,
  bufferBytesMax: SOCKET_BUFFER_BYTES_MAX,
}

// Close codes for what has none of its own: "try again later" (RFC 6455 section 7.4 and its IANA registry).
const TRY_AGAIN_LATER = 1013

/**
 * One socket: how fast it may talk, how much may wait in it, whether it still lives. Sessions outlive it.
 *
 * Ends: `bye` is our choice and announces a reason; `lost` happened to us. Both run `onEnd` once.
 */
export type Connection = {
  readonly person: Person
  /** Number of the last session delivery that was handed to this socket. */
  sentSeq: number
  readonly send: (frame: Uint8Array) => void
  /** Whether deliveries should wait in the session instead of in the socket. */
  readonly full: () => boolean
  /** 0 when a frame may come now, the milliseconds to wait otherwise; undefined when the flood ended the connection. */
  readonly admit: () => number | undefined
  readonly helloArrived: () => void
  readonly alive: () => void
  /** One heartbeat: ends a peer that showed no life since the last one. */
  readonly beat: () => void
  readonly drained: () => void
  readonly bye: (code: Code, retryAfterMs?: number) => void
  readonly lost: () => void
  readonly ended: boolean
}

export function createConnection(deps: {
  link: Link
  person: Person
  clock: Clock
  limits: ConnectionLimits
  onEnd: (connection: Connection) => void
  onDrained: (connection: Connection) => void
}): Connection {
  const { link, clock, limits } = deps
  const throttle = createThrottle(clock, limits)
  let aliveSinceBeat = true
  const slow = createSlowReader(link, clock, limits, () => bye('SERVER_SLOW_READER'))
  let ended = false
  const cancelHello = clock.after(HELLO_WAIT_MS, () => bye('WIRE_HELLO_REQUIRED'))

  function end(): void {
    ended = true
    cancelHello()
    slow.cancel()
    deps.onEnd(connection)
  }

  function bye(code: Code, retryAfterMs?: number): void {
    if (ended) return
    link.send(encodeServerFrame('bye', 0, { code, retryAfterMs }))
    link.close(CODES[code].close ?? TRY_AGAIN_LATER, code)
    end()
  }

  function send(frame: Uint8Array): void {
    if (ended) return
    link.send(frame)
    slow.sent()
  }

  function drained(): void {
    if (!ended && slow.drained()) deps.onDrained(connection)
  }

  function admit(): number | undefined {
    const waitMs = throttle()
    if (waitMs === undefined) bye('WIRE_FLOOD')
    return waitMs
  }

  function beat(): void {
    if (ended) return
    if (!aliveSinceBeat) {
      link.terminate()
      end()
      return
    }
    aliveSinceBeat = false
    link.ping()
    // A socket that is full needs no further frame to find out whether it lives.
    if (!slow.full()) send(encodeServerFrame('heartbeat', 0, { serverMs: clock.nowMs() }))
  }

  const connection: Connection = {
    person: deps.person,
    sentSeq: 0,
    send,
    full: slow.full,
    admit,
    helloArrived: () => cancelHello(),
    alive: () => void (aliveSinceBeat = true),
    beat,
    drained,
    bye,
    lost: () => {
      if (!ended) end()
    },
    get ended() {
      return ended
    },
  }
  return connection
}

/** 0: a frame may come; a number: milliseconds to wait; undefined: too many came in spite of being told to wait. */
function createThrottle(clock: Clock, limits: ConnectionLimits): () => number | undefined {
  const { framesPerSecond: perSecond, framesBurst: burst } = limits
  const bucket = createTokenBucket({ perSecond, burst, nowMs: clock.monotonicMs() })
  let refusals = 0
  return () => {
    const waitMs = bucket.take(clock.monotonicMs())
    refusals = waitMs === 0 ? 0 : refusals + 1
    return refusals > FLOOD_FRAMES ? undefined : waitMs
  }
}

/** A socket with too much in its buffer is not read from; one that stays full is given up. */
function createSlowReader(link: Link, clock: Clock, limits: ConnectionLimits, giveUp: () => void) {
  let cancelWait: (() => void) | undefined

  function sent(): void {
    if (cancelWait || link.bufferedBytes() <= limits.bufferBytesMax) return
    link.pause()
    cancelWait = clock.after(SLOW_READER_MS, giveUp)
  }

  /** Whether a full socket has become free by this. */
  function drained(): boolean {
    if (!cancelWait || link.bufferedBytes() > limits.bufferBytesMax / 2) return false
    cancelWait()
    cancelWait = undefined
    link.resume()
    return true
  }

  return { sent, drained, full: () => cancelWait !== undefined, cancel: () => cancelWait?.() }
}
