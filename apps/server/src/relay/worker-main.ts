import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { performance } from 'node:perf_hooks'
import { parentPort, workerData } from 'node:worker_threads'
import type { FromRelayWorker, RelayWorkerSettings, ToRelayWorker } from './relay-messages.ts'
import type { Outgoing } from './leg-table.ts'
import { createSpliceCore } from './splice-core.ts'

/**
 * The relay's thread: a UDP socket around the splice core, so that media never waits for the server's event loop. This
 * file is the `main.ts` of its thread: it opens the socket and reads the time. The time is the wall clock of the start
 * carried on by the monotonic one: a clock that is set backwards must not end consent.
 */
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024

const owner = parentPort
if (!owner) throw new Error('this file is the entry of a worker thread')
const settings: RelayWorkerSettings = workerData
const { bindAddress, port, secret } = settings
const core = createSpliceCore({ secret })
const family = isIPv6(bindAddress) ? 6 : 4
const socket = createSocket({
  type: family === 6 ? 'udp6' : 'udp4',
  ipv6Only: family === 6,
  recvBufferSize: SOCKET_BUFFER_BYTES,
  sendBufferSize: SOCKET_BUFFER_BYTES,
  // Destinations are addresses already; Node would ask the resolver for each packet.
  lookup: (address, _options, done) => done(null, address, family),
})

function nowMs(): number {
  return performance.timeOrigin + performance.now()
}

function send(packets: readonly Outgoing[]): void {
  // A packet that cannot be sent (no route, full buffer) is lost like any other on the way; its sender sends it again.
  // Without a callback Node drops the error, and saves a turn of its queue for each packet.
  for (const { to, bytes } of packets) socket.send(bytes, to.port, to.address)
}

function tell(message: FromRelayWorker): void {
  owner?.postMessage(message, [])
}

function obey(message: ToRelayWorker): void {
  switch (message.kind) {
    case 'splice':
      return core.splice(message.legA, message.legB)
    case 'open':
      return send(core.open(message.legId, nowMs()))
    case 'release':
      return core.release(message.legId)
    case 'stats':
      return tell({ kind: 'stats', id: message.id, stats: core.stats(nowMs()) })
    case 'close':
      socket.close()
      return owner?.close()
  }
}

socket.on('message', (packet, from) => send(core.receive(packet, from, nowMs())))
owner.on('message', obey)
// An error of the socket before or after it listens ends the thread; its owner starts it again.
socket.on('error', (error) => {
  throw error
})
socket.bind(port, bindAddress, () => tell({ kind: 'listening', port: socket.address().port }))
