import { randomBytes, randomUUID } from 'node:crypto'
import {
  COMMITMENT_BYTES,
  decodeServerFrame,
  encodeClientFrame,
  SERVER_FRAMES,
  type ConversationId,
  type DeviceId,
  type MessageId,
} from '@visavis/wire'
import { WebSocket } from 'ws'
import type { LineEvents } from '../relay-messages/traffic.ts'
import type { Client, Connect } from './client.ts'

/** Somebody on a registered device, in a conversation with one other. */
export type BenchPerson = {
  readonly cookie: string
  readonly deviceId: DeviceId
  readonly partnerDevice: DeviceId
  readonly conversationId: ConversationId
}

const UNNUMBERED_ID = 0
const { ack, nack, bye, entry, 'conversation.delivered': arrived } = SERVER_FRAMES
/** Keys as CBOR writes them: head of a text, and the text. */
const MESSAGE_ID_KEY = Buffer.from('imessageId')
const POSITION_KEY = Buffer.from('hposition')
const SEQ_KEY = Buffer.from('cseq')
const DIGITS = 12
const RECEIPTS_PER_WORD = 64
const DIGITS_AT = MESSAGE_ID_KEY.byteLength + 2 + 24 // Key, head of a text of 36, and its first 24 characters.
const COMMITMENT = new Uint8Array(randomBytes(COMMITMENT_BYTES))

/**
 * The real wire protocol with bytes that were made ready: the server reads neither welcome nor ciphertext. Frames are
 * read by place where that is quicker than decoding them. Each message that comes is acknowledged by a frame of its own,
 * as an XMPP client does; apps/web gathers for 200 ms, which costs the server less.
 */
export function visavisConnect(options: {
  port: number
  people: readonly BenchPerson[]
  bytes: number
  /** Whether even persons begin with a step that starts a generation of their conversation. */
  startsGroups: boolean
}): Connect {
  const ciphertext = new Uint8Array(randomBytes(options.bytes))
  return async (person, events, failed) => {
    const self = options.people[person]
    if (!self) throw new Error(`nobody at ${person}`)
    const greeted = await greet(options.port, self.cookie)
    const isStarting = options.startsGroups && person % 2 === 0
    if (isStarting) await startGroup(greeted.socket, self)
    return createClient(greeted, { self, ciphertext, firstId: isStarting ? 2 : 1, events, failed })
  }
}

/** A greeted socket. What came since the answer that was waited for is kept until there is a client to take it. */
type Greeted = { readonly socket: WebSocket; readonly early: Buffer[] }

async function greet(port: number, cookie: string): Promise<Greeted> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/socket`, {
    perMessageDeflate: false,
    headers: { cookie, origin: `http://localhost:${port}` },
  })
  const early: Buffer[] = []
  socket.on('message', (data: Buffer) => void early.push(data))
  const hello = { clientMs: Date.now(), sessionSeq: 0, durableSeq: 0, calls: [] }
  socket.on('open', () => socket.send(encodeClientFrame('hello', UNNUMBERED_ID, hello)))
  await answered(socket, UNNUMBERED_ID)
  return { socket, early }
}

async function startGroup(socket: WebSocket, { conversationId, partnerDevice }: BenchPerson): Promise<void> {
  const messageId = randomUUID() as MessageId
  const welcome = new Uint8Array(randomBytes(2_048))
  const start = { conversationId, generation: 1, epoch: 0, messageId, welcome, adds: [partnerDevice], removes: [] }
  socket.send(encodeClientFrame('conversation.commit', 1, start))
  await answered(socket, 1)
}

/** Resolves when the frame of this id was acknowledged. */
function answered(socket: WebSocket, id: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = (code: number) => reject(new Error(`closed with ${code}`))
    const read = (data: Buffer) => {
      const frame = decodeServerFrame(data)
      if (!frame.ok) return reject(new Error(frame.code))
      if (frame.value.name === 'nack' || frame.value.name === 'bye') return reject(new Error(frame.value.body.code))
      if (frame.value.name !== 'ack' || frame.value.id !== id) return undefined
      socket.off('message', read).off('close', closed).off('error', reject)
      resolve()
    }
    socket.on('message', read).on('close', closed).on('error', reject)
  })
}

function createClient(
  { socket, early }: Greeted,
  given: {
    self: BenchPerson
    ciphertext: Uint8Array<ArrayBuffer>
    firstId: number
    events: LineEvents
    failed: (reason: string) => void
  },
): Client {
  const { ciphertext, firstId, events, failed } = given
  const compose = createComposer(given.self, ciphertext, firstId)
  const kept = Buffer.from(ciphertext)
  const sent = createSent(events)
  let sessionSeq = 0
  let durableSeq = 0
  let unacknowledged = 0
  let isClosing = false
  const acknowledge = () => socket.send(encodeClientFrame('received', UNNUMBERED_ID, { sessionSeq, durableSeq }))

  socket.on('error', (error) => failed(String(error)))
  socket.on('close', (code) => isClosing || failed(`a connection closed with ${code}`))
  const take = (data: Buffer) => {
    const type = data[1]
    const id = data.readUInt32BE(2)
    if (type === ack.type) sent.accepted(id - firstId, numberAfter(data, POSITION_KEY))
    else if (type === entry.type) {
      if (numberAfter(data, POSITION_KEY) > 0) {
        events.delivered(indexIn(data))
        if (!data.includes(kept)) failed('a message was altered')
      }
      durableSeq = numberAfter(data, SEQ_KEY)
      acknowledge()
    } else if (type === arrived.type) {
      sessionSeq = id
      sent.arrived(numberAfter(data, POSITION_KEY))
      // Who gets no messages has to say by itself that it gets receipts.
      if (++unacknowledged % RECEIPTS_PER_WORD === 0) acknowledge()
    } else if (type === nack.type || type === bye.type) failed(JSON.stringify(decodeServerFrame(data)))
    else if (SESSION_TYPES.has(type)) sessionSeq = id
  }
  socket.removeAllListeners('message')
  // Answers to what was waited for are among them; they are of no message.
  for (const data of early.splice(0)) if (data[1] !== ack.type) take(data)
  socket.on('message', take)
  return {
    send: (index) => {
      sent.begun()
      socket.send(compose(index))
    },
    taken: sent.taken,
    close: () => {
      isClosing = true
      socket.close()
    },
  }
}

const SESSION_TYPES: ReadonlySet<number | undefined> = new Set(
  Object.values(SERVER_FRAMES)
    .filter(({ delivery }) => delivery === 'session')
    .map(({ type }) => type),
)

/** What this client sent, by position: a receipt covers all messages up to its position. */
function createSent(events: LineEvents) {
  const waiting: { position: number; index: number }[] = []
  let open = 0
  let idle: (() => void) | undefined
  return {
    begun: () => void (open += 1),
    accepted(index: number, position: number): void {
      open -= 1
      waiting.push({ position, index })
      events.accepted(index)
      if (open === 0) idle?.()
    },
    arrived(position: number): void {
      const first = waiting.findIndex((each) => each.position > position)
      for (const { index } of waiting.splice(0, first === -1 ? waiting.length : first)) events.receipted(index)
    },
    taken: () =>
      new Promise<void>((resolve) => {
        idle = resolve
        if (open === 0) resolve()
      }),
  }
}

function indexIn(frame: Buffer): number {
  const at = frame.indexOf(MESSAGE_ID_KEY) + DIGITS_AT
  return Number(frame.toString('latin1', at, at + DIGITS))
}

/** The CBOR unsigned integer that stands behind this key (RFC 8949 section 3). */
function numberAfter(frame: Buffer, key: Buffer): number {
  const at = frame.indexOf(key) + key.byteLength
  const head = frame[at] ?? 0
  if (head < 24) return head
  if (head === 24) return frame.readUInt8(at + 1)
  if (head === 25) return frame.readUInt16BE(at + 1)
  return head === 26 ? frame.readUInt32BE(at + 1) : Number(frame.readBigUInt64BE(at + 1))
}

/** Frames of `conversation.send`, made from one that was encoded properly. */
function createComposer(
  { conversationId }: BenchPerson,
  ciphertext: Uint8Array<ArrayBuffer>,
  firstId: number,
): (index: number) => Buffer {
  const messageId = `${randomUUID().slice(0, 24)}${'0'.repeat(DIGITS)}` as MessageId
  const place = { conversationId, generation: 1, epoch: 1, messageId }
  const template = Buffer.from(
    encodeClientFrame('conversation.send', 1, { ...place, commitment: COMMITMENT, ciphertext }),
  )
  const digitsAt = template.indexOf(MESSAGE_ID_KEY) + DIGITS_AT
  return (index) => {
    const frame = Buffer.from(template)
    frame.writeUInt32BE(firstId + index, 2)
    frame.write(String(index).padStart(DIGITS, '0'), digitsAt, 'latin1')
    return frame
  }
}
