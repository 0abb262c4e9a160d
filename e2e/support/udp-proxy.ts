import { createSocket, type Socket } from 'node:dgram'

/**
 * A stretch of network in front of a UDP server: every client gets a socket of its own towards the server, so that the
 * server tells clients apart by their ports. Packets can be cut, dropped, delayed and watched.
 */
export type Direction = 'to-server' | 'to-client'
export type UdpProxy = {
  readonly address: string
  readonly port: number
  /** From now on nothing passes, in either direction. */
  cut(): void
  mend(): void
  /** From now on the server sees every client come from another port, as after a change of network. */
  move(): void
  delay(ms: number): void
  /** Drops this share of packets, evenly: 0.1 drops every tenth. */
  drop(share: number): void
  /** Sees every packet that arrives at the proxy, passed on or not. Returns the end of it. */
  watch(see: (packet: Uint8Array, direction: Direction, client: number) => void): () => void
  close(): Promise<void>
}

export async function createUdpProxy(options: {
  readonly address: string
  readonly target: { readonly address: string; readonly port: number }
  /** Told of every new client; may name an address of this machine from which the server will see that client come. */
  readonly arrived?: (client: number, from: { readonly address: string; readonly port: number }) => string | undefined
}): Promise<UdpProxy> {
  const { address, target } = options
  const front = createSocket('udp4')
  const clients = new Map<string, { readonly number: number; readonly socket: Socket }>()
  const watchers = new Set<(packet: Uint8Array, direction: Direction, client: number) => void>()
  const timers = new Set<NodeJS.Timeout>()
  let isCut = false
  let delayMs = 0
  let dropShare = 0
  let dropDebt = 0

  function pass(packet: Uint8Array, direction: Direction, client: number, send: () => void): void {
    for (const see of watchers) see(packet, direction, client)
    dropDebt += dropShare
    if (dropDebt >= 1) {
      dropDebt--
      return
    }
    if (isCut) return
    if (delayMs === 0) return send()
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (!isCut) send()
    }, delayMs)
    timers.add(timer)
  }

  front.on('message', (packet, from) => {
    const key = `${from.address}:${from.port}`
    let client = clients.get(key)
    if (!client) {
      const number = clients.size
      const socket = createSocket('udp4')
      const source = options.arrived?.(number, from)
      if (source) socket.bind(0, source)
      socket.on('message', (answer) =>
        pass(answer, 'to-client', number, () => front.send(answer, from.port, from.address, () => undefined)),
      )
      // A server that is down is reported by the kernel as a refused packet; to the client it is silence.
      socket.on('error', () => undefined)
      client = { number, socket }
      clients.set(key, client)
    }
    const { number, socket } = client
    pass(packet, 'to-server', number, () => socket.send(packet, target.port, target.address, () => undefined))
  })
  await new Promise<void>((resolve) => front.bind(0, address, resolve))

  return {
    address,
    port: front.address().port,
    cut: () => void (isCut = true),
    mend: () => void (isCut = false),
    move() {
      for (const { socket } of clients.values()) socket.close()
      clients.clear()
    },
    delay: (ms) => void (delayMs = ms),
    drop: (share) => void (dropShare = share),
    watch(see) {
      watchers.add(see)
      return () => void watchers.delete(see)
    },
    async close() {
      for (const timer of timers) clearTimeout(timer)
      const sockets = [front, ...[...clients.values()].map((client) => client.socket)]
      await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(resolve))))
    },
  }
}
