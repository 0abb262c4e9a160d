import { alice, bob, settle } from '@visavis/testkit'
import {
  encodeClientFrame,
  FRAME_BYTES_MAX,
  FLOOD_FRAMES,
  FRAMES_BURST,
  HEARTBEAT_MS,
  HELLO_WAIT_MS,
  SESSION_RESUME_MS,
  SLOW_READER_MS,
  SOCKET_BUFFER_BYTES_MAX,
  SOCKETS_PER_ACCOUNT_MAX,
  type CallId,
  type DeviceId,
} from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { createWorld, meet, seekOf } from './gateway-world.ts'

const NOBODYS_CALL = 'c0000000-0000-4000-8000-000000000099' as CallId

describe('hello', () => {
  it('[M16] [M1] wrong clock: a client days off is accepted and told the server’s time', async () => {
    const world = await createWorld()
    const client = world.client(alice)
    const days = 9 * 86_400_000
    const result = await client.hello({ clientMs: world.clock.nowMs() - days })
    expect(result).toMatchObject({ resumed: false, serverMs: world.clock.nowMs(), calls: [] })
    await world.stop()
  })

  it('[WR3] is required first, within a bounded time, and once', async () => {
    const world = await createWorld()
    const early = world.client(alice)
    early.connect()
    early.post('match.leave', { ticketId: seekOf(world, early).ticketId })
    expect(early.last('bye')).toEqual({ code: 'WIRE_HELLO_REQUIRED' })
    expect(early.state.closeCode).toBe(4403)
    const silent = world.client(bob)
    silent.connect()
    await world.clock.advance(HELLO_WAIT_MS)
    expect(silent.state.closeCode).toBe(4403)
    await silent.hello()
    expect(await silent.ask('hello', { clientMs: 0, sessionSeq: 0, durableSeq: 0, calls: [] })).toMatchObject({
      code: 'WIRE_INVALID',
    })
    expect(silent.state.closeCode).toBeUndefined()
    await world.stop()
  })

  it('[A11] two tabs of one account on one device: the newer one replaces the older', async () => {
    const world = await createWorld()
    const first = world.client(alice)
    const second = world.client(alice)
    await first.hello()
    await second.hello()
    expect(first.last('bye')).toEqual({ code: 'SESSION_REPLACED' })
    expect(first.state.closeCode).toBe(4409)
    expect(second.state.closeCode).toBeUndefined()
    expect(world.gateway.online(alice.deviceId)).toBe(true)
    await settle()
    expect(world.gateway.online(alice.deviceId)).toBe(true)
    await world.stop()
  })

  it('[A11] bounds the devices of one account, and its sockets before hello', async () => {
    const world = await createWorld()
    const devices = Array.from({ length: SOCKETS_PER_ACCOUNT_MAX + 1 }, (_, index) =>
      world.client(alice, { deviceId: `d0000000-0000-4000-8000-0000000001${index}0` as DeviceId }),
    )
    for (const device of devices.slice(0, -1)) await device.hello()
    devices.at(-1)?.connect()
    devices.at(-1)?.post('hello', { clientMs: 0, sessionSeq: 0, durableSeq: 0, calls: [] })
    expect(devices.at(-1)?.state.closeCode).toBe(4412)
    const eager = Array.from({ length: 2 * SOCKETS_PER_ACCOUNT_MAX + 1 }, () => world.client(bob))
    for (const client of eager) client.connect()
    expect(eager.map((client) => client.state.closeCode).filter((code) => code === 4412)).toHaveLength(1)
    await world.stop()
  })
})

describe('frames', () => {
  it('[WP4] answers an unknown frame with a nack and lives on', async () => {
    const world = await createWorld()
    const client = world.client(alice)
    await client.hello()
    client.raw(Uint8Array.of(1, 250, 0, 0, 0, 9, 0xa0))
    expect(client.answerTo(9)).toMatchObject({ code: 'WIRE_UNKNOWN_TYPE' })
    expect(await client.ask('call.end', { callId: NOBODYS_CALL, reason: 'end' })).toMatchObject({
      code: 'CALL_UNKNOWN',
    })
    await world.stop()
  })

  it.each([
    ['malformed', Uint8Array.of(1, 3, 0, 0, 0, 1, 0xff), 'WIRE_MALFORMED', 4401],
    ['empty', new Uint8Array(0), 'WIRE_MALFORMED', 4401],
    ['of another version', Uint8Array.of(9, 3, 0, 0, 0, 1, 0xa0), 'WIRE_VERSION', 4402],
    ['oversize', new Uint8Array(FRAME_BYTES_MAX + 1), 'WIRE_FRAME_TOO_LARGE', 4400],
  ])('closes on a frame that is %s', async (_, bytes, code, close) => {
    const world = await createWorld()
    const client = world.client(alice)
    await client.hello()
    client.raw(bytes)
    expect(client.last('bye')).toEqual({ code })
    expect(client.state.closeCode).toBe(close)
    expect(world.gateway.stats()).toMatchObject({ sockets: 1 })
    await settle()
    expect(world.gateway.stats()).toMatchObject({ sockets: 0 })
    await world.stop()
  })

  it('refuses a body that breaks its schema, and lives on', async () => {
    const world = await createWorld()
    const client = world.client(alice)
    await client.hello()
    const wrong = encodeClientFrame('call.end', 5, { callId: 'nonsense' as CallId, reason: 'end' })
    client.raw(wrong)
    expect(client.answerTo(5)).toMatchObject({ code: 'WIRE_INVALID' })
    expect(client.state.closeCode).toBeUndefined()
    await world.stop()
  })

  it('[A11] [WR4] refuses what is too fast, with the time to wait, and closes on a flood', async () => {
    const world = await createWorld()
    const client = world.client(alice)
    await client.hello()
    for (let n = 0; n < FRAMES_BURST + 5; n++) client.post('call.end', { callId: NOBODYS_CALL, reason: 'end' })
    await settle()
    const refused = client.of('nack').filter((frame) => frame.body.code === 'RATE_LIMITED')
    expect(refused).toHaveLength(6)
    expect(refused[0]?.body.retryAfterMs).toBeGreaterThan(0)
    await world.clock.advance(1_000)
    expect(await client.ask('call.end', { callId: NOBODYS_CALL, reason: 'end' })).toMatchObject({
      code: 'CALL_UNKNOWN',
    })
    for (let n = 0; n < FRAMES_BURST + FLOOD_FRAMES + 5; n++)
      client.post('call.end', { callId: NOBODYS_CALL, reason: 'end' })
    expect(client.last('bye')).toMatchObject({ code: 'WIRE_FLOOD' })
    expect(client.state.closeCode).toBe(4429)
    await world.stop()
  })

  it('[K4] [WR2] a frame sent again under its id is answered again, not carried out twice', async () => {
    const world = await createWorld()
    const [a, b] = [world.client(alice), world.client(bob)]
    await a.hello()
    await b.hello()
    const { callId } = await meet(world, a, b)
    const body = { callId, bytes: Uint8Array.of(1) }
    const first = await a.ask('call.signal', body, 900)
    expect(await a.ask('call.signal', body, 900)).toEqual(first)
    expect(b.of('call.signal')).toHaveLength(1)
    await world.stop()
  })
})

describe('a socket over time', () => {
  it('[M16] [WD5] sends heartbeats, and ends a peer that shows no life', async () => {
    const world = await createWorld()
    const [lively, dead] = [world.client(alice), world.client(bob)]
    await lively.hello()
    await dead.hello()
    dead.state.lively = false
    await world.clock.advance(3 * HEARTBEAT_MS)
    expect(lively.of('heartbeat').length).toBeGreaterThanOrEqual(3)
    expect(lively.state).toMatchObject({ terminated: false })
    expect(dead.state.terminated).toBe(true)
    expect(world.gateway.online(bob.deviceId)).toBe(false)
    await world.stop()
  })

  it('[K4] slow reader: pauses, keeps deliveries, sends them when drained', async () => {
    const world = await createWorld()
    const [a, b] = [world.client(alice), world.client(bob)]
    await a.hello()
    await b.hello()
    const { callId } = await meet(world, a, b)
    b.state.buffered = SOCKET_BUFFER_BYTES_MAX + 1
    for (const n of [1, 2, 3]) await a.ask('call.signal', { callId, bytes: Uint8Array.of(n) })
    expect(b.state.paused).toBe(true)
    expect(b.of('call.signal')).toHaveLength(1)
    b.state.buffered = 0
    b.drained()
    expect(b.state.paused).toBe(false)
    expect(b.of('call.signal').map((frame) => frame.body.bytes[0])).toEqual([1, 2, 3])
    const ids = b.frames.filter((frame) => frame.name === 'match.found' || frame.name === 'call.signal')
    expect(ids.map((frame) => frame.id)).toEqual([1, 2, 3, 4])
    await world.stop()
  })

  it('[M16] [WD4] slow reader: closed with a resumable code when it stays full, and resumes without loss', async () => {
    const world = await createWorld()
    const [a, b] = [world.client(alice), world.client(bob)]
    await a.hello()
    await b.hello()
    const { callId } = await meet(world, a, b)
    b.state.buffered = SOCKET_BUFFER_BYTES_MAX + 1
    for (const n of [1, 2, 3]) await a.ask('call.signal', { callId, bytes: Uint8Array.of(n) })
    await world.clock.advance(SLOW_READER_MS)
    expect(b.state.closeCode).toBe(4411)
    b.state.buffered = 0
    const result = await b.hello({ sessionSeq: 1, calls: [callId] })
    expect(result).toMatchObject({ resumed: true, calls: [callId] })
    expect(b.of('call.signal').map((frame) => frame.body.bytes[0])).toEqual([1, 1, 2, 3])
    await world.stop()
  })

  it('[WD3] what is sent once is not repeated after a cut, while deliveries of the session are', async () => {
    const world = await createWorld()
    const a = world.client(alice)
    await a.hello()
    world.gateway.deliverOnce(alice.deviceId, 'heartbeat', { serverMs: 1 })
    world.gateway.deliver(alice.deviceId, 'call.peer', { callId: NOBODYS_CALL, state: 'away' })
    a.cut()
    expect((await a.hello({ sessionSeq: 0 })).resumed).toBe(true)
    expect([a.of('heartbeat').length, a.of('call.peer').length]).toEqual([1, 2])
    await world.stop()
  })

  it('[M16] forgets a session after the time to resume, and never resumes another device’s', async () => {
    const world = await createWorld()
    const [a, b] = [world.client(alice), world.client(bob)]
    await a.hello()
    const stolen = await b.hello({ session: a.state.session })
    expect(stolen.resumed).toBe(false)
    expect(stolen.session).not.toBe(a.state.session)
    a.cut()
    await world.clock.advance(SESSION_RESUME_MS - 1)
    expect((await a.hello()).resumed).toBe(true)
    a.cut()
    await world.clock.advance(SESSION_RESUME_MS)
    expect((await a.hello()).resumed).toBe(false)
    await world.stop()
  })

  it('expired session: a kicked device is told why, and its session is gone', async () => {
    const world = await createWorld()
    const [a, b] = [world.client(alice), world.client(bob)]
    await a.hello()
    await b.hello()
    world.gateway.kickDevice(alice.deviceId, 'AUTH_EXPIRED')
    expect(a.state.closeCode).toBe(4405)
    world.gateway.kickAccount(bob.accountId, 'ACCOUNT_SANCTIONED')
    expect(b.last('bye')).toEqual({ code: 'ACCOUNT_SANCTIONED' })
    expect(b.state.closeCode).toBe(1013)
    await settle()
    expect(world.gateway.stats()).toEqual({ sockets: 0, sessions: 0 })
    await world.stop()
  })

  it('[M16] drains: says goodbye with a spread of times, and refuses newcomers', async () => {
    const world = await createWorld()
    const [a, b] = [world.client(alice), world.client(bob)]
    await a.hello()
    await world.gateway.drain()
    expect(a.last('bye')).toMatchObject({ code: 'SERVER_DRAINING' })
    expect(a.last('bye')?.retryAfterMs).toBeGreaterThanOrEqual(0)
    expect(a.state.closeCode).toBe(4410)
    b.connect()
    expect(b.state.closeCode).toBe(4410)
    await world.stop()
  })
})
