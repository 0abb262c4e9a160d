import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { alice, createFakeClock, createFakeLog, createSeededRandom } from '@visavis/testkit'
import { decodeServerFrame, encodeClientFrame, fail, FRAME_BYTES_MAX, ok, type Code } from '@visavis/wire'
import { afterEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import {
  createGateway,
  createSocketEdge,
  type FrameHandlers,
  type Person,
  type SocketEdgeDeps,
} from '../src/gateway/index.ts'

// Real sockets on loopback: what only `ws` and the HTTP upgrade can get wrong. Frames are the business of other tests.

const ORIGIN = 'https://visavis.example'
const open: { close: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

async function serve(
  authenticate: (headers: Headers) => Promise<Person | undefined>,
  admitAddress: SocketEdgeDeps['admitAddress'] = async () => ok(true),
) {
  const gateway = createGateway({ clock: createFakeClock(), random: createSeededRandom(1), log: createFakeLog() })
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
    admitAddress,
    authenticate,
    defer: (work) => void setImmediate(work),
  })
  const server: Server = createServer()
  const detach = edge.attach(server)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  async function close(): Promise<void> {
    detach()
    await gateway.drain()
    await new Promise((resolve) => void server.close(resolve))
  }
  open.push({ close })
  return { gateway, url }
}

const person: Person = { ...alice, isRegistered: true, sanctioned: false }
const cookie = async (headers: Headers) => (headers.get('cookie') === 'session=good' ? person : undefined)

function connect(url: string, options: { origin?: string; cookie?: string } = {}) {
  const headers = options.cookie ? { cookie: options.cookie } : {}
  const socket = new WebSocket(`${url}/api/socket`, { headers, ...(options.origin ? { origin: options.origin } : {}) })
  socket.binaryType = 'nodebuffer'
  const frames: ReturnType<typeof decodeServerFrame>[] = []
  socket.on('message', (data) => frames.push(decodeServerFrame(data as Buffer)))
  socket.on('error', () => undefined)
  const closed = new Promise<number>((resolve) => void socket.on('close', resolve))
  const opened = new Promise<void>((resolve) => void socket.on('open', resolve))
  const next = async (count: number) => {
    while (frames.length < count) await new Promise((resolve) => void socket.once('message', resolve))
    return frames
  }
  return { socket, frames, closed, opened, next }
}

const good = { origin: ORIGIN, cookie: 'session=good' }

it.each<[string, { origin?: string; cookie?: string }, Code, number]>([
  ['another origin', { origin: 'https://evil.example', cookie: 'session=good' }, 'AUTH_ORIGIN', 4406],
  ['no origin', { cookie: 'session=good' }, 'AUTH_ORIGIN', 4406],
  ['no session', { origin: ORIGIN }, 'AUTH_REQUIRED', 4404],
  ['an expired session', { origin: ORIGIN, cookie: 'session=old' }, 'AUTH_REQUIRED', 4404],
])('[A11] refuses %s in a way a browser can read', async (_, options, code, close) => {
  const { url, gateway } = await serve(cookie)
  const client = connect(url, options)
  expect(await client.closed).toBe(close)
  expect(client.frames).toMatchObject([{ ok: true, value: { name: 'bye', body: { code } } }])
  expect(gateway.stats()).toEqual({ sockets: 0, sessions: 0 })
})

it('[A11] refuses an address that opens too many, with the wait, before it looks up a session', async () => {
  let lookedUp = 0
  const answers = [ok(true as const), fail('RATE_LIMITED', 1_500)]
  const { url, gateway } = await serve(
    async (headers) => {
      lookedUp += 1
      return cookie(headers)
    },
    async () => answers.shift() ?? ok(true),
  )
  const first = connect(url, good)
  await first.opened
  const second = connect(url, good)
  expect(await second.closed).toBe(1013)
  expect(second.frames).toMatchObject([{ value: { name: 'bye', body: { code: 'RATE_LIMITED', retryAfterMs: 1_500 } } }])
  expect([lookedUp, gateway.stats().sockets]).toEqual([1, 1])
  first.socket.close()
  await first.closed
})

it('says to try again later when the session cannot be looked up, and lives', async () => {
  let down = true
  const { url } = await serve(async (headers) => {
    if (down) throw new Error('Connection terminated')
    return cookie(headers)
  })
  const refused = connect(url, good)
  expect(await refused.closed).toBe(1013)
  expect(refused.frames).toMatchObject([{ value: { body: { code: 'SERVER_STORAGE' } } }])
  down = false
  const client = connect(url, good)
  await client.opened
  client.socket.send(encodeClientFrame('hello', 1, { clientMs: 0, sessionSeq: 0, durableSeq: 0, calls: [] }))
  expect(await client.next(1)).toMatchObject([{ value: { name: 'ack', id: 1 } }])
  client.socket.close()
  await client.closed
})

it('answers over the wire, in one piece per frame, and pings', async () => {
  const { url, gateway } = await serve(cookie)
  const client = connect(url, good)
  await client.opened
  client.socket.send(encodeClientFrame('hello', 1, { clientMs: 0, sessionSeq: 0, durableSeq: 0, calls: [] }))
  for (let id = 2; id <= 4; id++) client.socket.send(encodeClientFrame('relay.lease', id, {}))
  const frames = await client.next(4)
  expect(frames.map((frame) => frame.ok && [frame.value.name, frame.value.id])).toEqual([
    ['ack', 1],
    ['nack', 2],
    ['nack', 3],
    ['nack', 4],
  ])
  expect(gateway.stats()).toEqual({ sockets: 1, sessions: 1 })
  client.socket.terminate()
  await client.closed
})

it.each([
  ['an oversize message', Buffer.alloc(FRAME_BYTES_MAX + 1), true, 4400],
  ['a message far too long', Buffer.alloc(8 * 1024 * 1024), true, 4400],
  ['text', Buffer.from('hello'), false, 4401],
])('closes on %s with its code, and the process lives', async (_, bytes, binary, close) => {
  const { url, gateway } = await serve(cookie)
  const client = connect(url, good)
  await client.opened
  client.socket.send(bytes, { binary })
  expect(await client.closed).toBe(close)
  const again = connect(url, good)
  await again.opened
  expect(gateway.stats().sockets).toBeGreaterThan(0)
  again.socket.close()
  await again.closed
})

it('refuses an upgrade of any other path', async () => {
  const { url } = await serve(cookie)
  const socket = new WebSocket(`${url}/api/other`, { origin: ORIGIN })
  const status = await new Promise((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode))
    socket.on('error', () => undefined)
  })
  expect(status).toBe(404)
  socket.terminate()
})
