import * as z from 'zod/mini'
import type { Clock } from '@visavis/ports'
import {
  ACK_RESULTS,
  CODES,
  codeOfClose,
  decodeServerFrame,
  encodeClientFrame,
  fail,
  HELLO_WAIT_MS,
  ok,
  SERVER_FRAMES,
  SILENCE_MS_MAX,
  type CallId,
  type ClientFrameBody,
  type Code,
  type Result,
  type ServerFrame,
} from '@visavis/wire'
import { backoffMs } from './backoff.ts'
import type { Connection, ConnectionDeps } from './connection-types.ts'
import { createDurableMark } from './durable-mark.ts'
import { finalState } from './final-states.ts'
import { createPendingFrames } from './pending-frames.ts'
import type { SocketLike } from './ports.ts'
import { createServerClock } from './server-clock.ts'

/** `received` frames are gathered for this long, so that a burst of deliveries costs one acknowledgement. */
export const RECEIVED_DELAY_MS = 200
const SILENCE_LOOK_MS = 5_000
/** `hello` and `received` stand outside the numbering of WR1: the one opens it, the other is not answered. */
const UNNUMBERED_ID = 0

/** What outlives a socket. */
type Session = { readonly id: string | undefined; seq: number }

/** By both clocks: the monotonic one may stand still while the device sleeps, the other one may be set anew. */
type Heard = { readonly monotonicMs: number; readonly wallMs: number }

/** The life of one socket; a later one is another object, so that late events of an old socket find nobody. */
type Line = {
  readonly socket: SocketLike
  readonly asked: CallId[]
  ready: boolean
  heardAt: Heard
  bye: { code: Code; retryAfterMs: number | undefined } | undefined
  readonly cancels: (() => void)[]
}

/**
 * The socket client: one connection that is opened again whenever it breaks, sessions that go on over it, every frame
 * answered once, every delivery handed over once and in order [K4]. Decides nothing about calls. See wire SPEC, WR and WD.
 */
export function createConnection(deps: ConnectionDeps): Connection {
  const { clock, listener, log } = deps
  const pending = createPendingFrames()
  const serverClock = createServerClock(clock)
  const durable = createDurableMark()
  let session: Session = { id: undefined, seq: 0 }
  let wanted = false
  let line: Line | undefined
  let attempt = 0
  let cancelRetry: (() => void) | undefined
  let cancelReceived: (() => void) | undefined
  let stopOnlineEvents: (() => void) | undefined

  function open(): void {
    if (!wanted || line) return
    cancelRetry?.()
    cancelRetry = undefined
    if (!deps.onlineEvents.isOnline()) return listener.state({ kind: 'offline', code: 'NETWORK_OFFLINE' })
    listener.state({ kind: 'connecting' })
    const socket = deps.socketFactory(deps.socketUrl)
    const opened: Line = {
      socket,
      asked: deps.calls(),
      ready: false,
      heardAt: moment(clock),
      bye: undefined,
      cancels: [],
    }
    line = opened
    socket.addEventListener('open', () => line === opened && hello(opened))
    socket.addEventListener('message', ({ data }) => line === opened && heard(opened, data))
    socket.addEventListener('close', (event) => {
      if (line === opened) closed(opened, codeOfClose(event.code) ?? opened.bye?.code)
    })
    opened.cancels.push(
      clock.after(HELLO_WAIT_MS, () => !opened.ready && abandon(opened, 'hello not answered')),
      clock.every(SILENCE_LOOK_MS, () => {
        if (silentMs(opened.heardAt, moment(clock)) >= SILENCE_MS_MAX) abandon(opened, 'silence')
      }),
    )
  }

  function hello(on: Line): void {
    const body: ClientFrameBody<'hello'> = {
      clientMs: Math.max(0, Math.trunc(clock.nowMs())),
      session: session.id,
      sessionSeq: session.seq,
      durableSeq: durable.acknowledged(),
      calls: on.asked,
    }
    write(on, encodeClientFrame('hello', UNNUMBERED_ID, body))
  }

  function heard(on: Line, data: unknown): void {
    on.heardAt = moment(clock)
    if (!(data instanceof ArrayBuffer) && !(data instanceof Uint8Array)) return
    const decoded = decodeServerFrame(data instanceof Uint8Array ? data : new Uint8Array(data))
    // A frame of a newer server, or a broken one: one bad frame does not end the session.
    if (!decoded.ok) return log.warn('frame unreadable', { code: decoded.code })
    const frame = decoded.value
    if (frame.name === 'bye') on.bye = { code: frame.body.code, retryAfterMs: frame.body.retryAfterMs }
    else if (frame.name === 'heartbeat') serverClock.told(frame.body.serverMs)
    else if (frame.name === 'ack') answered(on, frame.id, ok(frame.body.result))
    else if (frame.name === 'nack') answered(on, frame.id, fail(frame.body.code, frame.body.retryAfterMs))
    else deliver(on, frame)
  }

  function answered(on: Line, id: number, result: Result<unknown>): void {
    if (id !== UNNUMBERED_ID) return pending.settle(id, result)
    if (on.ready) return
    if (!result.ok) return refusedHello(on, result.code, result.retryAfterMs)
    const parsed = z.safeParse(ACK_RESULTS.hello, result.value)
    if (!parsed.success) return refusedHello(on, 'WIRE_INVALID', undefined)
    const { session: id_, resumed, serverMs, calls } = parsed.data
    serverClock.set(serverMs)
    const goesOn = resumed && session.id === id_
    if (!goesOn) {
      pending.sessionLost()
      session = { id: id_, seq: 0 }
    }
    on.ready = true
    attempt = 0
    for (const frame of pending.again()) write(on, frame)
    listener.state({ kind: 'online' })
    listener.online({ resumed: goesOn, asked: on.asked, alive: calls })
  }

  function refusedHello(on: Line, code: Code, retryAfterMs: number | undefined): void {
    on.bye = { code, retryAfterMs }
    on.socket.close()
    closed(on, code)
  }

  function deliver(on: Line, frame: Exclude<ServerFrame, { name: 'ack' | 'nack' | 'heartbeat' | 'bye' }>): void {
    // Such a frame has no number of its own.
    if (SERVER_FRAMES[frame.name].delivery === 'once') return listener.frame(frame)
    acknowledgeSoon(on)
    if (frame.name === 'message' || frame.name === 'entry') {
      if (!durable.isNew(frame.name, frame.body.seq)) return
    } else {
      if (frame.id <= session.seq) return
      session.seq = frame.id
    }
    listener.frame(frame)
  }

  function acknowledgeSoon(on: Line): void {
    cancelReceived ??= clock.after(RECEIVED_DELAY_MS, () => {
      cancelReceived = undefined
      if (line !== on || !on.ready) return
      const body = { sessionSeq: session.seq, durableSeq: durable.acknowledged() }
      write(on, encodeClientFrame('received', UNNUMBERED_ID, body))
    })
  }

  function write(on: Line, bytes: Uint8Array): void {
    // A socket that is closing throws or swallows; the frame waits in `pending` for the next one either way.
    try {
      on.socket.send(bytes as Uint8Array<ArrayBuffer>)
    } catch {
      log.debug('socket closing')
    }
  }

  function abandon(on: Line, reason: string): void {
    if (line !== on) return
    log.info('socket abandoned', { reason })
    on.socket.close()
    closed(on, on.bye?.code)
  }

  function hangUp(): void {
    cancelReceived?.()
    cancelReceived = undefined
    for (const cancel of line?.cancels ?? []) cancel()
    line = undefined
  }

  function closed(on: Line, code: Code | undefined): void {
    const retryAfterMs = on.bye?.retryAfterMs
    hangUp()
    const final = code && finalState(code)
    if (final) {
      log.info('socket refused', { code: final.code })
      stop()
      endSession(final.code)
      return listener.state(final)
    }
    // The server could not read what we wrote: the same bytes again would only be refused again.
    if (code && !CODES[code].retry) endSession(code)
    retry(code, retryAfterMs)
  }

  function endSession(code: Code): void {
    session = { id: undefined, seq: 0 }
    if (finalState(code)) durable.reset()
    pending.failAll(code)
    pending.sessionLost()
  }

  function forget(): void {
    session = { id: undefined, seq: 0 }
    durable.reset()
    pending.failAll('NETWORK_OFFLINE')
    pending.sessionLost()
  }

  function drop(): void {
    const { socket } = line ?? {}
    hangUp()
    socket?.close()
    forget()
  }

  function retry(code: Code | undefined, retryAfterMs: number | undefined): void {
    if (!deps.onlineEvents.isOnline()) return listener.state({ kind: 'offline', code: 'NETWORK_OFFLINE' })
    const waitMs = Math.max(retryAfterMs ?? 0, backoffMs(attempt++, deps.random.float()))
    cancelRetry = clock.after(waitMs, open)
    listener.state({ kind: 'waiting-retry', retryAtMs: Math.round(clock.nowMs() + waitMs), ...(code && { code }) })
  }

  function networkChanged(online: boolean): void {
    attempt = 0
    if (online) return open()
    cancelRetry?.()
    cancelRetry = undefined
    if (line) abandon(line, 'browser offline')
    else listener.state({ kind: 'offline', code: 'NETWORK_OFFLINE' })
  }

  function stop(): void {
    wanted = false
    stopOnlineEvents?.()
    cancelRetry?.()
    stopOnlineEvents = cancelRetry = undefined
  }

  return {
    connect() {
      if (!wanted) stopOnlineEvents = deps.onlineEvents.subscribe(networkChanged)
      wanted = true
      open()
    },
    disconnect() {
      stop()
      drop()
      listener.state({ kind: 'offline' })
    },
    renew() {
      if (!wanted) return
      attempt = 0
      drop()
      open()
    },
    reopen: () => line && abandon(line, 'opened anew'),
    stored(durableSeq) {
      if (durable.stored(durableSeq) && line) acknowledgeSoon(line)
    },
    request(name, body) {
      const { frame, answer } = pending.add(name, body, line?.ready === true)
      if (frame && line?.ready) write(line, frame)
      return answer
    },
    isOnline: () => line?.ready === true,
    serverNowMs: () => serverClock.nowMs(),
  }
}

function moment(clock: Clock): Heard {
  return { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() }
}

/** A wall clock that was set forward costs one needless new socket; a lid that was opened must not cost half a minute. */
function silentMs(heard: Heard, now: Heard): number {
  return Math.max(now.monotonicMs - heard.monotonicMs, now.wallMs - heard.wallMs)
}
