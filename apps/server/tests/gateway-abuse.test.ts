import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { alice, bob, createFakeClock, createFakeLog, createSeededRandom } from '@visavis/testkit'
import {
  CIPHERTEXT_BYTES_MAX,
  decodeServerFrame,
  encodeClientFrame,
  fail,
  FRAME_BYTES_MAX,
  ok,
  SLOW_READER_MS,
  type CallId,
  type MessageId,
} from '@visavis/wire'
import { afterEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createGateway, createSocketEdge, type FrameHandlers } from '../src/gateway/index.ts'

// One bad client over a real socket, and beside it somebody who must notice nothing: after each abuse the bystander is
// still answered, so the process lives and one bad peer ended one session at most.

const ORIGIN = 'https://visavis.example'
const HELLO = { clientMs: 0, sessionSeq: 0, durableSeq: 0, calls: [] }
const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
})

async function serve() {
  const clock = createFakeClock()
  const gateway = createGateway({ clock, random: createSeededRandom(1), log: createFakeLog() })
  const refuse = () => fail('NOT_ALLOWED')
  const handlers: FrameHandlers = {
    'match.seek': refuse,
    'match.leave': refuse,
    'relay.lease': refuse,
    'call.applied': refuse,
    'call.signal': refuse,
    'call.candidate': refuse,
    'call.commit': refuse,
    'call.end': refuse,
    'message.send': refuse,
    'contact.keep': refuse,
    'conversation.commit': refuse,
    'conversation.send': refuse,
    'conversation.typing': refuse,
    received: refuse,
  }
  gateway.wire({ handlers, liveCalls: () => [], listeners: [] })
  const edge = createSocketEdge({
    gateway,
    log: createFakeLog(),
    allowsOrigin: (origin) => origin === ORIGIN,
    admitAddress: async () => ok(true),
    authenticate: async (headers) => ({
      ...(headers.get('cookie') === 'bob' ? bob : alice),
      isRegistered: true,
      sanctioned: false,
    }),
    defer: (work) => void setImmediate(work),
  })
  const server: Server = createServer()
  const detach = edge.attach(server)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  open.push(async () => {
    detach()
    await gateway.drain()
    await new Promise((resolve) => void server.close(resolve))
  })
  return { gateway, clock, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/api/socket` }
}

/** Connected and greeted. */
async function connect(url: string, cookie: 'alice' | 'bob') {
  const socket = new WebSocket(url, { headers: { cookie }, origin: ORIGIN })
  socket.binaryType = 'nodebuffer'
  const frames: ReturnType<typeof decodeServerFrame>[] = []
  socket.on('message', (data) => frames.push(decodeServerFrame(data as Buffer)))
  socket.on('error', () => undefined)
  const closed = new Promise<number>((resolve) => void socket.on('close', resolve))
  const next = async (count: number) => {
    while (frames.length < count) await new Promise((resolve) => void socket.once('message', resolve))
    return frames
  }
  await new Promise<void>((resolve) => void socket.on('open', resolve))
  socket.send(encodeClientFrame('hello', 1, HELLO))
  await next(1)
  open.push(async () => {
    socket.terminate()
    await closed
  })
  let id = 100
  async function expectServed(): Promise<void> {
    const count = frames.length
    socket.send(encodeClientFrame('relay.lease', ++id, {}))
    expect((await next(count + 1)).at(-1)).toMatchObject({ value: { name: 'nack', id, body: { code: 'NOT_ALLOWED' } } })
  }
  return { socket, frames, closed, next, expectServed }
}

it.each([
  ['an oversize frame', Buffer.alloc(FRAME_BYTES_MAX + 1), true, 4400],
  ['a frame far too long', Buffer.alloc(8 * 1024 * 1024), true, 4400],
  ['a text message', Buffer.from('hello'), false, 4401],
  ['a malformed frame', Buffer.of(1, 3, 0, 0, 0, 1, 0xff), true, 4401],
])('[A11] %s ends its own connection with its code; the bystander is served on', async (_, bytes, binary, close) => {
  const { url, gateway } = await serve()
  const bystander = await connect(url, 'bob')
  const bad = await connect(url, 'alice')
  bad.socket.send(bytes, { binary })
  expect(await bad.closed).toBe(close)
  await bystander.expectServed()
  const again = await connect(url, 'alice')
  await again.expectServed()
  expect(gateway.stats().sockets).toBe(2)
})

it('[A11] an unknown frame gets a nack, and the same socket and the bystander are served on', async () => {
  const { url } = await serve()
  const bystander = await connect(url, 'bob')
  const odd = await connect(url, 'alice')
  odd.socket.send(Uint8Array.of(1, 250, 0, 0, 0, 9, 0xa0))
  expect((await odd.next(2)).at(-1)).toMatchObject({
    value: { name: 'nack', id: 9, body: { code: 'WIRE_UNKNOWN_TYPE' } },
  })
  await odd.expectServed()
  await bystander.expectServed()
})

it('[K4] a slow reader is given a bounded amount, then closed with its code; the bystander is served on', async () => {
  const { url, gateway, clock } = await serve()
  const bystander = await connect(url, 'bob')
  const slow = await connect(url, 'alice')
  slow.socket.pause()
  const message = (seq: number) => ({
    seq,
    callId: 'c0000000-0000-4000-8000-000000000001' as CallId,
    messageId: 'e0000000-0000-4000-8000-000000000001' as MessageId,
    sentAtMs: 1,
    ciphertext: new Uint8Array(CIPHERTEXT_BYTES_MAX),
  })
  // The kernels of both ends take some megabytes before anything waits in the process.
  const takenMax = 2_048
  let taken = 0
  while (taken < takenMax && gateway.deliverDurable(alice.deviceId, 'message', message(taken + 1))) {
    taken++
    await new Promise((resolve) => void setImmediate(resolve))
  }
  expect(taken).toBeLessThan(takenMax)
  await bystander.expectServed()
  await clock.advance(SLOW_READER_MS)
  await bystander.expectServed()
  slow.socket.resume()
  expect(await slow.closed).toBe(4411)
  expect(slow.frames.at(-1)).toMatchObject({ value: { name: 'bye', body: { code: 'SERVER_SLOW_READER' } } })
  expect(slow.frames.filter((frame) => frame.ok && frame.value.name === 'message')).toHaveLength(taken)
})
