import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import {
  CODES,
  decodeClientFrame,
  decodeServerFrame,
  encodeClientFrame,
  encodeServerFrame,
  type ClientFrameBody,
  type ClientFrameName,
  type ServerFrameBody,
  type ServerFrameName,
} from '../src/index.ts'
import { CLIENT_BODIES, SERVER_BODIES } from './arbitraries.ts'

/** A sound frame of any type with one small wound: the inputs most likely to slip past a decoder. */
const wounded = fc
  .tuple(
    fc.oneof(
      ...(Object.keys(CLIENT_BODIES) as ClientFrameName[]).map((name) =>
        CLIENT_BODIES[name].map((body) => encodeClientFrame(name, 7, body as ClientFrameBody<typeof name>)),
      ),
      ...(Object.keys(SERVER_BODIES) as ServerFrameName[]).map((name) =>
        SERVER_BODIES[name].map((body) => encodeServerFrame(name, 7, body as ServerFrameBody<typeof name>)),
      ),
    ),
    fc.nat(),
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom('flip', 'cut', 'insert'),
  )
  .map(([frame, at, value, wound]) => {
    const place = at % frame.length
    if (wound === 'cut') return frame.slice(0, place)
    if (wound === 'flip') return frame.map((byte, index) => (index === place ? byte ^ (value || 1) : byte))
    return Uint8Array.of(...frame.subarray(0, place), value, ...frame.subarray(place))
  })

/**
 * Throws hostile bytes at both decoders (WP7): they return, with a code of the closed set or with a value that survives
 * being written and read again. Fails with the seed and the smallest counterexample.
 */
export function fuzz({ seed, runs }: { seed: number; runs: number }): void {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.uint8Array({ maxLength: 200 }).map((tail) => Uint8Array.of(1, (tail[0] ?? 0) % 80, 0, 0, 0, 9, ...tail)),
    wounded,
  )
  const property = fc.property(hostile, (bytes) => {
    for (const [decode, encode] of [
      [decodeClientFrame, encodeClientFrame],
      [decodeServerFrame, encodeServerFrame],
    ] as const) {
      const result = decode(bytes)
      if (!result.ok) {
        if (!Object.hasOwn(CODES, result.code)) throw new Error(`code ${result.code} is not of the set`)
        continue
      }
      const { name, id, body } = result.value
      const again = decode((encode as (name: string, id: number, body: unknown) => Uint8Array)(name, id, body))
      if (!isDeepStrictEqual(again, result)) throw new Error(`${name} changed on the way`)
    }
  })
  fc.assert(property, { seed, numRuns: runs })
}
