import { createSocket, type Socket } from 'node:dgram'

/**
 * A rough stretch of network between browsers and a relay, in user space: loss, delay, and a rate with a queue that is
 * full after a while. `tc netem` does the same in the kernel, where the kernel has it.
 *
 * All of it lies on the way to the relay, so that a packet from one person to the other passes it exactly once; the way
 * from the relay is clean. Packets keep their order.
 */
export type Roughness = {
  /** Share of packets lost by chance, 0 to 1. */
  readonly loss: number
  readonly delayMs: number
  readonly kbps: number
}
export type Link = {
  readonly port: number
  shape(roughness: Roughness): void
  close(): Promise<void>
}

/** Longer than this no packet waits for its turn: what a home router's queue holds, roughly. */
const QUEUE_MS_MAX = 250
/** Headers of IP and UDP, which take their part of a rate. */
const HEADER_BYTES = 28

export async function openLink(options: {
  readonly address: string
  readonly relayPort: number
  /** From [0, 1), seeded: the same packets are lost in each run, as far as they come in the same order. */
  readonly chance: () => number
}): Promise<Link> {
  const { address, relayPort, chance } = options
  const front = createSocket({ type: 'udp4', recvBufferSize: 4 << 20, sendBufferSize: 4 << 20 })
  const ways = new Map<string, ReturnType<typeof openWay>>()
  let roughness: Roughness = { loss: 0, delayMs: 0, kbps: Number.POSITIVE_INFINITY }

  front.on('message', (packet, from) => {
    const key = `${from.address}:${from.port}`
    let way = ways.get(key)
    if (!way) {
      const socket = createSocket('udp4')
      // What the kernel says of a relay that is down is silence to a browser.
      socket.on('error', () => undefined)
      socket.on('message', (answer) => front.send(answer, from.port, from.address))
      way = openWay(socket, (held) => socket.send(held, relayPort, address))
      ways.set(key, way)
    }
    if (chance() >= roughness.loss) way.pass(packet, roughness)
  })
  await new Promise<void>((resolve) => front.bind(0, address, resolve))

  return {
    port: front.address().port,
    shape: (next) => void (roughness = next),
    async close() {
      await Promise.all([...ways.values()].map((way) => way.close()))
      await new Promise<void>((resolve) => void front.close(resolve))
    },
  }
}

/** One browser's way to the relay: a queue that empties at the rate, and a delay behind it. */
function openWay(socket: Socket, send: (packet: Uint8Array) => void) {
  const held: { readonly packet: Uint8Array; readonly atMs: number }[] = []
  let freeAtMs = 0
  let timer: NodeJS.Timeout | undefined

  function release(): void {
    timer = undefined
    const nowMs = performance.now()
    while (held[0] && held[0].atMs <= nowMs) send((held.shift() as (typeof held)[number]).packet)
    if (held[0]) timer = setTimeout(release, Math.max(1, held[0].atMs - nowMs))
  }

  return {
    pass(packet: Uint8Array, { delayMs, kbps }: Roughness): void {
      const nowMs = performance.now()
      const startMs = Math.max(nowMs, freeAtMs)
      if (startMs - nowMs > QUEUE_MS_MAX) return
      freeAtMs = startMs + ((packet.byteLength + HEADER_BYTES) * 8) / kbps
      // A shorter delay from now on overtakes nothing.
      held.push({ packet, atMs: Math.max(freeAtMs + delayMs, held.at(-1)?.atMs ?? 0) })
      timer ??= setTimeout(release, Math.max(0, (held[0]?.atMs ?? nowMs) - nowMs))
    },
    async close(): Promise<void> {
      clearTimeout(timer)
      await new Promise<void>((resolve) => void socket.close(resolve))
    },
  }
}
