/**
 * Length-prefixed fields, big endian, one encoding per value. The reader never throws on what a stranger sent: a bad
 * read makes it `failed`, returns an empty value, and `end()` says whether everything was read and well formed.
 */
const encoder = new TextEncoder()

const START_BYTES = 256
const U32 = 2 ** 32

export type ByteWriter = {
  u8(value: number): ByteWriter
  u32(value: number): ByteWriter
  /** A safe, non-negative integer in 8 bytes. */
  u64(value: number): ByteWriter
  /** Fixed length: no prefix. */
  raw(bytes: Uint8Array): ByteWriter
  /** Bytes with a 32-bit length. */
  v32(bytes: Uint8Array, bytesMax: number): ByteWriter
  /** UTF-8 with a 16-bit length. A lone surrogate becomes U+FFFD, as everywhere on the web. */
  text(value: string, bytesMax: number): ByteWriter
  bytes(): Uint8Array
}

/** @throws on a value outside its bounds: what we write is ours, so that is a bug. */
export function createByteWriter(): ByteWriter {
  let buffer = new Uint8Array(START_BYTES)
  let used = 0
  const grow = (length: number): Uint8Array => {
    used += length
    if (used > buffer.byteLength) {
      const grown = new Uint8Array(Math.max(used, 2 * buffer.byteLength))
      grown.set(buffer)
      buffer = grown
    }
    return buffer.subarray(used - length, used)
  }
  const unsigned = (value: number, length: number): void => {
    const place = grow(length)
    let rest = value
    for (let at = length - 1; at >= 0; at -= 1) {
      place[at] = rest % 256
      rest = Math.floor(rest / 256)
    }
  }
  const writer: ByteWriter = {
    u8: (value) => {
      if (!Number.isInteger(value) || value < 0 || value > 0xff) throw new RangeError('not a u8')
      unsigned(value, 1)
      return writer
    },
    u32: (value) => {
      if (!Number.isInteger(value) || value < 0 || value >= U32) throw new RangeError('not a u32')
      unsigned(value, 4)
      return writer
    },
    u64: (value) => {
      if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('not a safe u64')
      unsigned(value, 8)
      return writer
    },
    raw: (bytes) => {
      grow(bytes.byteLength).set(bytes)
      return writer
    },
    v32: (bytes, bytesMax) => {
      if (bytes.byteLength > bytesMax) throw new RangeError('bytes too long')
      return writer.u32(bytes.byteLength).raw(bytes)
    },
    text: (value, bytesMax) => {
      const bytes = encoder.encode(value)
      if (bytes.byteLength > bytesMax || bytes.byteLength > 0xffff) throw new RangeError('text too long')
      unsigned(bytes.byteLength, 2)
      return writer.raw(bytes)
    },
    bytes: () => buffer.slice(0, used),
  }
  return writer
}

export type ByteReader = {
  u8(): number
  u32(): number
  u64(): number
  raw(length: number): Uint8Array
  v32(bytesMax: number): Uint8Array
  text(bytesMax: number): string
  /** True when nothing failed and nothing is left over. */
  end(): boolean
}

export function createByteReader(bytes: Uint8Array): ByteReader {
  let offset = 0
  let failed = false
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const take = (length: number): Uint8Array => {
    if (failed || length > bytes.byteLength - offset) {
      failed = true
      return new Uint8Array(length > bytes.byteLength ? 0 : length)
    }
    offset += length
    return bytes.slice(offset - length, offset)
  }
  const reader: ByteReader = {
    u8: () => take(1)[0] ?? 0,
    u32: () => take(4).reduce((value, byte) => value * 256 + byte, 0),
    u64: () => {
      const value = take(8).reduce((sum, byte) => sum * 256 + byte, 0)
      // Doubles are exact up to there, and rounding never brings a larger one below.
      if (value > Number.MAX_SAFE_INTEGER) failed = true
      return failed ? 0 : value
    },
    raw: take,
    v32: (bytesMax) => {
      const length = reader.u32()
      if (length > bytesMax) failed = true
      return failed ? new Uint8Array() : take(length)
    },
    text: (bytesMax) => {
      const length = (reader.u8() << 8) | reader.u8()
      if (length > bytesMax) failed = true
      if (failed) return ''
      try {
        return decoder.decode(take(length))
      } catch {
        failed = true
        return ''
      }
    },
    end: () => !failed && offset === bytes.byteLength,
  }
  return reader
}

/** For public values; takes a different time for different bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, i) => byte === b[i])
}
