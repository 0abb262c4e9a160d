import type { Clock } from '@visavis/ports'
import { createFakeClock, createFakeLog, relayContract, settle } from '@visavis/testkit'
import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { ASK_EVERY_MS, startRelayWorker } from './relay-thread.ts'
import { createSpliceRelay, type SpliceRelay, type SpliceRelayDeps } from './splice-relay.ts'
import { bindingRequest } from './testing/binding-request.ts'

const LEG_A = '10000000-0000-4000-8000-00000000000a'
const LEG_B = '10000000-0000-4000-8000-00000000000b'
const DTLS = Buffer.from([22, 254, 253, 1])
const closing: (() => Promise<unknown> | void)[] = []

async function start(options: Partial<SpliceRelayDeps> = {}): Promise<SpliceRelay> {
  const base = { bindAddress: '127.0.0.1', announceAddress: '127.0.0.1', port: 0, secret: Buffer.alloc(32, 1) }
  // The thread reads the real time, so leases are made with a real one too.
  const relay = await createSpliceRelay({
    ...base,
    clock: createFakeClock(Date.now()),
    log: createFakeLog(),
    ...options,
  })
  closing.push(() => relay.close())
  return relay
}

async function client(): Promise<Socket> {
  const socket = createSocket('udp4')
  closing.push(() => void socket.close())
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return socket
}

async function answerTo(socket: Socket, packet: Uint8Array, port: number): Promise<Buffer> {
  const [answer] = await ask(socket, packet, port)
  return answer
}

function ask(socket: Socket, packet: Uint8Array, port: number): Promise<[Buffer]> {
  const answer = once(socket, 'message') as Promise<[Buffer]>
  socket.send(packet, port, '127.0.0.1')
  return answer
}

function checkOf(relay: SpliceRelay, legId: string): Uint8Array {
  const lease = relay.lease(legId, 1)
  return bindingRequest({ username: `${lease.ufrag}:x`, password: lease.pwd, transactionId: randomBytes(12) })
}

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

relayContract('the embedded relay', () => start())

describe('the embedded relay over real sockets', () => {
  it('[M13] answers leased legs and carries packets between spliced ones', async () => {
    const relay = await start()
    const [a, b] = [await client(), await client()]
    expect((await answerTo(a, checkOf(relay, LEG_A), relay.port())).readUInt16BE(0)).toBe(0x0101)
    await answerTo(b, checkOf(relay, LEG_B), relay.port())
    relay.splice(LEG_A, LEG_B)
    relay.open(LEG_A)
    relay.open(LEG_B)
    await relay.stats() // The thread has heard of the splice when it answers this.
    const arrived = once(b, 'message') as Promise<[Buffer]>
    a.send(DTLS, relay.port(), '127.0.0.1')
    expect((await arrived)[0]).toEqual(DTLS)
    expect(await relay.stats()).toMatchObject({ legs: 2, splices: 1, packetsForwarded: 1 })
  })

  it('[M16] is brought back on its port when its thread dies, and the call goes on', async () => {
    const workers: Worker[] = []
    const clock = createFakeClock(Date.now())
    const log = createFakeLog()
    const relay = await start({
      clock,
      log,
      startWorker: recorded(workers),
    })
    const [a, b] = [await client(), await client()]
    relay.splice(LEG_A, LEG_B)
    relay.open(LEG_A)
    relay.open(LEG_B)
    const checkA = checkOf(relay, LEG_A)
    const checkB = checkOf(relay, LEG_B)
    await answerTo(a, checkA, relay.port())
    await workers[0]?.terminate()
    await settle()
    expect(relay.state()).toBe('down')
    expect(() => relay.lease(LEG_A, 2)).toThrow('RELAY_UNAVAILABLE')
    await expect(relay.stats()).resolves.toBeDefined()
    await clock.advance(100)
    await listening(workers[1])
    expect(relay.state()).toBe('up')
    await answerTo(a, checkA, relay.port())
    await answerTo(b, checkB, relay.port())
    const arrived = once(b, 'message') as Promise<[Buffer]>
    a.send(DTLS, relay.port(), '127.0.0.1')
    expect((await arrived)[0]).toEqual(DTLS)
    expect((await relay.stats()).splices).toBe(1)
  })

  it('[M16] takes another port when somebody else has its own by then, and a fresh lease leads there', async () => {
    const workers: Worker[] = []
    const clock = createFakeClock(Date.now())
    const startWorker = recorded(workers)
    const relay = await start({ clock, startWorker })
    const [a, b] = [await client(), await client()]
    relay.splice(LEG_A, LEG_B)
    relay.open(LEG_A)
    relay.open(LEG_B)
    const taken = relay.port()
    const thief = createSocket('udp4')
    closing.push(() => void thief.close())
    await workers[0]?.terminate()
    await new Promise<void>((resolve) => thief.bind(taken, '127.0.0.1', resolve))
    await settle()
    await clock.advance(100)
    await ended(workers[1])
    await clock.advance(200)
    await listening(workers[2])
    expect(relay.state()).toBe('up')
    expect(relay.port()).not.toBe(taken)
    expect(relay.lease(LEG_A, 2).port).toBe(relay.port())
    await answerTo(a, checkOf(relay, LEG_A), relay.port())
    await answerTo(b, checkOf(relay, LEG_B), relay.port())
    const arrived = once(b, 'message') as Promise<[Buffer]>
    a.send(DTLS, relay.port(), '127.0.0.1')
    expect((await arrived)[0]).toEqual(DTLS)
  })

  it('[M16] behind a forwarded port it waits for its own, whatever happens', async () => {
    const workers: Worker[] = []
    const clock = createFakeClock(Date.now())
    const relay = await start({ clock, announcePort: 4_000, startWorker: recorded(workers) })
    const taken = relay.port()
    const thief = createSocket('udp4')
    await workers[0]?.terminate()
    await new Promise<void>((resolve) => thief.bind(taken, '127.0.0.1', resolve))
    await settle()
    await clock.advance(100)
    await ended(workers[1])
    await clock.advance(200)
    await ended(workers[2])
    expect(relay.state()).toBe('down')
    await new Promise<void>((resolve) => void thief.close(resolve))
    await clock.advance(400)
    await listening(workers[3])
    expect([relay.state(), relay.port(), relay.lease(LEG_A, 1).port]).toEqual(['up', taken, 4_000])
  })

  it('[M16] ends a thread that hangs, and another one takes its place', async () => {
    const clock = createFakeClock(Date.now())
    const hanging =
      'require("node:worker_threads").parentPort.postMessage({ kind: "listening", port: workerData.port })'
    const workers: Worker[] = []
    const relay = await start({
      clock,
      startWorker(settings) {
        const script = `const { workerData } = require("node:worker_threads"); ${hanging}; for (;;);`
        const isFirst = workers.length === 0
        const worker = isFirst ? new Worker(script, { eval: true, workerData: settings }) : startRelayWorker(settings)
        workers.push(worker)
        return worker
      },
    })
    const end = ended(workers[0])
    await clock.advance(4 * ASK_EVERY_MS)
    await end
    await settle()
    expect(relay.state()).toBe('down')
    await clock.advance(100)
    await listening(workers[1])
    expect(relay.state()).toBe('up')
    const a = await client()
    expect((await answerTo(a, checkOf(relay, LEG_A), relay.port())).readUInt16BE(0)).toBe(0x0101)
  })

  it('[M16] a thread that answers is left alone, however long it lives', async () => {
    const workers: Worker[] = []
    const clock = createFakeClock(Date.now())
    const relay = await start({ clock, startWorker: recorded(workers) })
    for (let i = 0; i < 10; i++) {
      await clock.advance(ASK_EVERY_MS)
      await relay.stats()
    }
    expect([relay.state(), workers.length]).toEqual(['up', 1])
  })

  it('stops the start when its port is taken, and leaves nothing running when it is closed', async () => {
    const relay = await start()
    const clock: Clock = createFakeClock(Date.now())
    await expect(start({ port: relay.port(), clock })).rejects.toThrow(/EADDRINUSE/)
    await relay.close()
    await relay.close()
    expect(relay.state()).toBe('down')
    const again = await start({ port: relay.port() })
    expect(again.port()).toBe(relay.port())
  })

  it('[M13] says nothing to a stranger', async () => {
    const relay = await start()
    const stranger = await client()
    const heard: Buffer[] = []
    stranger.on('message', (packet: Buffer) => void heard.push(packet))
    for (const packet of [DTLS, Buffer.from('000100002112a442000102030405060708090a0b', 'hex'), Buffer.alloc(0)]) {
      stranger.send(packet, relay.port(), '127.0.0.1')
    }
    await expect.poll(async () => (await relay.stats()).packetsDropped).toBe(3)
    // An answered check comes after whatever might have been said before.
    await answerTo(stranger, checkOf(relay, LEG_A), relay.port())
    expect(heard).toHaveLength(1)
  })
})

/** Starts real threads and keeps them for the test. */
function recorded(workers: Worker[]): NonNullable<SpliceRelayDeps['startWorker']> {
  return (settings) => {
    const worker = startRelayWorker(settings)
    workers.push(worker)
    return worker
  }
}

async function ended(worker: Worker | undefined): Promise<void> {
  if (!worker) throw new Error('no thread was started')
  await once(worker, 'exit').catch(() => undefined)
  await settle()
}

/** The thread's first message says that it listens; the relay has heard it when this resolves. */
async function listening(worker: Worker | undefined): Promise<void> {
  if (!worker) throw new Error('no thread was started')
  await once(worker, 'message')
  await settle()
}
