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
  send(frame: Uint8Array): void
  /** Whether deliveries should wait in the session instead of in the socket. */
  full(): boolean
  /** 0 when a frame may come now, the milliseconds to wait otherwise; undefined when the flood ended the connection. */
  admit(): number | undefined
  helloArrived(): void
  alive(): void
  /** One heartbeat: ends a peer that showed no life since the last one. */
  beat(): void
  drained(): void
  bye(code: Code, retryAfterMs?: number): void
  lost(): void
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
  const bucket = createTokenBucket({
    perSecond: limits.framesPerSecond,
    burst: limits.framesBurst,
    nowMs: clock.monotonicMs(),
  })
  let refusals = 0
  let aliveSinceBeat = true
  let cancelSlow: (() => void) | undefined
  let ended = false
  let cancelHello: () => void = clock.after(HELLO_WAIT_MS, () => bye('WIRE_HELLO_REQUIRED'))

  function end(): void {
    ended = true
    cancelHello()
    cancelSlow?.()
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
    if (cancelSlow || link.bufferedBytes() <= limits.bufferBytesMax) return
    link.pause()
    cancelSlow = clock.after(SLOW_READER_MS, () => bye('SERVER_SLOW_READER'))
  }

  function drained(): void {
    if (ended || !cancelSlow || link.bufferedBytes() > limits.bufferBytesMax / 2) return
    cancelSlow()
    cancelSlow = undefined
    link.resume()
    deps.onDrained(connection)
  }

  function admit(): number | undefined {
    const waitMs = bucket.take(clock.monotonicMs())
    refusals = waitMs === 0 ? 0 : refusals + 1
    if (refusals <= FLOOD_FRAMES) return waitMs
    bye('WIRE_FLOOD')
    return undefined
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
    if (!cancelSlow) send(encodeServerFrame('heartbeat', 0, { serverMs: clock.nowMs() }))
  }

  const connection: Connection = {
    person: deps.person,
    sentSeq: 0,
    send,
    full: () => cancelSlow !== undefined,
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
