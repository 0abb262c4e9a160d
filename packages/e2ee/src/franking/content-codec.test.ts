import fc from 'fast-check'
import { expect, it } from 'vitest'
import { contents, wounded } from '../../tests/franked.ts'
import { decodeMessageContent, encodeMessageContent } from './content-codec.ts'
import { isMime, safeFileName } from './file-codec.ts'
import type { FileDescriptor, MessageContent } from './types.ts'

const FILE: FileDescriptor = {
  fileId: 'f1',
  key: new Uint8Array(32).fill(1),
  root: new Uint8Array(32).fill(2),
  sizeBytes: 1_000,
  mime: 'image/jpeg',
  name: 'cat.jpg',
  role: 'photo',
  isViewOnce: false,
}
const fileWith = (changes: Partial<FileDescriptor>): MessageContent => ({
  kind: 'file',
  file: { ...FILE, ...changes },
  caption: '',
})
const text = (value: string): MessageContent => ({ kind: 'text', text: value })

it('[EF1, EF2] every content survives the round trip', () => {
  fc.assert(
    fc.property(contents, (content) => {
      expect(decodeMessageContent(encodeMessageContent(content))).toEqual(content)
    }),
  )
})

it('[EF1, EF2] there is one encoding per content: whatever decodes, encodes to the same bytes', () => {
  const hostile = fc.oneof(wounded(contents.map(encodeMessageContent)), fc.uint8Array({ maxLength: 200 }))
  fc.assert(
    fc.property(hostile, (bytes) => {
      const content = decodeMessageContent(bytes)
      if (content !== undefined) expect(encodeMessageContent(content)).toEqual(bytes)
    }),
    { numRuns: 3_000 },
  )
})

it.each([
  ['nothing', []],
  ['kind 0', [0]],
  ['a kind not yet defined', [10]],
  ['a text that is empty', [1, 0, 0, 0]],
  ['a text with a presence flag of 2', [1, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 97]],
  ['an answer to position 0', [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 97]],
  ['a text that is not UTF-8', [1, 0, 0, 1, 0xff]],
  ['a text that claims more than there is', [1, 0, 0, 9, 97]],
  ['trailing bytes', [1, 0, 0, 1, 97, 0]],
  ['a reaction to position 0', [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ['a line break in a reaction', [2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 10]],
  ['an unsend beyond the safe integers', [4, 0xff, 0, 0, 0, 0, 0, 0, 0]],
  ['a mark in a title that turns the direction', [6, 0, 3, 0xe2, 0x80, 0xae]],
  ['a timer of more than 30 days', [8, 0, 0x27, 0x8d, 1]],
  ['an agreement that is neither yes nor no', [9, 2, 0]],
  ['an agreement without the mark of its repetition', [9, 1]],
  ['an agreement that repeats position 0', [9, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]],
])('[EF1] refuses %s', (_, bytes) => {
  expect(decodeMessageContent(Uint8Array.from(bytes))).toBeUndefined()
})

it.each<[string, MessageContent]>([
  ['an empty text', text('')],
  ['a text above 16 KiB', text('a'.repeat(16 * 1024 + 1))],
  ['a reaction above 32 bytes', { kind: 'reaction', target: 1, emoji: 'a'.repeat(33) }],
  ['position 0', { kind: 'edit', target: 0, text: 'a' }],
  ['a position that is no integer', { kind: 'unsend', target: 1.5 }],
  ['a title above 80 code points', { kind: 'title', text: '😀'.repeat(81) }],
  ['a title of two lines', { kind: 'title', text: 'a\nb' }],
  ['a timer that is negative', { kind: 'timer', seconds: -1 }],
  ['an agreement that repeats position 0', { kind: 'sharing', on: true, since: 0 }],
  ['a caption above 1 KiB', { kind: 'file', file: FILE, caption: 'a'.repeat(1_025) }],
])('[EF1] refuses to write %s', (_, content) => {
  expect(() => encodeMessageContent(content)).toThrow(RangeError)
})

it('[EF1] takes what is exactly at its bounds', () => {
  for (const content of [
    text('a'.repeat(16 * 1024)),
    { kind: 'title', text: '😀'.repeat(80) },
    { kind: 'timer', seconds: 30 * 86_400 },
    { kind: 'reaction', target: Number.MAX_SAFE_INTEGER, emoji: 'a'.repeat(32) },
    { kind: 'file', file: { ...FILE, preview: new Uint8Array(12 * 1024) }, caption: 'a'.repeat(1_024) },
  ] satisfies MessageContent[])
    expect(decodeMessageContent(encodeMessageContent(content))).toEqual(content)
})

it.each<[string, Partial<FileDescriptor>]>([
  ['a short key', { key: new Uint8Array(31) }],
  ['a long root', { root: new Uint8Array(33) }],
  ['no id', { fileId: '' }],
  ['more than 100 MiB', { sizeBytes: 100 * 1024 * 1024 + 1 }],
  ['a type with parameters', { mime: 'text/html; charset=utf-8' }],
  ['a type with a line break', { mime: 'image/png\n' }],
  ['a name that is drawn backwards', { name: 'photo\u202egpj.exe' }],
  ['a name above 255 bytes', { name: 'a'.repeat(256) }],
  ['an empty preview', { preview: new Uint8Array() }],
  ['a preview above 12 KiB', { preview: new Uint8Array(12 * 1024 + 1) }],
  ['a width of 0', { width: 0 }],
  ['a height above its bound', { height: 65_536 }],
  ['a duration above a day', { durationMs: 86_400_001 }],
])('[EF2] refuses to write a file with %s', (_, changes) => {
  expect(() => encodeMessageContent(fileWith(changes))).toThrow(RangeError)
})

it('[EF2] refuses to read an unknown role or flag of a file', () => {
  const bytes = encodeMessageContent(fileWith({}))
  const rolePlace = bytes.byteLength - 4
  expect(bytes[rolePlace]).toBe(0)
  expect(decodeMessageContent(bytes.with(rolePlace, 3))).toBeUndefined()
  expect(decodeMessageContent(bytes.with(rolePlace + 1, 32))).toBeUndefined()
})

it('[EF2] safeFileName makes of any name one that a file takes', () => {
  expect(safeFileName('holiday.jpg')).toBe('holiday.jpg')
  expect(safeFileName('photo\u202egpj.exe\n')).toBe('photogpj.exe')
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (name) => {
      expect(() => encodeMessageContent(fileWith({ name: safeFileName(name) }))).not.toThrow()
    }),
  )
  expect(isMime('application/octet-stream')).toBe(true)
  expect(isMime('Image/PNG')).toBe(false)
})
