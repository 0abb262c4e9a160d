const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const NO_DIGIT = 0xff
/** By character code; what is no digit has the value `NO_DIGIT`. */
const VALUES = new Uint8Array(128).fill(NO_DIGIT)
for (let value = 0; value < DIGITS.length; value += 1) VALUES[DIGITS.charCodeAt(value)] = value
const CODES_OF_DIGITS = Uint8Array.from(DIGITS, (digit) => digit.charCodeAt(0))
/** So many characters are made a string at once: engines bound the number of arguments. */
const CHUNK_CHARS = 8_192

/** Bytes as base64url without padding (RFC 4648 section 5). Reports have a megabyte: hence tables and no text in between. */
export function toB64(bytes: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil((bytes.byteLength * 4) / 3))
  let bits = 0
  let held = 0
  let to = 0
  for (let at = 0; at < bytes.byteLength; at += 1) {
    held = ((held << 8) | (bytes[at] ?? 0)) & 0xffff
    bits += 8
    while (bits >= 6) {
      bits -= 6
      codes[to++] = CODES_OF_DIGITS[(held >> bits) & 63] ?? 0
    }
  }
  if (bits > 0) codes[to] = CODES_OF_DIGITS[(held << (6 - bits)) & 63] ?? 0
  let text = ''
  for (let at = 0; at < codes.length; at += CHUNK_CHARS)
    text += Reflect.apply(String.fromCharCode, undefined, codes.subarray(at, at + CHUNK_CHARS))
  return text
}

/** The bytes, or undefined for anything that `toB64` would not have written. */
export function fromB64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let held = 0
  let to = 0
  for (let at = 0; at < text.length; at += 1) {
    // Beyond the table there are no digits either.
    const value = VALUES[text.charCodeAt(at)] ?? NO_DIGIT
    if (value === NO_DIGIT) return undefined
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes[to++] = (held >> bits) & 0xff
  }
  return (held & ((1 << bits) - 1)) === 0 ? bytes : undefined
}
