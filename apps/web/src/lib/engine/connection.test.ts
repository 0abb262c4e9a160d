import { describe, expect, it } from 'vitest'
import { createFakeClock, createFakeLog, createSeededRandom } from '@visavis/testkit'
import {
  CODES,
  decodeClientFrame,
  encodeServerFrame,
  SILENCE_MS_MAX,
  type AccountId,
  type CallId,
  type ClientFrame,
  type Code,
  type ConversationId,
  type DeviceId,
  type MessageId,
  type ServerFrame,
} from '@visavis/wire'
import type { OnlineNews } from './connection-types.ts'
import { createConnection, RECEIVED_DELAY_MS } from './connection.ts'
import type { ConnectionState } from './types.ts'

// Method: the test plays the server by hand, frame by frame, on sockets that do only what they are told.

const callId = 'aaaaaaaa-0000-4000-8000-000000000001' as CallId
const messageId = 'bbbbbbbb-0000-4000-8000-000000000001' as MessageId
const session = 'cccccccc-0000-4000-8000-000000000001'
const otherSession = 'cccccccc-0000-4000-8000-000000000002'

type Listener = (event: never) => void

function createHandSocket() {
  const listeners: Record<string, Listener> = {}
  const sent: ClientFrame[] = []
  let isClosed = false
  const emit = (type: string, event: unknown) => (listeners[type] as ((event: unknown) => void) | undefined)?.(event)
  return {
    like: {
      addEventListener: (type: string, listener: Listener) => void (listeners[type] = listener),
      send(bytes: Uint8Array) {
        const decoded = decodeClientFrame(bytes)
        if (decoded.ok) sent.push(decoded.value)
      },
      close: () => void (isClosed = true),
    },
    sent,
    names: () => sent.map(({ name }) => name),
    isClosed: () => isClosed,
    open: () => emit('open', {}),
    say: (bytes: Uint8Array) => emit('message', { data: bytes.slice().buffer }),
    closeWith: (code: number) => emit('close', { code }),
  }
}

function setUp(options: { isOnline?: boolean } = {}) {
  const clock = createFakeClock()
  const sockets: ReturnType<typeof createHandSocket>[] = []
  const states: ConnectionState[] = []
  const news: OnlineNews[] = []
  const frames: ServerFrame[] = []
  let isOnline = options.isOnline ?? true
  let watcher: (online: boolean) => void = () => undefined
  const connection = createConnection({
    clock,
    random: createSeededRandom(1),
    log: createFakeLog(),
    socketUrl: 'wss://test.invalid/api/socket',
    socketFactory() {
      const socket = createHandSocket()
      sockets.push(socket)
      return socket.like
    },
    onlineEvents: {
      isOnline: () => isOnline,
      subscribe(listener) {
        watcher = listener
        return () => void (watcher = () => undefined)
      },
    },
    calls: () => [callId],
    listener: {
      state: (state) => void states.push(state),
      online: (word) => void news.push(word),
      frame: (frame) => void frames.push(frame),
    },
  })
  const socket = () => sockets.at(-1) ?? createHandSocket()
  const welcome = (more: { session?: string; resumed?: boolean; serverMs?: number } = {}) => {
    socket().open()
    const result = { session, resumed: false, serverMs: 5_000_000, calls: [callId], ...more }
    socket().say(encodeServerFrame('ack', 0, { result }))
  }
  const setOnline = (online: boolean) => {
    isOnline = online
    watcher(online)
  }
  return { clock, connection, sockets, socket, states, news, frames, welcome, setOnline }
}

const text = (ms: number) => ({ callId, messageId, ciphertext: new Uint8Array([ms]) })
const ended = (seq: number) => encodeServerFrame('call.ended', seq, { callId, reason: 'left' })
const message = (seq: number) =>
  encodeServerFrame('message', 0, { seq, callId, messageId, sentAtMs: 1, ciphertext: new Uint8Array([1]) })
const entry = (seq: number) =>
  encodeServerFrame('entry', 0, {
    seq,
    conversationId: 'dddddddd-0000-4000-8000-000000000001' as ConversationId,
    generation: 1,
    epoch: 1,
    kind: 'message',
    messageId,
    senderAccount: 'eeeeeeee-0000-4000-8000-000000000001' as AccountId,
    senderDevice: 'ffffffff-0000-4000-8000-000000000001' as DeviceId,
    position: 1,
    sentAtMs: 1,
    bytes: new Uint8Array([1]),
  })
const durableSeqs = (frames: readonly ServerFrame[]) =>
  frames.flatMap((frame) => (frame.name === 'message' || frame.name === 'entry' ? [frame.body.seq] : []))

describe('answers', () => {
  it('[WR1][WR2][K4] unanswered frames are sent again under the same id when the session goes on', async () => {
    const world = setUp()
    world.connection.connect()
    world.welcome()
    const sending = world.connection.request('message.send', text(1))
    expect(world.socket().sent.at(-1)).toMatchObject({ name: 'message.send', id: 1 })
    world.socket().closeWith(1006)
    await world.clock.advance(1_000)
    expect(world.sockets).toHaveLength(2)
    world.welcome({ resumed: true })
    expect(world.socket().sent.at(0)).toMatchObject({ name: 'hello', body: { session, calls: [callId] } })
    expect(world.socket().sent.at(-1)).toMatchObject({ name: 'message.send', id: 1 })
    world.socket().say(encodeServerFrame('ack', 1, { result: { sentAtMs: 7 } }))
    expect(await sending).toEqual({ ok: true, value: { sentAtMs: 7 } })
    world.connection.disconnect()
    expect(world.clock.pending()).toBe(0)
  })

  it('[K4] a new session: texts and ends go again under new ids, signals and seeks fail with a code', async () => {
    const world = setUp()
    world.connection.connect()
    world.welcome()
    const leasing = world.connection.request('relay.lease', {})
    const signalling = world.connection.request('call.signal', { callId, bytes: new Uint8Array([1]) })
    const sending = world.connection.request('message.send', text(1))
    world.socket().closeWith(1006)
    await world.clock.advance(1_000)
    world.welcome({ session: otherSession })
    expect(await leasing).toEqual({ ok: false, code: 'NETWORK_OFFLINE' })
    expect(await signalling).toEqual({ ok: false, code: 'NETWORK_OFFLINE' })
    expect(world.socket().sent.slice(1)).toMatchObject([{ name: 'message.send', id: 1 }])
    expect(world.news.at(-1)).toMatchObject({ resumed: false })
    world.connection.disconnect()
    expect(await sending).toEqual({ ok: false, code: 'NETWORK_OFFLINE' })
  })

  it('[K4] without a connection a text waits and a seek does not', async () => {
    const world = setUp()
    const sending = world.connection.request('message.send', text(1))
    expect(await world.connection.request('relay.lease', {})).toEqual({ ok: false, code: 'NETWORK_OFFLINE' })
    world.connection.connect()
    world.welcome()
    world.socket().say(encodeServerFrame('nack', 1, { code: 'CALL_UNKNOWN' }))
    expect(await sending).toEqual({ ok: false, code: 'CALL_UNKNOWN' })
    world.connection.disconnect()
  })

  it('[WP6] an answer that does not fit its question is an error, not a crash', async () => {
    const world = setUp()
    world.connection.connect()
    world.welcome()
    const leasing = world.connection.request('relay.lease', {})
    world.socket().say(encodeServerFrame('ack', 1, { result: { kind: 'carrier pigeon' } }))
    expect(await leasing).toEqual({ ok: false, code: 'WIRE_INVALID' })
    world.connection.disconnect()
  })
})

describe('deliveries', () => {
  it('[WD1][WD2][K4] each once and in order over a resume, acknowledged together', async () => {
    const world = setUp()
    world.connection.connect()
    world.welcome()
    for (const bytes of [ended(1), message(10), ended(2), message(11)]) world.socket().say(bytes)
    await world.clock.advance(RECEIVED_DELAY_MS)
    expect(world.socket().sent.filter(({ name }) => name === 'received')).toMatchObject([
      { body: { sessionSeq: 2, durableSeq: 11 } },
    ])
    world.socket().closeWith(1006)
    await world.clock.advance(1_000)
    world.welcome({ resumed: true })
    expect(world.socket().sent[0]).toMatchObject({ body: { sessionSeq: 2, durableSeq: 11 } })
    for (const bytes of [ended(2), message(11), ended(3), message(12)]) world.socket().say(bytes)
    expect(world.frames.map((frame) => (frame.name === 'message' ? `m${frame.body.seq}` : `s${frame.id}`))).toEqual(
      's1 m10 s2 m11 s3 m12'.split(' '),
    )
    world.connection.disconnect()
  })

  it('[WP7] bytes that are no frame are passed over and the connection lives', () => {
    const world = setUp()
    world.connection.connect()
    world.welcome()
    for (const bytes of [new Uint8Array(), new Uint8Array(100).fill(255), new Uint8Array([1, 200, 0, 0, 0, 0, 0xa0])]) {
      world.socket().say(bytes)
    }
    world.socket().say(ended(1))
    expect(world.frames).toHaveLength(1)
    expect(world.connection.isOnline()).toBe(true)
    world.connection.disconnect()
  })
})

describe('entries of conversations', () => {
  async function acknowledged(world: ReturnType<typeof setUp>) {
    await world.clock.advance(RECEIVED_DELAY_MS)
    const last = world.socket().sent.findLast(({ name }) => name === 'received')
    return last?.name === 'received' ? last.body.durableSeq : undefined
  }

  it('[WD2][K4] an entry is acknowledged when it is stored, and nothing after it before', async () => {
    const world = setUp()
    world.connection.connect()
    world.welcome()
    for (const bytes of [message(10), entry(11), message(12), entry(20)]) world.socket().say(bytes)
    expect(durableSeqs(world.frames)).toEqual([10, 11, 12, 20])
    expect(await acknowledged(world)).toBe(10)
    world.connection.stored(11)
    expect(await acknowledged(world)).toBe(11)
    world.connection.stored(20)
    expect(await acknowledged(world)).toBe(20)
    world.socket().say(message(21))
    expect(await acknowledged(world)).toBe(21)
    world.connection.disconnect()
    expect(world.clock.pending()).toBe(0)
  })

  it('[WD2][K4] what was not stored comes again after a hello, what was stored and the texts of calls do not', async () => {
    const world = setUp()
    world.connection.connect()
    world.welcome()
    for (const bytes of [entry(5), message(6), entry(7)]) world.socket().say(bytes)
    world.connection.stored(5)
    world.socket().closeWith(1006)
    await world.clock.advance(1_000)
    world.welcome({ resumed: true })
    expect(world.socket().sent[0]).toMatchObject({ name: 'hello', body: { durableSeq: 5 } })
    for (const bytes of [message(6), entry(7), message(8)]) world.socket().say(bytes)
    expect(durableSeqs(world.frames)).toEqual([5, 6, 7, 7, 8])
    world.connection.disconnect()
  })

  it('[WD2][K4] what the messenger has kept from an earlier page is acknowledged without being handed over', async () => {
    const world = setUp()
    world.connection.stored(40)
    world.connection.connect()
    world.welcome()
    expect(world.socket().sent[0]).toMatchObject({ name: 'hello', body: { durableSeq: 0 } })
    world.socket().say(entry(39))
    expect(world.frames).toEqual([])
    expect(await acknowledged(world)).toBe(39)
    world.connection.disconnect()
  })

  it('[K9][WD2] another device begins anew: new session, own sequence, and what waits fails with a code', async () => {
    const world = setUp()
    world.connection.connect()
    world.welcome()
    world.socket().say(entry(50))
    world.connection.stored(50)
    const signalling = world.connection.request('call.signal', { callId, bytes: new Uint8Array([1]) })
    world.connection.renew()
    expect(await signalling).toEqual({ ok: false, code: 'NETWORK_OFFLINE' })
    expect(world.sockets.map((socket) => socket.isClosed())).toEqual([true, false])
    world.welcome({ session: otherSession })
    expect(world.socket().sent[0]).toMatchObject({ name: 'hello', body: { durableSeq: 0, sessionSeq: 0 } })
    expect(world.news.at(-1)).toMatchObject({ resumed: false })
    world.socket().say(entry(1))
    expect(durableSeqs(world.frames)).toEqual([50, 1])
    world.connection.disconnect()
    world.connection.renew()
    expect(world.sockets).toHaveLength(2)
    expect(world.clock.pending()).toBe(0)
  })

  it('[WD3][K3] typing is passed on and counts for nothing', async () => {
    const world = setUp()
    world.connection.connect()
    world.welcome()
    const typing = {
      conversationId: 'dddddddd-0000-4000-8000-000000000001' as ConversationId,
      accountId: 'eeeeeeee-0000-4000-8000-000000000001' as AccountId,
    }
    world.socket().say(encodeServerFrame('conversation.typing', 0, typing))
    expect(world.frames).toMatchObject([{ name: 'conversation.typing', body: typing }])
    expect(await acknowledged(world)).toBeUndefined()
    world.connection.disconnect()
  })

  it('[WD3][T3] what the partner committed to is passed on, also after deliveries that have numbers', async () => {
    const world = setUp()
    world.connection.connect()
    world.welcome()
    world.socket().say(encodeServerFrame('call.peer', 1, { callId, state: 'away' }))
    const told = { callId, count: 1, commitment: new Uint8Array(32), atMs: 5, stampKeyId: 1, stamp: new Uint8Array(32) }
    world.socket().say(encodeServerFrame('call.committed', 0, told))
    expect(world.frames.map(({ name }) => name)).toEqual(['call.peer', 'call.committed'])
    world.connection.disconnect()
  })
})

describe('the line', () => {
  it.each([
    ['SESSION_REPLACED', 'replaced'],
    ['AUTH_EXPIRED', 'expired'],
    ['AUTH_REQUIRED', 'expired'],
    ['AUTH_ORIGIN', 'refused'],
    ['WIRE_VERSION', 'refused'],
  ] as const)('[K4] %s is final: the state says %s and nothing connects again', async (code: Code, kind) => {
    const world = setUp()
    world.connection.connect()
    world.welcome()
    world.socket().closeWith(CODES[code].close ?? 0)
    expect(world.states.at(-1)).toMatchObject({ kind, code })
    await world.clock.advance(120_000)
    world.setOnline(true)
    expect(world.sockets).toHaveLength(1)
    expect(world.clock.pending()).toBe(0)
  })

  it('[K4] a bye names the reason when the close code is lost, and how long to wait', async () => {
    const world = setUp()
    world.connection.connect()
    world.welcome()
    world.socket().say(encodeServerFrame('bye', 0, { code: 'SERVER_DRAINING', retryAfterMs: 4_000 }))
    world.socket().closeWith(1006)
    expect(world.states.at(-1)).toMatchObject({ kind: 'waiting-retry', code: 'SERVER_DRAINING' })
    await world.clock.advance(3_999)
    expect(world.sockets).toHaveLength(1)
    await world.clock.advance(1)
    expect(world.sockets).toHaveLength(2)
    world.connection.disconnect()
  })

  it('[WD5][M16] silence is a dead line; a heartbeat keeps it', async () => {
    const world = setUp()
    world.connection.connect()
    world.welcome()
    await world.clock.advance(SILENCE_MS_MAX - 5_000)
    world.socket().say(encodeServerFrame('heartbeat', 0, { serverMs: 5_000_000 }))
    await world.clock.advance(SILENCE_MS_MAX - 5_000)
    expect(world.sockets[0]?.isClosed()).toBe(false)
    await world.clock.advance(15_000)
    expect(world.sockets[0]?.isClosed()).toBe(true)
    expect(world.sockets.length).toBeGreaterThan(1)
    world.connection.disconnect()
    expect(world.clock.pending()).toBe(0)
  })

  it('[WD5][M16] a lid that was opened: time that passed in sleep is silence, a clock set back is not', async () => {
    const world = setUp()
    world.connection.connect()
    world.welcome()
    world.clock.setNowMs(world.clock.nowMs() - 3_600_000)
    await world.clock.advance(10_000)
    expect(world.sockets).toHaveLength(1)
    // The monotonic clock stood still meanwhile, and no timer ran.
    world.clock.setNowMs(world.clock.nowMs() + 2 * SILENCE_MS_MAX + 3_600_000)
    await world.clock.advance(6_000)
    expect(world.sockets[0]?.isClosed()).toBe(true)
    expect(world.sockets).toHaveLength(2)
    world.connection.disconnect()
  })

  it('[M16] the browser says online: at once, without waiting for the next attempt', async () => {
    const world = setUp()
    world.connection.connect()
    world.welcome()
    world.setOnline(false)
    expect(world.states.at(-1)).toEqual({ kind: 'offline', code: 'NETWORK_OFFLINE' })
    await world.clock.advance(600_000)
    expect(world.sockets).toHaveLength(1)
    world.setOnline(true)
    expect(world.sockets).toHaveLength(2)
    world.connection.disconnect()
  })

  it('[WR3] a hello that is not answered is given up', async () => {
    const world = setUp()
    world.connection.connect()
    world.socket().open()
    await world.clock.advance(20_000)
    expect(world.sockets[0]?.isClosed()).toBe(true)
    expect(world.sockets.length).toBeGreaterThan(1)
    world.connection.disconnect()
  })

  it('[K1] the time is the server’s, whatever becomes of the local clock', async () => {
    const world = setUp()
    world.connection.connect()
    world.welcome({ serverMs: 5_000_000 })
    world.clock.setNowMs(0)
    await world.clock.advance(1_000)
    expect(world.connection.serverNowMs()).toBe(5_001_000)
    world.connection.disconnect()
  })
})
