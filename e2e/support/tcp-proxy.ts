import net from 'node:net'

/** A way to the server that can be cut, mended and listened to, so that a test can take the network away. */
export type TcpProxy = {
  readonly port: number
  /** Breaks every connection and refuses new ones. */
  cut(): void
  mend(): void
  /** Everything that passed, both ways, as long as listening was asked for. */
  captured(): Buffer
  close(): Promise<void>
}

export async function startTcpProxy(options: { toPort: () => number; capture?: boolean }): Promise<TcpProxy> {
  const open = new Set<net.Socket>()
  const chunks: Buffer[] = []
  let isCut = false

  function join(from: net.Socket, to: net.Socket): void {
    from.on('data', (chunk) => {
      if (options.capture) chunks.push(chunk)
      if (!to.write(chunk)) from.pause()
    })
    to.on('drain', () => from.resume())
    from.on('error', () => to.destroy())
    from.on('close', () => {
      open.delete(from)
      to.end()
    })
  }

  const server = net.createServer({ noDelay: true }, (client) => {
    if (isCut) {
      client.destroy()
      return
    }
    const upstream = net.connect({ port: options.toPort(), host: '127.0.0.1', noDelay: true })
    open.add(client).add(upstream)
    join(client, upstream)
    join(upstream, client)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))

  return {
    port: (server.address() as net.AddressInfo).port,
    cut() {
      isCut = true
      for (const socket of open) socket.destroy()
    },
    mend: () => void (isCut = false),
    captured: () => Buffer.concat(chunks),
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
