import net from 'node:net'

/** A way to the server that can be cut, mended and listened to, so that a test can take the network away. */
export type TcpProxy = {
  readonly port: number
  /** Breaks every connection and refuses new ones. */
  cut(): void
  mend(): void
  /** How many connections it has refused since it was cut for the last time. */
  refused(): number
  /** From now on every byte arrives this much later, in either direction. */
  delay(ms: number): void
  /** Everything that passed, both ways, as long as listening was asked for. */
  captured(): Buffer
  close(): Promise<void>
}

export async function startTcpProxy(options: { toPort: () => number; capture?: boolean }): Promise<TcpProxy> {
  const open = new Set<net.Socket>()
  const chunks: Buffer[] = []
  const timers = new Set<NodeJS.Timeout>()
  let isCut = false
  let refused = 0
  let delayMs = 0

  function later(work: () => void): void {
    if (delayMs === 0) return work()
    // Timers of one length fire in the order in which they were set.
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
    }, delayMs)
    timers.add(timer)
  }

  function join(from: net.Socket, to: net.Socket): void {
    from.on('data', (chunk) => {
      if (options.capture) chunks.push(chunk)
      later(() => {
        if (!to.destroyed && !to.write(chunk)) from.pause()
      })
    })
    to.on('drain', () => from.resume())
    from.on('error', () => to.destroy())
    from.on('close', () => {
      open.delete(from)
      later(() => to.end())
    })
  }

  const server = net.createServer({ noDelay: true }, (client) => {
    if (isCut) {
      refused += 1
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
      refused = 0
      for (const socket of open) socket.destroy()
    },
    mend: () => void (isCut = false),
    refused: () => refused,
    delay: (ms) => void (delayMs = ms),
    captured: () => Buffer.concat(chunks),
    close: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearTimeout(timer)
        for (const socket of open) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
