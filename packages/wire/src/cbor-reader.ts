import { CLIENT_FRAMES, type ClientFrame } from './client-frames.ts'
import { UUID } from './ids.ts'
import { CIPHERTEXT_BYTES_MAX, FRAME_HEADER_BYTES } from './limits.ts'

/**
 * Reads the two frames of which a busy server gets the most, in the one spelling that our writer gives them (WP5).
 * Anything else, sound or not, is left to the general decoder and the schema, so this can only be quicker, never more
 * lenient: a property test compares the two.
 */

const SEND_TYPE = CLIENT_FRAMES['message.send'].type
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
const BYTES_MAJOR = 2

/** `value` and where it ends; one object for all reads, since none overlaps another. */
const scalar = { value: 0, end: 0 }

/** The frame, when it is `message.send` or `received` in its usual spelling. The caller has checked version and length. */
export function readFrequentFrame(frame: Uint8Array, id: number): ClientFrame | undefined {
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
  if (!readHead(frame, at + CIPHERTEXT.byteLength, BYTES_MAJOR)) return undefined
  const { value: length, end } = scalar
  if (length < 1 || length > CIPHERTEXT_BYTES_MAX || end + length !== frame.byteLength) return undefined
  const ciphertext = new Uint8Array(length)
  ciphertext.set(frame.subarray(end))
  const body = { callId, messageId, ciphertext } as Extract<ClientFrame, { name: 'message.send' }>['body']
  return { name: 'message.send', id, body }
}

function readReceived(frame: Uint8Array, id: number): ClientFrame | undefined {
  if (!matches(frame, FRAME_HEADER_BYTES, DURABLE_SEQ)) return undefined
  if (!readHead(frame, FRAME_HEADER_BYTES + DURABLE_SEQ.byteLength, 0)) return undefined
  const { value: durableSeq, end } = scalar
  if (!matches(frame, end, SESSION_SEQ) || !readHead(frame, end + SESSION_SEQ.byteLength, 0)) return undefined
  const { value: sessionSeq } = scalar
  if (scalar.end !== frame.byteLength || sessionSeq > U32_MAX) return undefined
  return { name: 'received', id, body: { sessionSeq, durableSeq } }
}

function uuidAt(frame: Uint8Array, at: number): string | undefined {
  if (at + UUID_CHARS > frame.byteLength) return undefined
  // One character for each byte: what is no ASCII does not pass for hexadecimal.
  const text = String.fromCharCode(...frame.subarray(at, at + UUID_CHARS))
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
