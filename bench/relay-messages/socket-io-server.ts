/**
 * The baseline: socket.io as its documentation shows it, doing what our server does for a pair in a call (hand on a
 * message, acknowledge it, hand back a receipt), and keeping nothing. Run as a child; sends its port to the parent.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server, type Socket } from 'socket.io'

type Message = { callId: string; messageId: string; ciphertext: Buffer }

const server = createServer()
const io = new Server(server, { transports: ['websocket'], serveClient: false, perMessageDeflate: false })
const calls = new Map<string, Set<Socket>>()

function partnerOf(socket: Socket, callId: string): Socket | undefined {
  const call = calls.get(callId)
  if (!call?.has(socket)) return undefined
  for (const other of call) if (other !== socket) return other
  return undefined
}

io.on('connection', (socket) => {
  const own = String(socket.handshake.query.call)
  calls.set(own, (calls.get(own) ?? new Set()).add(socket))
  socket.on('message', ({ callId, messageId, ciphertext }: Message, answer: (result: unknown) => void) => {
    const sentAtMs = Date.now()
    partnerOf(socket, callId)?.emit('message', { callId, messageId, sentAtMs, ciphertext })
    answer({ sentAtMs })
  })
  socket.on('received', ({ callId, messageId }: { callId: string; messageId: string }) => {
    partnerOf(socket, callId)?.emit('receipt', { callId, messageId, deliveredAtMs: Date.now() })
  })
  socket.on('disconnect', () => {
    const call = calls.get(own)
    call?.delete(socket)
    if (call?.size === 0) calls.delete(own)
  })
})

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit(0))
