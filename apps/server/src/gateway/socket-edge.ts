import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Log } from '@visavis/ports'
import { CODES, encodeServerFrame, fail, FRAME_BYTES_MAX, ok, type Fail, type Result } from '@visavis/wire'
import { WebSocket, WebSocketServer } from 'ws'
import type { Gateway } from './gateway.ts'
import { createOutgoings, type Outgoing } from './outgoing.ts'
import type { Link, Person } from './types.ts'

const MESSAGE_TOO_BIG = 1009
const TRY_AGAIN_LATER = 1013
const CLOSE_WAIT_MS = 3_000
const SOCKET_PATH = '/api/socket'

export type SocketEdgeDeps = {
  readonly gateway: Gateway
  readonly log: Log
  /** Whether a page of this origin may open a socket. Browsers always send one; what sends none is no browser. */
  readonly allowsOrigin: (origin: string | undefined) => boolean
  /** Takes one socket from the budget of the address it comes from. Error: RATE_LIMITED with the wait [A11]. */
  readonly admitAddress: (request: IncomingMessage) => Promise<Result<true>>
  /** Who the session cookie belongs to; undefined when it belongs to nobody any more. */
  readonly authenticate: (headers: Headers) => Promise<Person | undefined>
  /** Runs work after the events at hand: `setImmediate` in a process. */
  readonly defer: (work: () => void) => void
}

/**
 * WebSockets of a Node HTTP server. A refusal is told inside the WebSocket (a `bye` and a close code), because a
 * browser hides the HTTP status of a failed upgrade from the page. Permessage-deflate stays off: frames are encrypted.
 */
export type SocketEdge = {
  /** Serves upgrades of `/api/socket` on this server; others are refused. Returns what ends that. */
  attach(server: Server): () => void
}

export function createSocketEdge(deps: SocketEdgeDeps): SocketEdge {
  const { gateway, log } = deps
  const outgoingOf = createOutgoings(deps.defer)
  // Apart from the call, because the published types do not know `closeTimeout` yet.
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: FRAME_BYTES_MAX,
    closeTimeout: CLOSE_WAIT_MS,
    WebSocket: CodedWebSocket,
  }
  const sockets = new WebSocketServer(options)

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Until the WebSocket owns it, a reset of the raw socket would be an uncaught error.
    const ignore = () => undefined
    socket.on('error', ignore)
    if (!request.url || new URL(request.url, 'http://host').pathname !== SOCKET_PATH) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const admission = await admit(request)
    if (socket.destroyed) return
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (admission.ok) join(webSocket, socket, admission.value)
      else refuse(webSocket, admission)
    })
  }

  async function admit(request: IncomingMessage): Promise<Result<Person>> {
    // The cheapest refusal first: the session is looked up in storage.
    if (!deps.allowsOrigin(request.headers.origin)) return fail('AUTH_ORIGIN')
    const admitted = await deps.admitAddress(request)
    if (!admitted.ok) return admitted
    try {
      const person = await deps.authenticate(headersOf(request))
      return person ? ok(person) : fail('AUTH_REQUIRED')
    } catch (error) {
      log.warn('gateway.authentication-failed', { err: error })
      return fail('SERVER_STORAGE')
    }
  }

  function join(webSocket: WebSocket, socket: Duplex, person: Person): void {
    const outgoing = outgoingOf(socket, () => webSocket.readyState === WebSocket.OPEN)
    const events = gateway.accept(createLink(webSocket, outgoing), person)
    webSocket.on('message', (data, isBinary) => {
      // A text message is no frame at all; an empty one is refused as malformed by the codec.
      events.received(isBinary ? (data as Buffer) : new Uint8Array(0))
    })
    webSocket.on('pong', events.alive)
    webSocket.on('error', (error) => log.debug('gateway.socket-error', { err: error }))
    webSocket.on('close', events.closed)
    socket.on('drain', events.drained)
  }

  function attach(server: Server): () => void {
    const listener = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      upgrade(request, socket, head).catch((error: unknown) => {
        log.error('gateway.upgrade-failed', { err: error })
        socket.destroy()
      })
    }
    server.on('upgrade', listener)
    return () => void server.off('upgrade', listener)
  }

  return { attach }
}

/** `ws` closes with its own code when a message is too long; ours says so in the code our clients know (WP2). */
class CodedWebSocket extends WebSocket {
  override close(code?: number, data?: string | Buffer): void {
    super.close(code === MESSAGE_TOO_BIG ? CODES.WIRE_FRAME_TOO_LARGE.close : code, data)
  }
}

function refuse(webSocket: WebSocket, { code, retryAfterMs }: Fail): void {
  webSocket.on('error', () => undefined)
  webSocket.send(encodeServerFrame('bye', 0, { code, retryAfterMs }))
  webSocket.close(CODES[code].close ?? TRY_AGAIN_LATER, code)
}

function createLink(webSocket: WebSocket, outgoing: Outgoing): Link {
  return {
    send: outgoing.send,
    close: (closeCode, reason) => {
      outgoing.flush()
      webSocket.resume() // A paused socket would never read the answer to the close.
      webSocket.close(closeCode, reason)
    },
    terminate: () => webSocket.terminate(),
    ping: () => webSocket.ping(),
    bufferedBytes: () => webSocket.bufferedAmount + outgoing.waitingBytes(),
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
  }
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string') headers.set(name, value)
    else for (const one of value ?? []) headers.append(name, one)
  }
  return headers
}
