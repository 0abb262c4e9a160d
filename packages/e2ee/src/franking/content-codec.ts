import { createByteReader, createByteWriter, type ByteReader, type ByteWriter } from '../byte-codec.ts'
import { TEXT_BYTES_MAX } from '../limits.ts'
import { hasControl, readFile, writeFile } from './file-codec.ts'
import * as limits from './limits.ts'
import type { MessageContent } from './types.ts'

/**
 * What a message of a conversation may say, as bytes: a closed set, one encoding per value (SPEC EF1). Format: kind u8 |
 * fields of that kind in the order below; an optional field has a byte 0 or 1 before it.
 */
const KINDS = { text: 1, reaction: 2, edit: 3, unsend: 4, read: 5, title: 6, file: 7, timer: 8, sharing: 9 } as const

/** @throws RangeError on a value outside its bounds; the caller checks what a person typed before. */
export function encodeMessageContent(content: MessageContent): Uint8Array {
  const writer = createByteWriter().u8(KINDS[content.kind])
  switch (content.kind) {
    case 'text':
      writeReply(writer, content.replyTo)
      writeWords(writer, content.text)
      break
    case 'reaction':
      if (hasControl(content.emoji)) throw new RangeError('bad emoji')
      writePosition(writer, content.target).text(content.emoji, limits.EMOJI_BYTES_MAX)
      break
    case 'edit':
      writePosition(writer, content.target)
      writeWords(writer, content.text)
      break
    case 'unsend':
      writePosition(writer, content.target)
      break
    case 'read':
      writePosition(writer, content.upTo)
      break
    case 'title':
      if (!isTitle(content.text)) throw new RangeError('bad title')
      writer.text(content.text, 4 * limits.TITLE_CHARS_MAX)
      break
    case 'file':
      writeReply(writer, content.replyTo)
      writeFile(writer, content.file)
      writer.text(content.caption, limits.CAPTION_BYTES_MAX)
      break
    case 'timer':
      if (content.seconds > limits.TIMER_SECONDS_MAX) throw new RangeError('bad timer')
      writer.u32(content.seconds)
      break
    case 'sharing':
      writeReply(writer.u8(content.on ? 1 : 0), content.since)
      break
  }
  return writer.bytes()
}

/** The content, or undefined when it is of no kind we know, malformed, outside its bounds or not canonical. */
export function decodeMessageContent(bytes: Uint8Array): MessageContent | undefined {
  const reader = createByteReader(bytes)
  const content = readContent(reader)
  return reader.end() ? content : undefined
}

function readContent(reader: ByteReader): MessageContent | undefined {
  switch (reader.u8()) {
    case KINDS.text: {
      const reply = readReply(reader)
      const text = reader.text(TEXT_BYTES_MAX)
      return reply === undefined || text === '' ? undefined : { kind: 'text', text, ...reply }
    }
    case KINDS.reaction: {
      const target = reader.u64()
      const emoji = reader.text(limits.EMOJI_BYTES_MAX)
      return target === 0 || hasControl(emoji) ? undefined : { kind: 'reaction', target, emoji }
    }
    case KINDS.edit: {
      const target = reader.u64()
      const text = reader.text(TEXT_BYTES_MAX)
      return target === 0 || text === '' ? undefined : { kind: 'edit', target, text }
    }
    case KINDS.unsend: {
      const target = reader.u64()
      return target === 0 ? undefined : { kind: 'unsend', target }
    }
    case KINDS.read: {
      const upTo = reader.u64()
      return upTo === 0 ? undefined : { kind: 'read', upTo }
    }
    case KINDS.title: {
      const text = reader.text(4 * limits.TITLE_CHARS_MAX)
      return isTitle(text) ? { kind: 'title', text } : undefined
    }
    case KINDS.file: {
      const reply = readReply(reader)
      const file = readFile(reader)
      const caption = reader.text(limits.CAPTION_BYTES_MAX)
      return reply === undefined || file === undefined ? undefined : { kind: 'file', file, caption, ...reply }
    }
    case KINDS.timer: {
      const seconds = reader.u32()
      return seconds > limits.TIMER_SECONDS_MAX ? undefined : { kind: 'timer', seconds }
    }
    case KINDS.sharing: {
      const on = reader.u8()
      const told = readReply(reader)
      if (on > 1 || told === undefined) return undefined
      return { kind: 'sharing', on: on === 1, ...(told.replyTo !== undefined && { since: told.replyTo }) }
    }
    default:
      return undefined
  }
}

function writePosition(writer: ByteWriter, position: number): ByteWriter {
  if (position === 0) throw new RangeError('positions count from 1')
  return writer.u64(position)
}

function writeWords(writer: ByteWriter, text: string): void {
  if (text === '') throw new RangeError('no text')
  writer.text(text, TEXT_BYTES_MAX)
}

function writeReply(writer: ByteWriter, replyTo: number | undefined): void {
  if (replyTo === undefined) writer.u8(0)
  else writePosition(writer.u8(1), replyTo)
}

function readReply(reader: ByteReader): { readonly replyTo?: number } | undefined {
  const has = reader.u8()
  if (has === 0) return {}
  const replyTo = reader.u64()
  return has === 1 && replyTo > 0 ? { replyTo } : undefined
}

function isTitle(text: string): boolean {
  return Array.from(text).length <= limits.TITLE_CHARS_MAX && !hasControl(text)
}
