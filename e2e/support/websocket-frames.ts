/** One WebSocket frame as it passed on the wire (RFC 6455 section 5.2), its payload unmasked. */
export type WebSocketFrame = { readonly opcode: number; readonly payload: Buffer; readonly raw: Buffer }

/** Cuts a stream of bytes into frames, however the network cut it. Fragments are frames of their own. */
export function createFrameReader(): (chunk: Buffer) => WebSocketFrame[] {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const frames: WebSocketFrame[] = []
    for (;;) {
      const frame = readFrame(rest)
      if (!frame) return frames
      frames.push(frame)
      rest = rest.subarray(frame.raw.byteLength)
    }
  }
}

function readFrame(bytes: Buffer): WebSocketFrame | undefined {
  if (bytes.byteLength < 2) return undefined
  const short = (bytes[1] ?? 0) & 0x7f
  const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0
  const isMasked = ((bytes[1] ?? 0) & 0x80) !== 0
  const start = 2 + lengthBytes + (isMasked ? 4 : 0)
  if (bytes.byteLength < start) return undefined
  const length =
    lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : lengthBytes === 2 ? bytes.readUInt16BE(2) : short
  if (bytes.byteLength < start + length) return undefined
  const payload = Buffer.from(bytes.subarray(start, start + length))
  if (isMasked)
    for (let at = 0; at < length; at++) payload[at] = (payload[at] ?? 0) ^ (bytes[start - 4 + (at % 4)] ?? 0)
  return { opcode: (bytes[0] ?? 0) & 0x0f, payload, raw: Buffer.from(bytes.subarray(0, start + length)) }
}

/** The same frame of a server with another payload of the same length. */
export function withPayload(frame: WebSocketFrame, payload: Uint8Array): Buffer {
  if (payload.byteLength !== frame.payload.byteLength) throw new TypeError('the length of a frame is not changed')
  return Buffer.concat([frame.raw.subarray(0, frame.raw.byteLength - payload.byteLength), payload])
}
