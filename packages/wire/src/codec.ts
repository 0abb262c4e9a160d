import { decode } from 'cborg'
import * as z from 'zod/mini'
import { readFrequentFrame } from './cbor-reader.ts'
import { writeBody } from './cbor-writer.ts'
import { CLIENT_FRAMES, type ClientFrame, type ClientFrameBody, type ClientFrameName } from './client-frames.ts'
import { SERVER_FRAMES, type ServerFrame, type ServerFrameBody, type ServerFrameName } from './server-frames.ts'
import { FRAME_BYTES_MAX, FRAME_HEADER_BYTES, PROTOCOL_VERSION } from './limits.ts'
import { fail, ok, type Fail, type Result } from './result.ts'

/**
 * Frame codec: `version u8 | type u8 | id u32 BE | body CBOR` (RFC 8949, written in deterministic order). See SPEC.md, WP1 to WP9. Decoding never throws and never trusts a length.
 */

// zod compiles validators with `Function` by default, which the content security policy of the web app forbids.
z.config({ jitless: true })

// What JSON cannot say has no place in a frame, and a value has no second spelling worth parsing (WP5).
const STRICT = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
} as const

type Spec = { readonly type: number; readonly schema: z.core.$ZodType }
type AnyFrame = { readonly name: string; readonly id: number; readonly body: unknown }

/** A frame that could not be read. `id` is known when the header was sound, so that it can be answered. */
export type Unreadable = Fail & { readonly id?: number }

function encodeFrame(type: number, id: number, body: unknown): Uint8Array {
  const frame = writeBody(body, FRAME_HEADER_BYTES)
  frame[0] = PROTOCOL_VERSION
  frame[1] = type
  new DataView(frame.buffer).setUint32(2, id)
  return frame
}

function createDecoder(
  specs: Readonly<Record<string, Spec>>,
  quick: (frame: Uint8Array, id: number) => AnyFrame | undefined,
) {
  const byType = new Map<number, { name: string; schema: z.core.$ZodType }>()
  for (const [name, spec] of Object.entries(specs)) byType.set(spec.type, { name, schema: spec.schema })

  return (frame: Uint8Array): Result<AnyFrame> | Unreadable => {
    if (frame.byteLength > FRAME_BYTES_MAX) return fail('WIRE_FRAME_TOO_LARGE')
    if (frame.byteLength < FRAME_HEADER_BYTES) return fail('WIRE_MALFORMED')
    if (frame[0] !== PROTOCOL_VERSION) return fail('WIRE_VERSION')
    const id = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(2)
    const spec = byType.get(frame[1] ?? -1)
    if (!spec) return { ...fail('WIRE_UNKNOWN_TYPE'), id }
    const known = quick(frame, id)
    if (known) return ok(known)
    let raw: unknown
    try {
      raw = decode(frame.subarray(FRAME_HEADER_BYTES), STRICT)
    } catch {
      return { ...fail('WIRE_MALFORMED'), id }
    }
    const parsed = z.safeParse(spec.schema, raw)
    if (!parsed.success) return { ...fail('WIRE_INVALID'), id }
    return ok({ name: spec.name, id, body: parsed.data })
  }
}

const decodeClient = createDecoder(CLIENT_FRAMES, readFrequentFrame)
const decodeServer = createDecoder(SERVER_FRAMES, () => undefined)

/** Reads a frame from a client. Errors: WIRE_FRAME_TOO_LARGE, WIRE_MALFORMED, WIRE_VERSION, WIRE_UNKNOWN_TYPE, WIRE_INVALID. */
export function decodeClientFrame(frame: Uint8Array): Result<ClientFrame> | Unreadable {
  return decodeClient(frame) as Result<ClientFrame> | Unreadable
}

/** Reads a frame from a server. Same errors as `decodeClientFrame`. */
export function decodeServerFrame(frame: Uint8Array): Result<ServerFrame> | Unreadable {
  return decodeServer(frame) as Result<ServerFrame> | Unreadable
}

/** Bytes of a frame from a client. `id` counts up from 1 in a session and is repeated when the frame is sent again. */
export function encodeClientFrame<N extends ClientFrameName>(
  name: N,
  id: number,
  body: ClientFrameBody<N>,
): Uint8Array {
  return encodeFrame(CLIENT_FRAMES[name].type, id, body)
}

/** Bytes of a frame from a server; what `id` means is told by `SERVER_FRAMES[name].delivery`. */
export function encodeServerFrame<N extends ServerFrameName>(
  name: N,
  id: number,
  body: ServerFrameBody<N>,
): Uint8Array {
  return encodeFrame(SERVER_FRAMES[name].type, id, body)
}
