import type { SocketLike } from './ports.ts'

/** The browser's socket as the engine wants it. */
export function openWebSocket(url: string): SocketLike {
  const socket = new WebSocket(url)
  socket.binaryType = 'arraybuffer'
  return socket
}
