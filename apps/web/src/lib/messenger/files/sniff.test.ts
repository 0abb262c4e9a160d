import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasNotes } from './image-works.ts'
import { ANY_MIME, isWhatItSays, sniffMime } from './sniff.ts'

const ascii = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0))
const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]))

describe('[K2] the type of a file', () => {
  it.each<[string, string, string]>([
    ['\u00ff\u00d8\u00ff\u00e0', 'image/jpeg', 'image/jpeg'],
    ['\u0089PNG\r\n\u001a\n', 'image/png', 'image/png'],
    ['RIFF\0\0\0\0WEBPVP8 ', 'image/webp', 'image/webp'],
    ['RIFF\0\0\0\0WAVEfmt ', 'audio/wav', 'audio/wav'],
    ['\u001a\u0045\u00df\u00a3', 'video/webm', 'audio/webm'],
    ['\0\0\0\u0020ftypisom', 'video/mp4', 'audio/mp4'],
    ['\0\0\0\u0020ftypM4A ', 'audio/mp4', 'audio/mp4'],
    ['\0\0\0\u0020ftypheic', 'image/heic', 'image/heic'],
    ['OggS', 'audio/ogg', 'audio/ogg'],
    ['%PDF-1.7', 'application/pdf', 'application/pdf'],
    ['<!doctype html>', ANY_MIME, ANY_MIME],
    ['<svg xmlns="http://www.w3.org/2000/svg">', ANY_MIME, ANY_MIME],
    ['', ANY_MIME, ANY_MIME],
  ])('[K2] %j is %s, and %s as a voice note', (head, mime, asVoice) => {
    expect([sniffMime(ascii(head), 'document'), sniffMime(ascii(head), 'voice')]).toEqual([mime, asVoice])
  })

  it('[K2] never is one that a browser would run, whatever the bytes and whatever is said', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.constantFrom('document', 'photo', 'voice'), (bytes, role) => {
        expect(sniffMime(bytes, role)).not.toMatch(/html|svg|xml|script|^text/)
        for (const mime of ['text/html', 'image/svg+xml', 'text/javascript'])
          expect(isWhatItSays(bytes, { mime, role })).toBe(false)
      }),
    )
  })
})

describe('[K2] notes in a picture', () => {
  const segment = (marker: number, body: string) => join(Uint8Array.of(0xff, marker, 0, 2 + body.length), ascii(body))
  const jpeg = (...segments: readonly Uint8Array[]) =>
    join(Uint8Array.of(0xff, 0xd8), ...segments, Uint8Array.of(0xff, 0xda, 0, 2, 1, 2, 0xff, 0xd9))
  const chunk = (name: string, body: string) =>
    join(Uint8Array.of(0, 0, 0, body.length), ascii(name), ascii(body), new Uint8Array(4))
  const png = (...chunks: readonly Uint8Array[]) => join(ascii('\u0089PNG\r\n\u001a\n'), ...chunks, chunk('IEND', ''))
  const riff = (name: string, body: string) =>
    join(ascii(name), Uint8Array.of(body.length, 0, 0, 0), ascii(body), new Uint8Array(body.length % 2))
  const webp = (...chunks: readonly Uint8Array[]) => join(ascii('RIFF\0\0\0\0WEBP'), ...chunks)

  it('[K2] are found in JPEG, PNG and WebP, and not where there are none', () => {
    expect(hasNotes(jpeg(segment(0xe0, 'JFIF'), segment(0xdb, 'table')), 'image/jpeg')).toBe(false)
    for (const marker of [0xe1, 0xed, 0xfe])
      expect(hasNotes(jpeg(segment(0xe0, 'JFIF'), segment(marker, 'Exif\0\0')), 'image/jpeg')).toBe(true)
    expect(hasNotes(png(chunk('IHDR', 'size'), chunk('IDAT', 'pixels')), 'image/png')).toBe(false)
    for (const name of ['eXIf', 'tEXt', 'iTXt', 'zTXt'])
      expect(hasNotes(png(chunk('IHDR', 'size'), chunk(name, 'where')), 'image/png')).toBe(true)
    expect(hasNotes(webp(riff('VP8 ', 'odd')), 'image/webp')).toBe(false)
    for (const name of ['EXIF', 'XMP '])
      expect(hasNotes(webp(riff('VP8X', 'odd'), riff(name, 'x')), 'image/webp')).toBe(true)
  })

  it('[K2] are taken to be where a picture cannot be walked through, and nothing of it is read beyond its end', () => {
    for (const mime of ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'text/html'])
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
          expect(typeof hasNotes(bytes, mime)).toBe('boolean')
        }),
      )
    expect(hasNotes(jpeg().subarray(0, 4), 'image/jpeg')).toBe(true)
    expect(hasNotes(png(chunk('IDAT', 'pixels')).subarray(0, 30), 'image/png')).toBe(true)
    expect(hasNotes(ascii('GIF89a'), 'image/gif')).toBe(true)
  })
})
