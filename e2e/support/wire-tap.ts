import net from 'node:net'
import { createFrameReader, withPayload, type WebSocketFrame } from './websocket-frames.ts'

/** One TCP connection between a browser and the server, as a listener on the wire would have it. */
export type TappedConnection = {
  /** Whose way to the server it took: the index of the tap's front address. */
  readonly side: number
  /** First request, headers and all. */
  readonly head: () => string
  /** Bytes before a WebSocket began, or all of them; and the frames after that, unmasked. */
  readonly plain: { readonly toServer: Buffer[]; readonly toClient: Buffer[] }
  readonly frames: { readonly toServer: WebSocketFrame[]; readonly toClient: WebSocketFrame[] }
}

export type WireTap = {
  readonly port: number
  readonly connections: readonly TappedConnection[]
  /** From now on every frame of the server may be replaced by another payload of the same length. */
  alter(change: ((payload: Buffer, connection: TappedConnection) => Uint8Array | undefined) | undefined): void
  /** Everything that passed, both ways, WebSocket payloads unmasked. */
  everything(): Buffer
  /** What one side received: HTTP as it came, and payloads of WebSocket frames. */
  received(side: number): { readonly plain: Buffer; readonly frames: readonly Buffer[] }
  close(): Promise<void>
}

const HEAD_END = '\r\n\r\n'

/**
 * Listens at each of `fronts` on one port and passes on to the server from each of `backs`, so that the server sees
 * every side come from an address of its own.
 */
export async function startWireTap(options: {
  readonly fronts: readonly string[]
  readonly backs: readonly string[]
  readonly toPort: () => number
}): Promise<WireTap> {
  const connections: TappedConnection[] = []
  const open = new Set<net.Socket>()
  let change: Parameters<WireTap['alter']>[0]

  function accept(client: net.Socket, side: number): void {
    const localAddress = options.backs[side] ?? '127.0.0.1'
    const server = net.connect({ port: options.toPort(), host: '127.0.0.1', localAddress, noDelay: true })
    const toServer = createHalf()
    const toClient = createHalf()
    const connection: TappedConnection = {
      side,
      head: () => Buffer.concat(toServer.plain).toString('latin1'),
      plain: { toServer: toServer.plain, toClient: toClient.plain },
      frames: { toServer: toServer.frames, toClient: toClient.frames },
    }
    connections.push(connection)
    const alter = (payload: Buffer) => change?.(payload, connection)
    join(client, server, (chunk) => toServer.pass(chunk))
    join(server, client, (chunk) => toClient.pass(chunk, alter))
  }

  function join(from: net.Socket, to: net.Socket, pass: (chunk: Buffer) => Buffer[]): void {
    open.add(from)
    from.on('data', (chunk) => {
      for (const piece of pass(chunk)) if (!to.write(piece)) from.pause()
    })
    to.on('drain', () => from.resume())
    from.on('error', () => to.destroy())
    from.on('close', () => {
      open.delete(from)
      to.end()
    })
  }

  const servers: net.Server[] = []
  let port = 0
  for (const [side, front] of options.fronts.entries()) {
    const server = net.createServer({ noDelay: true }, (client) => accept(client, side))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, front, resolve)
    })
    port = (server.address() as net.AddressInfo).port
    servers.push(server)
  }

  return {
    port,
    connections,
    alter: (next) => void (change = next),
    everything: () =>
      Buffer.concat(
        connections.flatMap(({ plain, frames }) => [
          ...plain.toServer,
          ...plain.toClient,
          ...[...frames.toServer, ...frames.toClient].map((frame) => frame.payload),
        ]),
      ),
    received(side) {
      const own = connections.filter((connection) => connection.side === side)
      return {
        plain: Buffer.concat(own.flatMap(({ plain }) => plain.toClient)),
        frames: own.flatMap(({ frames }) => frames.toClient.map((frame) => frame.payload)),
      }
    },
    async close() {
      for (const socket of open) socket.destroy()
      await Promise.all(servers.map((server) => new Promise((resolve) => void server.close(resolve))))
    },
  }
}

/** One direction: HTTP until the head that begins a WebSocket is over, frames from there. */
function createHalf() {
  const plain: Buffer[] = []
  const frames: WebSocketFrame[] = []
  const read = createFrameReader()
  let isSocket = false
  let head = ''

  function pass(chunk: Buffer, alter?: (payload: Buffer) => Uint8Array | undefined): Buffer[] {
    if (isSocket) return passFrames(chunk, alter)
    head += chunk.toString('latin1')
    const end = head.indexOf(HEAD_END)
    const begins = /^(?:GET \/api\/socket |HTTP\/1\.1 101 )/.test(head)
    if (!begins || end < 0) {
      plain.push(chunk)
      if (!begins && head.length > HEAD_END.length) head = head.slice(0, 20)
      return [chunk]
    }
    isSocket = true
    const headBytes = chunk.byteLength - (head.length - end - HEAD_END.length)
    plain.push(chunk.subarray(0, headBytes))
    return [chunk.subarray(0, headBytes), ...passFrames(chunk.subarray(headBytes), alter)]
  }

  function passFrames(chunk: Buffer, alter?: (payload: Buffer) => Uint8Array | undefined): Buffer[] {
    return read(chunk).map((frame) => {
      frames.push(frame)
      const other = alter?.(frame.payload)
      return other ? withPayload(frame, other) : frame.raw
    })
  }

  return { plain, frames, pass }
}
