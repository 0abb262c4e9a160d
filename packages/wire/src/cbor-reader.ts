import { CLIENT_FRAMES, type ClientFrame } from './client-frames.ts'
import { UUID } from './ids.ts'
import { CIPHERTEXT_BYTES_MAX, COMMITMENT_BYTES, FRAME_HEADER_BYTES } from './limits.ts'

/**
 * Reads the three frames of which a busy server gets the most, in the one spelling that our writer gives them (WP5).
 * Anything else, sound or not, is left to the general decoder and the schema, so this can only be quicker, never more
 * lenient: a property test compares the two.
 */

const SEND_TYPE = CLIENT_FRAMES['message.send'].type
const CONVERSATION_SEND_TYPE = CLIENT_FRAMES['conversation.send'].type
const RECEIVED_TYPE = CLIENT_FRAMES.received.type
const UUID_CHARS = 36
const U32_MAX = 0xffff_ffff
const [HEAD_U8, HEAD_U16, HEAD_U32, HEAD_U64] = [24, 25, 26, 27]
/** Text of 36 characters: a UUID. */
const UUID_HEAD = Uint8Array.of(0x78, UUID_CHARS)
const CALL_ID = bytesOf([0xa3], key('callId'), UUID_HEAD)
const MESSAGE_ID = bytesOf(key('messageId'), UUID_HEAD)
const CIPHERTEXT = key('ciphertext')
const DURABLE_SEQ = bytesOf([0xa2], key('durableSeq'))
const SESSION_SEQ = key('sessionSeq')
const EPOCH = bytesOf([0xa6], key('epoch'))
const COMMITMENT = bytesOf(key('commitment'), [0x58, COMMITMENT_BYTES])
const GENERATION = key('generation')
const CONVERSATION_ID = bytesOf(key('conversationId'), UUID_HEAD)
const [UNSIGNED_MAJOR, BYTES_MAJOR] = [0, 2]

/** Room for two of the largest ciphertexts, or some fifty of 1 KiB. */
const SLAB_BYTES = 64 * 1024
let slab = new Uint8Array(0)
let slabAt = 0

type ConversationSend = Extract<ClientFrame, { name: 'conversation.send' }>['body']

/** `value` and where it ends; one object for all reads, since none overlaps another. */
const scalar = { value: 0, end: 0 }
/** The id being read. A plain array, because spreading typed ones takes six times as long. */
const characters: number[] = Array.from({ length: UUID_CHARS }, () => 0)

/** The frame, when it is one of the three in its usual spelling. The caller has checked version and length. */
export function readFrequentFrame(frame: Uint8Array, id: number): ClientFrame | undefined {
  if (frame[1] === CONVERSATION_SEND_TYPE) return readConversationSend(frame, id)
  if (frame[1] === SEND_TYPE) return readSend(frame, id)
  return frame[1] === RECEIVED_TYPE ? readReceived(frame, id) : undefined
}

function readSend(frame: Uint8Array, id: number): ClientFrame | undefined {
  let at = FRAME_HEADER_BYTES
  if (!matches(frame, at, CALL_ID)) return undefined
  const callId = uuidAt(frame, (at += CALL_ID.byteLength))
  if (callId === undefined || !matches(frame, (at += UUID_CHARS), MESSAGE_ID)) return undefined
  const messageId = uuidAt(frame, (at += MESSAGE_ID.byteLength))
  if (messageId === undefined || !matches(frame, (at += UUID_CHARS), CIPHERTEXT)) return undefined
  const ciphertext = ciphertextAt(frame, at + CIPHERTEXT.byteLength)
  if (ciphertext === undefined || scalar.end !== frame.byteLength) return undefined
  const body = { callId, messageId, ciphertext } as Extract<ClientFrame, { name: 'message.send' }>['body']
  return { name: 'message.send', id, body }
}

function readConversationSend(frame: Uint8Array, id: number): ClientFrame | undefined {
  const epoch = u32After(frame, FRAME_HEADER_BYTES, EPOCH)
  let at = scalar.end
  if (epoch === undefined || !matches(frame, at, MESSAGE_ID)) return undefined
  const messageId = uuidAt(frame, (at += MESSAGE_ID.byteLength))
  if (messageId === undefined || !matches(frame, (at += UUID_CHARS), CIPHERTEXT)) return undefined
  const ciphertext = ciphertextAt(frame, at + CIPHERTEXT.byteLength)
  if (ciphertext === undefined || !matches(frame, (at = scalar.end), COMMITMENT)) return undefined
  const commitment = copyOf(frame, (at += COMMITMENT.byteLength), COMMITMENT_BYTES)
  const generation = u32After(frame, at + COMMITMENT_BYTES, GENERATION)
  at = scalar.end
  if (generation === undefined || !matches(frame, at, CONVERSATION_ID)) return undefined
  const conversationId = uuidAt(frame, (at += CONVERSATION_ID.byteLength))
  if (conversationId === undefined || at + UUID_CHARS !== frame.byteLength) return undefined
  const ids = { conversationId, messageId } as Pick<ConversationSend, 'conversationId' | 'messageId'>
  return { name: 'conversation.send', id, body: { ...ids, generation, epoch, commitment, ciphertext } }
}

function readReceived(frame: Uint8Array, id: number): ClientFrame | undefined {
  if (!matches(frame, FRAME_HEADER_BYTES, DURABLE_SEQ)) return undefined
  if (!readHead(frame, FRAME_HEADER_BYTES + DURABLE_SEQ.byteLength, UNSIGNED_MAJOR)) return undefined
  const { value: durableSeq, end } = scalar
  const sessionSeq = u32After(frame, end, SESSION_SEQ)
  if (sessionSeq === undefined || scalar.end !== frame.byteLength) return undefined
  return { name: 'received', id, body: { sessionSeq, durableSeq } }
}

/** The number of 32 bits behind `name`; it ends at `scalar.end`. */
function u32After(frame: Uint8Array, at: number, name: Uint8Array): number | undefined {
  if (!matches(frame, at, name) || !readHead(frame, at + name.byteLength, UNSIGNED_MAJOR)) return undefined
  return scalar.value > U32_MAX ? undefined : scalar.value
}

/** It ends at `scalar.end`. */
function ciphertextAt(frame: Uint8Array, at: number): Uint8Array<ArrayBuffer> | undefined {
  if (!readHead(frame, at, BYTES_MAJOR)) return undefined
  const { value: length, end } = scalar
  if (length < 1 || length > CIPHERTEXT_BYTES_MAX || end + length > frame.byteLength) return undefined
  scalar.end = end + length
  return copyOf(frame, end, length)
}

/**
 * A copy, because the frame's memory is the socket's. Copies of one time share a slab: an ArrayBuffer of its own for each
 * costs more than the copying. So `bytes.buffer` is not the copy's alone, and a copy that is kept keeps its slab.
 */
function copyOf(frame: Uint8Array, at: number, length: number): Uint8Array<ArrayBuffer> {
  if (slabAt + length > slab.byteLength) {
    slab = new Uint8Array(SLAB_BYTES)
    slabAt = 0
  }
  const copy = slab.subarray(slabAt, (slabAt += length))
  // Zeros stand beyond the frame's end.
  copy.set(frame.subarray(at, at + length))
  return copy
}

function uuidAt(frame: Uint8Array, at: number): string | undefined {
  if (at + UUID_CHARS > frame.byteLength) return undefined
  // One character for each byte: what is no ASCII does not pass for hexadecimal.
  for (let i = 0; i < UUID_CHARS; i++) characters[i] = frame[at + i] ?? 0
  const text = String.fromCharCode(...characters)
  return UUID.test(text) ? text : undefined
}

function matches(frame: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.byteLength; i++) if (frame[at + i] !== expected[i]) return false
  return true
}

/** Reads the head of an item into `scalar`; false unless it is of this major type and in its shortest form. */
function readHead(frame: Uint8Array, at: number, major: number): boolean {
  const first = frame[at]
  if (first === undefined || first >> 5 !== major) return false
  const kind = first & 31
  const size = kind < HEAD_U8 ? 0 : 1 << (kind - HEAD_U8)
  if (kind > HEAD_U64 || at + 1 + size > frame.byteLength) return false
  let value = size === 0 ? kind : 0
  for (let i = 1; i <= size; i++) value = value * 256 + (frame[at + i] ?? 0)
  if (value > Number.MAX_SAFE_INTEGER) return false
  scalar.value = value
  scalar.end = at + 1 + size
  return value >= smallestOf(kind)
}

/** The smallest number that needs a head of this kind. */
function smallestOf(kind: number): number {
  if (kind < HEAD_U8) return 0
  if (kind === HEAD_U8) return HEAD_U8
  return kind === HEAD_U16 ? 0x100 : kind === HEAD_U32 ? 0x1_0000 : U32_MAX + 1
}

/** The encoded text of a name of fewer than 24 ASCII characters. */
function key(name: string): Uint8Array {
  return Uint8Array.of(0x60 | name.length, ...Array.from(name, (character) => character.charCodeAt(0)))
}

function bytesOf(...parts: readonly Iterable<number>[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}
