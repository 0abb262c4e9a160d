import { createByteReader, createByteWriter } from '../byte-codec.ts'
import type { GroupName } from '../conversation/types.ts'
import { HASH_BYTES, hmac } from '../web-crypto.ts'
import { decodeMessageContent, encodeMessageContent } from './content-codec.ts'
import * as limits from './limits.ts'
import type { MessageContent, SenderChain } from './types.ts'

/**
 * The body of a message: what its sender commits to (SPEC EF3). Content together with where and when it was said, so
 * that nothing of it means anything in another place. Format: version u8 | group name | epoch u64 | device id |
 * count u64 | previous commitment | seen u64 | client time u64 | content (u32 length).
 */
export type Body = {
  readonly group: GroupName
  readonly epoch: number
  readonly deviceId: string
  /** Where this message stands in the chain of its device. */
  readonly chain: SenderChain
  readonly seen: number
  readonly clientMs: number
  readonly content: MessageContent
}

const VERSION = 1
const COMMIT_LABEL = new TextEncoder().encode('visavis/franking/commit/1\0')

/** Of a device that has not written in a conversation yet. */
export const CHAIN_START: SenderChain = { count: 0, previous: new Uint8Array(HASH_BYTES) }

/** The MLS group id of a generation, as text. */
export function groupNameText({ conversationId, generation }: GroupName): string {
  return `${conversationId}/${generation}`
}

/** @throws RangeError on a value outside its bounds */
export function encodeBody(body: Body): Uint8Array {
  const name = groupNameText(body.group)
  if (parseGroupName(name) === undefined || body.deviceId === '') throw new RangeError('bad place')
  if (body.chain.previous.byteLength !== HASH_BYTES) throw new RangeError('bad chain')
  const writer = createByteWriter().u8(VERSION).text(name, limits.GROUP_NAME_BYTES_MAX).u64(body.epoch)
  writer.text(body.deviceId, limits.ID_BYTES_MAX).u64(body.chain.count).raw(body.chain.previous)
  writer.u64(body.seen).u64(body.clientMs)
  return writer.v32(encodeMessageContent(body.content), limits.CONTENT_BYTES_MAX).bytes()
}

/** The body, or undefined when it is not exactly what `encodeBody` would have written. */
export function decodeBody(bytes: Uint8Array): Body | undefined {
  if (bytes.byteLength > limits.BODY_BYTES_MAX) return undefined
  const reader = createByteReader(bytes)
  const version = reader.u8()
  const group = parseGroupName(reader.text(limits.GROUP_NAME_BYTES_MAX))
  const epoch = reader.u64()
  const deviceId = reader.text(limits.ID_BYTES_MAX)
  const chain = { count: reader.u64(), previous: reader.raw(HASH_BYTES) }
  const seen = reader.u64()
  const clientMs = reader.u64()
  const content = decodeMessageContent(reader.v32(limits.CONTENT_BYTES_MAX))
  if (!reader.end() || version !== VERSION || deviceId === '') return undefined
  if (group === undefined || content === undefined) return undefined
  return { group, epoch, deviceId, chain, seen, clientMs, content }
}

function parseGroupName(text: string): GroupName | undefined {
  const [conversationId = '', digits = '', ...rest] = text.split('/')
  const generation = Number(digits)
  if (conversationId === '' || rest.length > 0) return undefined
  if (!Number.isSafeInteger(generation) || generation < 0 || String(generation) !== digits) return undefined
  return { conversationId, generation }
}

/**
 * Binds to a body without telling anything of it; nobody can find a second body, or a second key, for the same
 * commitment (HMAC-SHA-256 under a key whose length is fixed).
 */
export function commitTo(frankingKey: Uint8Array, body: Uint8Array): Promise<Uint8Array> {
  return hmac(frankingKey, createByteWriter().raw(COMMIT_LABEL).raw(body).bytes())
}
