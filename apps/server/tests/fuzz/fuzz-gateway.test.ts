import { CLIENT_FRAMES, type ClientFrameName, type Code } from '@visavis/wire'
import { expect, it } from 'vitest'
import { fuzzGateway } from './fuzz-gateway.ts'

/** A small share of what `npm run fuzz` does with other seeds, and proof that it gets to where it would hurt. */
it(
  '[A11][K4][WP7] hostile clients: each frame is answered or ends its session with a code, and others talk on',
  { timeout: 60_000 },
  async () => {
    const { frames, refused, closed, accepted, codes } = await fuzzGateway({ seed: 7, frames: 12_000 })
    expect(refused).toBeGreaterThan(frames / 5)
    expect(closed).toBeGreaterThan(frames / 20)
    // Every kind of frame that has an answer came through at times, so that what follows from it was under attack too.
    const answered = (Object.keys(CLIENT_FRAMES) as ClientFrameName[]).filter((name) => name !== 'received')
    expect([...accepted.keys()].toSorted()).toEqual(answered.toSorted())
    const ends: Code[] = ['WIRE_MALFORMED', 'WIRE_FRAME_TOO_LARGE', 'WIRE_VERSION', 'WIRE_HELLO_REQUIRED']
    const refusals: Code[] = [
      'WIRE_INVALID',
      'WIRE_UNKNOWN_TYPE',
      'CONVERSATION_EPOCH',
      'CALL_UNKNOWN',
      'DEVICE_REQUIRED',
    ]
    expect(codes).toEqual(expect.arrayContaining([...ends, ...refusals]))
  },
)

it(
  '[A11] the same with the limits of speed that people have: a flood ends its session',
  { timeout: 60_000 },
  async () => {
    const { codes } = await fuzzGateway({ seed: 7, frames: 12_000, limits: 'real' })
    expect(codes).toEqual(expect.arrayContaining<Code>(['RATE_LIMITED', 'WIRE_FLOOD']))
  },
)
