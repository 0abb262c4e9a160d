import { fork } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import path from 'node:path'
import { turnCredentials } from '../../apps/server/src/relay/index.ts'
import { bindingRequest } from '../../apps/server/src/relay/testing/binding-request.ts'
import { startCoturn } from '../../e2e/support/coturn.ts'
import { childrenOf } from '../relay-messages/cpu.ts'
import { endOf } from '../relay-messages/processes.ts'
import type { Opened, Opening } from './relay-process.ts'
import type { Way } from './traffic.ts'
import { allocate, unwrap } from './turn-client.ts'

/** A relay in a process of its own, with calls set up through it. */
export type Contestant = {
  readonly pids: readonly number[]
  /** Two neighbours are the ends of a call. */
  readonly ways: readonly Way[]
  close(): Promise<void>
}

const BUFFER_BYTES = 8 * 1024 * 1024
const CHECK_BYTES = 108
const ANSWER_BYTES = 76

/** Our relay: one socket per leg, and what is sent there comes out of the partner's. */
export async function startOurs(address: string, calls: number): Promise<Contestant> {
  const child = fork(path.join(import.meta.dirname, 'relay-process.ts'))
  const opened = once(child, 'message') as Promise<[Opened]>
  child.send({ address, calls } satisfies Opening)
  const [{ port, legs }] = await opened
  const ways: Way[] = []
  for (const { ufrag, pwd } of legs) {
    const socket = await openSocket(address)
    const check = () =>
      bindingRequest({ username: `${ufrag}:peer`, password: pwd, transactionId: randomBytes(12), useCandidate: true })
    const answered = once(socket, 'message', { signal: AbortSignal.timeout(10_000) })
    socket.send(check(), port, address)
    await answered
    const way: Way = {
      send: (packet) => socket.send(packet, port, address),
      consent: () => socket.send(check(), port, address),
      arrived: () => undefined,
      close: () => socket.close(),
    }
    socket.on('message', (packet) => way.arrived(packet))
    ways.push(way)
  }
  return {
    pids: child.pid === undefined ? [] : [child.pid],
    ways,
    async close() {
      for (const way of ways) way.close()
      await endOf(child)
    },
  }
}

/**
 * coturn, as the product uses it: both ends hold an allocation and meet at the relayed addresses, so that neither learns
 * the other's. Each packet passes coturn twice, once per allocation.
 */
export async function startTurn(address: string, calls: number): Promise<Contestant> {
  const { value: coturn, pids } = await childrenOf(() => startCoturn(address))
  const server = { address, port: Number(/:(\d+)\?/.exec(coturn.url)?.[1]) }
  const ways: Way[] = []
  for (let call = 0; call < calls; call++) {
    const ends = await Promise.all(
      [0, 1].map(async () => {
        const socket = await openSocket(address)
        const login = turnCredentials({ urls: [coturn.url], secret: coturn.secret }, randomUUID(), Date.now())
        return { socket, allocation: await allocate(socket, server, login) }
      }),
    )
    for (const [index, { socket, allocation }] of ends.entries()) {
      await allocation.reach((ends[1 - index] as (typeof ends)[number]).allocation.relayed)
      const send = (packet: Uint8Array) => socket.send(allocation.wrap(packet), server.port, server.address)
      const way: Way = {
        send,
        consent: () => send(Buffer.alloc(CHECK_BYTES)),
        arrived: () => undefined,
        close: () => socket.close(),
      }
      socket.on('message', (message) => {
        const packet = unwrap(message)
        if (!packet) return
        // Through TURN the two browsers check each other.
        if (packet[0] === 0) void (packet.byteLength === CHECK_BYTES && send(Buffer.alloc(ANSWER_BYTES)))
        else way.arrived(packet)
      })
      ways.push(way)
    }
  }
  return {
    pids,
    ways,
    async close() {
      for (const way of ways) way.close()
      await coturn.close()
    },
  }
}

async function openSocket(address: string): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES, sendBufferSize: BUFFER_BYTES })
  const bound = once(socket, 'listening')
  socket.bind(0, address)
  await bound
  return socket
}
