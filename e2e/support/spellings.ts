/** Every way in which a text may lie in bytes without being encrypted: UTF-8, UTF-16, hexadecimal, base64 at each offset. */
export function spellingsOf(text: string): readonly Buffer[] {
  const utf8 = Buffer.from(text)
  const utf16 = Buffer.from(text, 'utf16le')
  return [
    utf8,
    utf16,
    Buffer.from(utf16).swap16(),
    Buffer.from(utf8.toString('hex')),
    Buffer.from(utf8.toString('hex').toUpperCase()),
    Buffer.from(encodeURIComponent(text)),
    ...[0, 1, 2].flatMap((offset) => base64At(utf8, offset)),
  ]
}

/** What is the same in every base64 text that has these bytes at this offset: the characters that no neighbour touches. */
function base64At(bytes: Buffer, offset: number): Buffer[] {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replaceAll('=', '')
  const whole = text.slice(offset === 0 ? 0 : offset + 1, (offset + bytes.byteLength) % 3 === 0 ? undefined : -1)
  return [Buffer.from(whole), Buffer.from(whole.replaceAll('+', '-').replaceAll('/', '_'))]
}

/** Whether `hay` holds the text in any spelling. */
export function holds(hay: Buffer, text: string): boolean {
  return spellingsOf(text).some((spelling) => hay.includes(spelling))
}

/** Whether `hay` holds these bytes as they are, in hexadecimal or in base64 at any offset. */
export function holdsBytes(hay: Buffer, bytes: Uint8Array): boolean {
  const plain = Buffer.from(bytes)
  const hex = plain.toString('hex')
  const spellings = [plain, Buffer.from(hex), Buffer.from(hex.toUpperCase())]
  return [...spellings, ...[0, 1, 2].flatMap((offset) => base64At(plain, offset))].some((each) => hay.includes(each))
}

/** An IPv4 address as it may lie in a packet: as text, as four bytes, and as STUN writes it (RFC 8489 section 14.2). */
export function spellingsOfAddress(address: string): {
  readonly text: readonly Buffer[]
  readonly binary: readonly Buffer[]
} {
  const bytes = Buffer.from(address.split('.').map(Number))
  const xored = Buffer.from(bytes.map((byte, at) => byte ^ ([0x21, 0x12, 0xa4, 0x42][at] ?? 0)))
  return { text: spellingsOf(address), binary: [bytes, Buffer.from(bytes.toReversed()), xored] }
}
