import { decodeServerFrame, type ServerFrame } from '@visavis/wire'
import { freePort } from './free-port.ts'
import { createPlaces, type Places } from './namespaces.ts'
import { createPacketBook, type PacketBook } from './packet-book.ts'
import { createTestServer, type TestServer } from './server.ts'
import { createUdpProxy, type UdpProxy } from './udp-proxy.ts'
import { startWireTap, type WireTap } from './wire-tap.ts'

/** A server and everything between it and some people, each on a side of their own, where every byte is kept. */
export type WatchedWire = {
  readonly server: TestServer
  readonly tap: WireTap
  readonly media: UdpProxy
  readonly packets: PacketBook
  /** Undefined where this machine lets nobody make networks: all then share its addresses. */
  readonly places: Places | undefined
  readonly origin: string
  /** Where each side reaches the tap. */
  readonly fronts: readonly string[]
  /** As the server sees a UDP client. */
  backOf(client: number): string
  /** Addresses by which a side could be found: as the server sees it and, with a network of its own, as it sees itself. */
  addressesOf(side: number): readonly string[]
  /** All frames a side received since the beginning, as the client's own codec reads them. */
  framesOf(side: number): readonly ServerFrame[]
  close(): Promise<void>
}

/** `programs`: the browser of each side. The server is to be started by the caller. */
export async function createWatchedWire(
  programs: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<WatchedWire> {
  const endings: (() => unknown)[] = []
  const close = async () => {
    for (const end of endings.toReversed()) await end()
  }
  try {
    return await build(programs, env, endings, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function build(
  programs: readonly string[],
  env: Readonly<Record<string, string>>,
  endings: (() => unknown)[],
  close: () => Promise<void>,
): Promise<WatchedWire> {
  const places = createPlaces(programs)
  endings.push(() => places?.close())
  const sides = programs.map((_, side) => side)
  const fronts = places?.machine ?? sides.map((side) => `127.77.1.${side + 1}`)
  // As the server sees them: on loopback, but nobody else's.
  const backs = sides.map((side) => `127.77.3.${side + 1}`)
  const [address = '127.0.0.1'] = places?.machine ?? []
  const relayPort = await freePort()
  const backOfClient = new Map<number, string>()
  const media = await createUdpProxy({
    address,
    target: { address, port: relayPort },
    arrived(client, from) {
      const back = backs[places?.own.indexOf(from.address) ?? -1] ?? `127.77.4.${client + 1}`
      backOfClient.set(client, back)
      return back
    },
  })
  endings.push(() => media.close())
  let serverPort = 0
  const tap = await startWireTap({ fronts, backs, toPort: () => serverPort })
  endings.push(() => tap.close())
  const origin = `http://localhost:${tap.port}`
  const server = await createTestServer({
    VISAVIS_ORIGIN: origin,
    VISAVIS_LOG_LEVEL: 'debug',
    VISAVIS_MEET_AGAIN_MINUTES: '0',
    VISAVIS_RELAY_HOST: address,
    VISAVIS_RELAY_PORT: String(relayPort),
    VISAVIS_RELAY_PUBLIC_PORT: String(media.port),
    ...env,
  })
  serverPort = server.port
  endings.push(() => server.remove())

  return {
    server,
    tap,
    media,
    packets: createPacketBook(media),
    places,
    origin,
    fronts,
    backOf: (client) => backOfClient.get(client) ?? '',
    addressesOf: (side) => [backs[side], places?.own[side]].filter((own) => own !== undefined),
    framesOf: (side) =>
      tap.received(side).frames.flatMap((payload) => {
        const decoded = decodeServerFrame(payload)
        return decoded.ok ? [decoded.value] : []
      }),
    close,
  }
}
