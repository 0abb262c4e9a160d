import { networkInterfaces } from 'node:os'
import { freePort } from './free-port.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'
import { createUdpProxy, type UdpProxy } from './udp-proxy.ts'

/** All that lies between the browsers and a server: sockets and media, to be cut and mended together. */
export type Network = {
  readonly origin: string
  /** What the server has to be told so that everybody comes through here. */
  readonly env: Readonly<Record<string, string>>
  readonly sockets: TcpProxy
  readonly media: UdpProxy
  cut(): void
  mend(): void
  close(): Promise<void>
}

/** This machine's own address as other machines see it, as the server chooses it too; loopback if there is no other. */
export function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return all.find((entry) => entry.family === 'IPv4' && !entry.internal)?.address ?? '127.0.0.1'
}

export async function createNetwork(options: { serverPort: () => number; capture?: boolean }): Promise<Network> {
  const address = ownAddress()
  const relayPort = await freePort()
  const sockets = await startTcpProxy({ toPort: options.serverPort, capture: options.capture ?? false })
  const media = await createUdpProxy({ address, target: { address, port: relayPort } })
  const origin = `http://localhost:${sockets.port}`
  return {
    origin,
    env: {
      VISAVIS_ORIGIN: origin,
      VISAVIS_RELAY_HOST: media.address,
      VISAVIS_RELAY_PORT: String(relayPort),
      VISAVIS_RELAY_PUBLIC_PORT: String(media.port),
    },
    sockets,
    media,
    cut() {
      sockets.cut()
      media.cut()
    },
    mend() {
      sockets.mend()
      media.mend()
    },
    async close() {
      await sockets.close()
      await media.close()
    },
  }
}
