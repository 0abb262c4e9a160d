import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as ws from 'ws'
import { createOutgoings } from './outgoing.ts'

function world() {
  const deferred: (() => void)[] = []
  const written: Buffer[] = []
  const state = { open: true }
  const outgoingOf = createOutgoings((work) => void deferred.push(work))
  const outgoing = outgoingOf({ write: (piece: Buffer) => written.push(piece) > 0 }, () => state.open)
  const turn = () => deferred.splice(0).forEach((work) => work())
  return { outgoing, written, state, turn }
}

type Reader = {
  on: (event: 'message', listener: (data: Buffer, binary: boolean) => void) => void
  write: (piece: Buffer, done: () => void) => void
}
/** The library's own reader, which its published types leave out. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Reader }

/** What a WebSocket library reads from these bytes. */
async function messagesIn(pieces: readonly Buffer[]): Promise<readonly string[]> {
  const receiver = new Receiver({ isServer: false, allowSynchronousEvents: true })
  const messages: string[] = []
  receiver.on('message', (data, binary) => messages.push(`${binary} ${data.toString('hex')}`))
  for (const piece of pieces) await new Promise<void>((resolve) => receiver.write(piece, resolve))
  return messages
}

it('[K4] writes the frames of one turn as one piece that a WebSocket reads back, whatever their sizes', async () => {
  const size = fc.oneof(fc.nat({ max: 300 }), fc.constantFrom(0, 125, 126, 65_535, 65_536, 72 * 1024))
  await fc.assert(
    fc.asyncProperty(fc.array(size, { minLength: 1, maxLength: 6 }), async (sizes) => {
      const { outgoing, written, turn } = world()
      const frames = sizes.map((length, index) => new Uint8Array(length).fill(index + 1))
      frames.forEach(outgoing.send)
      expect(written).toEqual([])
      const waiting = outgoing.waitingBytes()
      turn()
      expect(written).toHaveLength(1)
      expect(written[0]?.byteLength).toBe(waiting)
      expect(outgoing.waitingBytes()).toBe(0)
      expect(await messagesIn(written)).toEqual(frames.map((frame) => `true ${Buffer.from(frame).toString('hex')}`))
    }),
    { numRuns: 30 },
  )
})

it('[K4] a flush before the turn ends keeps the order and writes nothing twice', async () => {
  const { outgoing, written, turn } = world()
  outgoing.send(Uint8Array.of(1))
  outgoing.flush()
  outgoing.send(Uint8Array.of(2))
  turn()
  turn()
  expect(await messagesIn(written)).toEqual(['true 01', 'true 02'])
})

it('[K4] nothing is written to a socket that closes, neither what was gathered nor what comes later', () => {
  const { outgoing, written, state, turn } = world()
  outgoing.send(Uint8Array.of(1))
  state.open = false
  turn()
  outgoing.send(Uint8Array.of(2))
  turn()
  expect(written).toEqual([])
  expect(outgoing.waitingBytes()).toBe(0)
})
