import { createLink, type FakeClock, type Link, type SeededRandom, type Weather } from '@visavis/testkit'
import {
  decodeServerFrame,
  encodeClientFrame,
  type AckResult,
  type CallId,
  type ClientFrame,
  type ClientFrameBody,
  type ClientFrameName,
  type MessageId,
  type ServerFrame,
} from '@visavis/wire'
import type { Gateway, LinkEvents, Person } from '../../src/gateway/index.ts'

/**
 * A client as the contract demands one: numbers its frames, sends again under the same id what was not answered, starts
 * a new session's numbers at 1, takes each delivery once, acknowledges what it has. Everything a person sees is kept,
 * so that a simulation can compare it with what the other person did.
 */
export type SimClient = ReturnType<typeof createSimClient>

type Unanswered = { name: ClientFrameName; body: ClientFrame['body']; sent: boolean }

const RETRY_MS = 300

export function createSimClient(deps: {
  clock: FakeClock
  random: SeededRandom
  weather: Weather
  person: Person
  accept: () => Gateway['accept']
  /** Messages on the way at once. One where storage may fail, because a refused message must not be overtaken. */
  messagesMax: number
}) {
  const { clock, random, person } = deps
  const texts: MessageId[] = []
  const signals: number[] = []
  const receipts: MessageId[] = []
  /** How often each message was put on the wire. */
  const sendings = new Map<MessageId, number>()
  const accepted = new Set<MessageId>()
  let outgoing: ClientFrameBody<'message.send'>[] = []
  let unanswered = new Map<number, Unanswered>()
  let lastId = 0
  let session: string | undefined
  let sessionSeq = 0
  let durableSeq = 0
  let callId: CallId | undefined
  let wire: { up: Link<Uint8Array>; events: LinkEvents; helloId: number; ready: boolean } | undefined
  const closes: number[] = []

  function connect(): void {
    cut()
    const { clock: time, weather } = deps
    const down = createLink<Uint8Array>({
      clock: time,
      random,
      weather,
      reliable: true,
      deliver: (bytes) => mine(bytes),
    })
    const link = {
      send: (frame: Uint8Array) => down.send(frame.slice()),
      close: (code: number) => {
        closes.push(code)
        queueMicrotask(() => lost(own))
      },
      terminate: () => queueMicrotask(() => lost(own)),
      ping: () => queueMicrotask(() => events.alive()),
      bufferedBytes: () => 0,
      pause: () => undefined,
      resume: () => undefined,
    }
    const events = deps.accept()(link, person)
    const up = createLink<Uint8Array>({ clock: time, random, weather, reliable: true, deliver: events.received })
    const own = { up, down, events, helloId: 0, ready: false }
    const mine = (bytes: Uint8Array) => {
      if (wire === own) received(bytes)
    }
    wire = own
    own.helloId = 4_000_000_000 + random.below(1_000) // Outside the numbers of the session.
    const body = { clientMs: 0, session, sessionSeq, durableSeq, calls: callId ? [callId] : [] }
    up.send(encodeClientFrame('hello', own.helloId, body))
  }

  function lost(which: typeof wire): void {
    which?.events.closed()
    if (wire === which) wire = undefined
  }

  function cut(): void {
    const old = wire
    wire = undefined
    old?.up.cut()
    old?.events.closed()
  }

  function post<N extends ClientFrameName>(name: N, body: ClientFrameBody<N>): void {
    const id = ++lastId
    unanswered.set(id, { name, body, sent: false })
    transmit(id)
  }

  function transmit(id: number): void {
    const frame = unanswered.get(id)
    if (!frame || !wire?.ready) return
    frame.sent = true
    if (frame.name === 'message.send') {
      const { messageId } = frame.body as ClientFrameBody<'message.send'>
      sendings.set(messageId, (sendings.get(messageId) ?? 0) + 1)
    }
    wire.up.send(encodeClientFrame(frame.name, id, frame.body as never))
  }

  function received(bytes: Uint8Array): void {
    const decoded = decodeServerFrame(bytes)
    if (!decoded.ok) throw new Error(`the server sent ${decoded.code}`)
    const frame = decoded.value
    if (frame.name === 'ack' || frame.name === 'nack') answered(frame)
    else if (frame.name === 'message') stored(frame.body)
    else if (frame.name !== 'heartbeat' && frame.name !== 'bye' && frame.name !== 'match.waiting') delivered(frame)
  }

  function answered(frame: Extract<ServerFrame, { name: 'ack' | 'nack' }>): void {
    if (frame.id === wire?.helloId && frame.name === 'ack') {
      welcome(frame.body.result as AckResult<'hello'>)
      return
    }
    const own = unanswered.get(frame.id)
    if (!own) return
    if (frame.name === 'nack') {
      if (frame.body.retryAfterMs === undefined) throw new Error(`${own.name}: ${frame.body.code}`)
      clock.after(RETRY_MS, () => transmit(frame.id))
      return
    }
    unanswered.delete(frame.id)
    if (own.name === 'message.send') accepted.add((own.body as ClientFrameBody<'message.send'>).messageId)
    pump()
  }

  function welcome(result: AckResult<'hello'>): void {
    if (!wire) return
    wire.ready = true
    if (!result.resumed) {
      // Frames of the former session are unknown here: messages go again under new numbers, signals were for then.
      const again = [...unanswered.values()].filter((frame) => frame.name === 'message.send' || !frame.sent)
      unanswered = new Map(again.map((frame, index) => [index + 1, frame]))
      lastId = again.length
      sessionSeq = 0
    }
    session = result.session
    for (const id of unanswered.keys()) transmit(id)
    pump()
  }

  function stored(body: Extract<ServerFrame, { name: 'message' }>['body']): void {
    if (body.seq <= durableSeq) return
    durableSeq = body.seq
    texts.push(body.messageId)
  }

  function delivered(frame: Exclude<ServerFrame, { name: 'message' | 'ack' | 'nack' }>): void {
    if (frame.id <= sessionSeq) return
    if (frame.id !== sessionSeq + 1) throw new Error(`delivery ${frame.id} after ${sessionSeq}`)
    sessionSeq = frame.id
    if (frame.name === 'match.found') callId = frame.body.callId
    if (frame.name === 'call.signal') signals.push(new DataView(frame.body.bytes.slice().buffer).getUint32(0))
    if (frame.name === 'receipt') receipts.push(frame.body.messageId)
    if (frame.name === 'call.ended') throw new Error(`the call ended: ${frame.body.reason}`)
  }

  function pump(): void {
    let onTheWay = [...unanswered.values()].filter((frame) => frame.name === 'message.send').length
    for (; onTheWay < deps.messagesMax && outgoing.length > 0; onTheWay++) {
      const [body] = outgoing.splice(0, 1)
      if (body) post('message.send', body)
    }
  }

  return {
    texts,
    signals,
    receipts,
    sendings,
    accepted,
    closes,
    connect,
    cut,
    seek: (body: ClientFrameBody<'match.seek'>) => post('match.seek', body),
    call: () => callId,
    connected: () => wire !== undefined,
    write(messageId: MessageId): void {
      if (!callId) throw new Error('not in a call')
      outgoing.push({ callId, messageId, ciphertext: Uint8Array.of(1, 2, 3) })
      pump()
    },
    signal(number: number): void {
      if (!callId) throw new Error('not in a call')
      const bytes = new Uint8Array(4)
      new DataView(bytes.buffer).setUint32(0, number)
      if (wire?.ready) post('call.signal', { callId, bytes })
    },
    acknowledge(): void {
      if (wire?.ready) wire.up.send(encodeClientFrame('received', 0, { sessionSeq, durableSeq }))
    },
    idle: () => outgoing.length === 0 && unanswered.size === 0,
  }
}
