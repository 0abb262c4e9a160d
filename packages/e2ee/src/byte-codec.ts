/**
 * Length-prefixed fields, big endian, one encoding per value. The reader never throws on what a stranger sent: a bad
 * read makes it `failed`, returns an empty value, and `end()` says whether everything was read and well formed.
 */
const encoder = new TextEncoder()

export type ByteWriter = {
  u8(value: number): ByteWriter
  /** A safe, non-negative integer in 8 bytes. */
  u64(value: number): ByteWriter
  /** Fixed length: no prefix. */
  raw(bytes: Uint8Array): ByteWriter
  /** UTF-8 with a 16-bit length. A lone surrogate becomes U+FFFD, as everywhere on the web. */
  text(value: string, bytesMax: number): ByteWriter
  bytes(): Uint8Array
}

/** @throws on a value outside its bounds: what we write is ours, so that is a bug. */
export function createByteWriter(): ByteWriter {
  const parts: number[] = []
  const writer: ByteWriter = {
    u8: (value) => {
      if (!Number.isInteger(value) || value < 0 || value > 0xff) throw new RangeError('not a u8')
      parts.push(value)
      return writer
    },
    u64: (value) => {
      if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('not a safe u64')
      for (let shift = 56n; shift >= 0n; shift -= 8n) parts.push(Number((BigInt(value) >> shift) & 0xffn))
      return writer
    },
    raw: (bytes) => {
      for (const byte of bytes) parts.push(byte)
      return writer
    },
    text: (value, bytesMax) => {
      const bytes = encoder.encode(value)
      if (bytes.byteLength > bytesMax || bytes.byteLength > 0xffff) throw new RangeError('text too long')
      parts.push(bytes.byteLength >> 8, bytes.byteLength & 0xff)
      return writer.raw(bytes)
    },
    bytes: () => Uint8Array.from(parts),
  }
  return writer
}

export type ByteReader = {
  u8(): number
  u64(): number
  raw(length: number): Uint8Array
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
    u64: () => {
      let value = 0n
      for (const byte of take(8)) value = (value << 8n) | BigInt(byte)
      if (value > BigInt(Number.MAX_SAFE_INTEGER)) failed = true
      return failed ? 0 : Number(value)
    },
    raw: take,
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
