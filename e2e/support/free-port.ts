import { randomInt } from 'node:crypto'
import dgram from 'node:dgram'
import net from 'node:net'

/** Below what the system gives to outgoing connections: a browser's own sockets cannot take a port of ours meanwhile. */
const [PORT_MIN, PORT_MAX] = [20_000, 30_000]

/** A port that is free for TCP and UDP alike; the relay listens on the number of the server. */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = randomInt(PORT_MIN, PORT_MAX)
    if ((await isFreeForTcp(port, address)) && (await isFreeForUdp(port, address))) return port
  }
}

function isFreeForTcp(port: number, address: string): Promise<boolean> {
  const probe = net.createServer()
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false))
    probe.listen(port, address, () => probe.close(() => resolve(true)))
  })
}

function isFreeForUdp(port: number, address: string): Promise<boolean> {
  const probe = dgram.createSocket('udp4')
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false))
    probe.bind(port, address, () => probe.close(() => resolve(true)))
  })
}
