import { randomBytes, randomUUID } from 'node:crypto'
import {
  BOUNDARIES_DEFAULT,
  decodeServerFrame,
  encodeClientFrame,
  SERVER_FRAMES,
  type CallId,
  type MessageId,
  type TicketId,
} from '@visavis/wire'
import { WebSocket } from 'ws'
import type { Driver, Line, LineEvents } from './traffic.ts'

const UNNUMBERED_ID = 0
const FIRST_MESSAGE_ID = 2
const { ack, nack, bye, message, receipt } = SERVER_FRAMES
const MESSAGE_ID_KEY = Buffer.from('imessageId') // CBOR: text of nine characters.
const DIGITS_AT = MESSAGE_ID_KEY.byteLength + 2 + 24 // Key, head of a text of 36, and its first 24 characters.
const DIGITS = 12
/** A message's body begins with its number: map head, `cseq`, head of a u64. */
const SEQ_AT = 6 + 1 + 4 + 1

/** One person in a call: reads and writes the real frames, by place where that is quicker than decoding them. */
type Side = {
  readonly callId: CallId
  readonly begin: (out: LineEvents, inward: LineEvents, failed: (reason: string) => void) => Line
}

/** Lets everybody in (`cookies`), has them matched in text mode, and makes two lines of every pair. */
export function visavisDriver(options: { port: number; cookies: readonly string[]; bytes: number }): Driver {
  return async (events, failed) => {
    const ciphertext = new Uint8Array(randomBytes(options.bytes))
    const sides = await Promise.all(options.cookies.map((cookie) => enter(options.port, cookie, ciphertext)))
    const byCall = new Map<CallId, Side[]>()
    for (const side of sides) byCall.set(side.callId, [...(byCall.get(side.callId) ?? []), side])
    return [...byCall.values()].flatMap(([a, b], n) => {
      if (!a || !b) throw new Error('a call with one side')
      const [first, second] = [events(2 * n), events(2 * n + 1)]
      return [a.begin(first, second, failed), b.begin(second, first, failed)]
    })
  }
}

function enter(port: number, cookie: string, ciphertext: Uint8Array<ArrayBuffer>): Promise<Side> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/socket`, {
    perMessageDeflate: false,
    headers: { cookie, origin: `http://localhost:${port}` },
  })
  const hello = { clientMs: Date.now(), sessionSeq: 0, durableSeq: 0, calls: [] }
  const seek = {
    ticketId: randomUUID() as TicketId,
    mode: 'text' as const,
    languages: ['en'],
    interests: [],
    company: 'unsaid' as const,
    wish: ['woman' as const, 'man' as const, 'nonbinary' as const, 'unsaid' as const],
    boundaries: BOUNDARIES_DEFAULT,
    keyPackage: new Uint8Array(randomBytes(600)),
  }
  return new Promise((resolve, reject) => {
    const closed = (code: number) => reject(new Error(`closed with ${code} before the match`))
    const read = (data: Buffer) => {
      const frame = decodeServerFrame(data)
      if (!frame.ok) reject(new Error(frame.code))
      else if (frame.value.name === 'nack' || frame.value.name === 'bye') reject(new Error(frame.value.body.code))
      else if (frame.value.name === 'match.found') {
        socket.off('message', read)
        socket.off('close', closed)
        resolve(createSide(socket, frame.value.body.callId, ciphertext, frame.value.id))
      } else if (frame.value.name === 'ack' && frame.value.id === UNNUMBERED_ID)
        socket.send(encodeClientFrame('match.seek', 1, seek))
    }
    socket.on('error', reject)
    socket.on('close', closed)
    socket.on('message', read)
    socket.on('open', () => socket.send(encodeClientFrame('hello', UNNUMBERED_ID, hello)))
  })
}

function createSide(socket: WebSocket, callId: CallId, ciphertext: Uint8Array<ArrayBuffer>, sessionSeq: number): Side {
  const compose = createComposer(callId, ciphertext)
  const acknowledge = createAcknowledger(socket, sessionSeq)

  function begin(out: LineEvents, inward: LineEvents, failed: (reason: string) => void): Line {
    socket.on('close', (code) => failed(`a connection closed with ${code}`))
    socket.on('message', (data: Buffer) => {
      const type = data[1]
      const id = data.readUInt32BE(2)
      if (type === ack.type) out.accepted(id - FIRST_MESSAGE_ID)
      else if (type === message.type) {
        inward.delivered(indexIn(data))
        if (!data.subarray(-ciphertext.byteLength).equals(ciphertext)) failed('a message was altered')
        acknowledge.durable(Number(data.readBigUInt64BE(SEQ_AT)))
      } else if (type === receipt.type) {
        out.receipted(indexIn(data))
        acknowledge.session(id)
      } else if (type === nack.type || type === bye.type) failed(JSON.stringify(decodeServerFrame(data)))
    })
    return { send: (index) => socket.send(compose(index)) }
  }

  return { callId, begin }
}

function indexIn(frame: Buffer): number {
  const at = frame.indexOf(MESSAGE_ID_KEY) + DIGITS_AT
  return Number(frame.toString('latin1', at, at + DIGITS))
}

/** Frames of `message.send`, made from one that was encoded properly. */
function createComposer(callId: CallId, ciphertext: Uint8Array<ArrayBuffer>): (index: number) => Buffer {
  const messageId = `${randomUUID().slice(0, 24)}${'0'.repeat(DIGITS)}` as MessageId
  const template = Buffer.from(encodeClientFrame('message.send', 1, { callId, messageId, ciphertext }))
  const digitsAt = template.indexOf(MESSAGE_ID_KEY) + DIGITS_AT
  return (index) => {
    const frame = Buffer.from(template)
    frame.writeUInt32BE(FIRST_MESSAGE_ID + index, 2)
    frame.write(String(index).padStart(DIGITS, '0'), digitsAt, 'latin1')
    return frame
  }
}

/**
 * One frame for every message, as the other contestant's client does it; it names the receipts that came before as
 * well. apps/web gathers what came within 200 ms and costs the server less.
 */
function createAcknowledger(socket: WebSocket, startSeq: number) {
  let sessionSeq = startSeq
  return {
    session: (seq: number) => void (sessionSeq = seq),
    durable: (durableSeq: number) =>
      socket.send(encodeClientFrame('received', UNNUMBERED_ID, { sessionSeq, durableSeq })),
  }
}
