import { randomBytes, randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import type { Driver, Line, LineEvents } from './traffic.ts'

/** Packets of engine.io 4 and socket.io 5 as text; a packet that begins with `451-` is followed by its bytes. */
const PING = '2'
const PONG = '3'
const CONNECT = '40'
const EVENT = '42'
const ACK = '43'
const BINARY_EVENT = '451-'

/** Line 2n goes one way between the two sockets of pair n, line 2n+1 the other way. */
export function socketIoDriver(options: { port: number; pairs: number; bytes: number }): Driver {
  return async (events, failed) => {
    const ciphertext = randomBytes(options.bytes)
    const pairs = Array.from({ length: options.pairs }, async (_, n) => {
      const callId = randomUUID()
      const one = { port: options.port, callId, ciphertext, failed }
      return Promise.all([
        openSide({ ...one, out: events(2 * n), inward: events(2 * n + 1) }),
        openSide({ ...one, out: events(2 * n + 1), inward: events(2 * n) }),
      ])
    })
    return (await Promise.all(pairs)).flat()
  }
}

type Side = {
  port: number
  callId: string
  ciphertext: Buffer
  failed: (reason: string) => void
  out: LineEvents
  inward: LineEvents
}

function openSide({ port, callId, ciphertext, failed, out, inward }: Side): Promise<Line> {
  const url = `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket&call=${callId}`
  const socket = new WebSocket(url, { perMessageDeflate: false })
  const prefix = randomUUID().slice(0, 24)
  socket.on('close', () => failed('a socket.io connection closed'))

  function send(index: number): void {
    const messageId = `${prefix}${String(index).padStart(12, '0')}`
    const body = { callId, messageId, ciphertext: { _placeholder: true, num: 0 } }
    socket.send(`${BINARY_EVENT}${index}${JSON.stringify(['message', body])}`)
    socket.send(ciphertext)
  }

  function received(packet: string): void {
    if (packet === PING) return socket.send(PONG)
    if (packet.startsWith(ACK)) return out.accepted(Number.parseInt(packet.slice(ACK.length), 10))
    const [name, body] = JSON.parse(packet.slice(packet.indexOf('['))) as [string, { messageId: string }]
    const index = Number(body.messageId.slice(24))
    if (name === 'receipt') out.receipted(index)
    else {
      inward.delivered(index)
      socket.send(`${EVENT}${JSON.stringify(['received', { callId, messageId: body.messageId }])}`)
    }
  }

  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        if (data.byteLength !== ciphertext.byteLength) failed('a message lost bytes')
        return
      }
      const packet = data.toString()
      if (packet.startsWith('0')) socket.send(CONNECT)
      else if (packet.startsWith(CONNECT)) resolve({ send })
      else received(packet)
    })
  })
}
