import {
  CODES,
  decodeClientFrame,
  encodeServerFrame,
  HEARTBEAT_MS,
  SERVER_FRAMES,
  SESSION_RESUME_MS,
  type ClientFrame,
  type ClientFrameBody,
  type Code,
  type ServerFrameBody,
  type ServerFrameName,
} from '@visavis/wire'
import type { FakeClock } from '../src/clock.ts'
import { CALM, type Weather } from '../src/network.ts'
import type { SeededRandom } from '../src/random.ts'
import { createCallsModel, type CallsModel } from './calls-model.ts'
import { createSocketPair, type ClientSocket, type ServerSocket } from './model-socket.ts'

/**
 * A small model of the server, for simulations of clients: it keeps the promises of the wire SPEC (WR1-WR4, WD1-WD5)
 * over a seeded network and can be made to fail or to lie. The real gateway has its own tests.
 */
export type ServerModel = {
  openSocket(device: string): ClientSocket
  /** Breaks the socket of a device, if it has one. */
  cut(device: string, how: 'loud' | 'silent'): void
  closeWith(device: string, code: Code): void
  /** All sessions and leases are forgotten; calls and messages are not, for they are in storage. */
  restart(): void
  /** The next frames of this name are refused, as by a database that is gone. */
  refuseNext(name: ClientFrame['name'], code: Code, times: number): void
  readonly calls: CallsModel
  /** Every byte that went through, both ways, for a search of plaintext. */
  readonly seen: readonly Uint8Array[]
  readonly hellos: number
  stop(): void
}

type Session = {
  id: string
  outbox: { seq: number; bytes: Uint8Array }[]
  lastSeq: number
  answers: Map<number, Uint8Array>
}
type Seat = { device: string; socket: ServerSocket | undefined; session: Session | undefined; cancelGone: () => void }
type Mail = {
  lastSeq: number
  waiting: { seq: number; body: ServerFrameBody<'message'>; from: string }[]
  known: Set<string>
}

export function createServerModel(deps: {
  clock: FakeClock
  random: SeededRandom
  weather?: Weather
  /** How far the server's wall clock is from the clients'. */
  skewMs?: number
}): ServerModel {
  const { clock, random } = deps
  const weather = deps.weather ?? CALM
  const seats = new Map<string, Seat>()
  const mails = new Map<string, Mail>()
  const seen: Uint8Array[] = []
  const refusals: { name: string; code: Code }[] = []
  let hellos = 0
  const nowMs = () => Math.trunc(clock.nowMs() + (deps.skewMs ?? 0))
  const calls = createCallsModel({ random, nowMs, deliver })

  const seatOf = (device: string): Seat => {
    const seat = seats.get(device) ?? { device, socket: undefined, session: undefined, cancelGone: () => undefined }
    seats.set(device, seat)
    return seat
  }
  const mailOf = (device: string): Mail => {
    const mail = mails.get(device) ?? { lastSeq: 0, waiting: [], known: new Set<string>() }
    mails.set(device, mail)
    return mail
  }

  function write(seat: Seat, bytes: Uint8Array): void {
    if (!seat.socket) return
    seen.push(bytes)
    seat.socket.send(bytes)
  }

  function deliver<N extends ServerFrameName>(device: string, name: N, body: ServerFrameBody<N>): void {
    const seat = seatOf(device)
    if (SERVER_FRAMES[name].delivery === 'once') return write(seat, encodeServerFrame(name, 0, body))
    const { session } = seat
    if (!session) return
    const bytes = encodeServerFrame(name, ++session.lastSeq, body)
    session.outbox.push({ seq: session.lastSeq, bytes })
    write(seat, bytes)
  }

  function openSocket(device: string): ClientSocket {
    const seat = seatOf(device)
    const pair = createSocketPair({
      clock,
      random,
      weather,
      received: (bytes) => received(seat, pair.server, bytes),
      ended: () => seat.socket === pair.server && away(seat),
    })
    return pair.client
  }

  function away(seat: Seat): void {
    seat.socket = undefined
    calls.away(seat.device)
    seat.cancelGone = clock.after(SESSION_RESUME_MS, () => {
      seat.session = undefined
      calls.gone(seat.device)
    })
  }

  function received(seat: Seat, socket: ServerSocket, bytes: Uint8Array): void {
    seen.push(bytes)
    const decoded = decodeClientFrame(bytes)
    if (!decoded.ok) throw new Error(`client sent an unreadable frame: ${decoded.code}`)
    const frame = decoded.value
    if (frame.name === 'hello') return hello(seat, socket, frame.body)
    const { session } = seat
    if (seat.socket !== socket || !session) return
    if (frame.name === 'received') return acknowledged(seat, frame.body)
    const known = session.answers.get(frame.id)
    if (known) return write(seat, known)
    const refusal = refusals.findIndex(({ name }) => name === frame.name)
    const refused = refusal >= 0 ? refusals.splice(refusal, 1)[0] : undefined
    const outcome = refused ? refused.code : handle(seat.device, frame)
    const answer =
      typeof outcome === 'string'
        ? encodeServerFrame('nack', frame.id, { code: outcome, retryAfterMs: CODES[outcome].retry ? 500 : undefined })
        : encodeServerFrame('ack', frame.id, { result: outcome })
    session.answers.set(frame.id, answer)
    write(seat, answer)
  }

  function hello(seat: Seat, socket: ServerSocket, body: ClientFrameBody<'hello'>): void {
    hellos++
    seat.cancelGone()
    const former = seat.socket
    seat.socket = socket
    if (former && former !== socket) former.close(CODES.SESSION_REPLACED.close)
    const resumed = seat.session !== undefined && seat.session.id === body.session
    if (!resumed) {
      seat.session = { id: random.uuid(), outbox: [], lastSeq: 0, answers: new Map() }
      calls.sessionLost(seat.device)
    }
    const session = seat.session as Session
    const result = {
      session: session.id,
      resumed,
      serverMs: nowMs(),
      calls: calls.alive(seat.device, body.calls, resumed),
    }
    write(seat, encodeServerFrame('ack', 0, { result }))
    for (const { seq, bytes } of session.outbox) if (seq > body.sessionSeq) write(seat, bytes)
    for (const { seq, body: message } of mailOf(seat.device).waiting) {
      if (seq > body.durableSeq) write(seat, encodeServerFrame('message', 0, message))
    }
    calls.back(seat.device)
  }

  function acknowledged(seat: Seat, { sessionSeq, durableSeq }: ClientFrameBody<'received'>): void {
    if (seat.session) seat.session.outbox = seat.session.outbox.filter(({ seq }) => seq > sessionSeq)
    const mail = mailOf(seat.device)
    const done = mail.waiting.filter(({ seq }) => seq <= durableSeq)
    mail.waiting = mail.waiting.filter(({ seq }) => seq > durableSeq)
    for (const { body, from } of done) {
      deliver(from, 'receipt', { callId: body.callId, messageId: body.messageId, deliveredAtMs: nowMs() })
    }
  }

  function handle(device: string, frame: Exclude<ClientFrame, { name: 'hello' | 'received' }>): object | Code {
    if (frame.name !== 'message.send') return calls.handle(device, frame)
    const partner = calls.partnerOf(device, frame.body.callId)
    const mail = partner === undefined ? undefined : mailOf(partner)
    const { callId, messageId, ciphertext } = frame.body
    if (!mail || partner === undefined) return 'CALL_UNKNOWN'
    const key = `${device} ${messageId}`
    if (!mail.known.has(key)) {
      mail.known.add(key)
      const body = { seq: ++mail.lastSeq, callId, messageId, sentAtMs: nowMs(), ciphertext }
      mail.waiting.push({ seq: body.seq, body, from: device })
      write(seatOf(partner), encodeServerFrame('message', 0, body))
    }
    return { sentAtMs: nowMs() }
  }

  const stopHeartbeat = clock.every(HEARTBEAT_MS, () => {
    for (const seat of seats.values()) write(seat, encodeServerFrame('heartbeat', 0, { serverMs: nowMs() }))
  })

  return {
    openSocket,
    cut: (device, how) => seatOf(device).socket?.cut(how),
    closeWith: (device, code) => seatOf(device).socket?.close(CODES[code].close ?? 1011),
    restart() {
      for (const seat of seats.values()) {
        seat.socket?.cut('loud')
        seat.session = undefined
      }
      calls.restart()
    },
    refuseNext(name, code, times) {
      for (let time = 0; time < times; time++) refusals.push({ name, code })
    },
    calls,
    seen,
    get hellos() {
      return hellos
    },
    stop() {
      stopHeartbeat()
      for (const seat of seats.values()) seat.cancelGone()
    },
  }
}
