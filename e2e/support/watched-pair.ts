import { decodeServerFrame, type ServerFrame } from '@visavis/wire'
import { createPlaces, type Places } from './namespaces.ts'
import { createPacketBook, type PacketBook } from './packet-book.ts'
import { createPerson, expectToHear, expectToSee, FLAGS, type Person } from './person.ts'
import { LOOKS } from './pictures.ts'
import { installRecorder } from './recorder.ts'
import { freePort } from './free-port.ts'
import { createTestServer, type TestServer } from './server.ts'
import { createUdpProxy, type UdpProxy } from './udp-proxy.ts'
import { startWireTap, type WireTap } from './wire-tap.ts'

/** Two people and a server with somebody on the wire between them who keeps every byte. */
export type WatchedPair = {
  readonly people: readonly [Person, Person]
  readonly server: TestServer
  readonly tap: WireTap
  readonly media: UdpProxy
  readonly packets: PacketBook
  /** Undefined where this machine lets nobody make networks: both browsers then share its addresses. */
  readonly places: Places | undefined
  /** Every address that a page asked for. */
  readonly requests: readonly string[]
  /** As the server sees a UDP client. */
  backOf(client: number): string
  /** Addresses by which a side could be found: as the server sees it and, with a network of its own, as it sees itself. */
  addressesOf(side: number): readonly string[]
  /** All frames a side received since the beginning, as the client's own codec reads them. */
  framesOf(side: number): readonly ServerFrame[]
  /** Both see and hear the other. */
  meet(): Promise<void>
  close(): Promise<void>
}

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
/** As the server sees the two: on loopback, but nobody else's. */
const BACKS = ['127.77.3.1', '127.77.3.2'] as const

export async function createWatchedPair(env: Readonly<Record<string, string>> = {}): Promise<WatchedPair> {
  const endings: (() => unknown)[] = []
  const close = async () => {
    for (const end of endings.toReversed()) await end()
  }
  try {
    return await build(env, endings, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function build(
  env: Readonly<Record<string, string>>,
  endings: (() => unknown)[],
  close: () => Promise<void>,
): Promise<WatchedPair> {
  const places = createPlaces(CHROMIUM)
  endings.push(() => places?.close())
  const fronts = places?.machine ?? ['127.77.1.1', '127.77.1.2']
  const [address = '127.0.0.1'] = places?.machine ?? []
  const relayPort = await freePort()
  const backs = new Map<number, string>()
  const media = await createUdpProxy({
    address,
    target: { address, port: relayPort },
    arrived(client, from) {
      const back = BACKS[places?.own.indexOf(from.address) ?? -1] ?? `127.77.4.${client + 1}`
      backs.set(client, back)
      return back
    },
  })
  endings.push(() => media.close())
  let serverPort = 0
  const tap = await startWireTap({ fronts, backs: BACKS, toPort: () => serverPort })
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
  await server.start()

  const requests: string[] = []
  async function person(side: number): Promise<Person> {
    const made = await createPerson({
      origin,
      look: side === 0 ? LOOKS.red : LOOKS.green,
      flags: [...FLAGS, `--host-resolver-rules=MAP localhost ${fronts[side]}`],
      ...(places ? { program: places.programs[side] ?? CHROMIUM } : {}),
    })
    endings.push(() => made.close())
    await made.context.addInitScript(installRecorder)
    made.page.on('request', (request) => requests.push(request.url()))
    made.page.on('websocket', (socket) => requests.push(socket.url()))
    return made
  }
  const red = await person(0)
  const green = await person(1)

  return {
    people: [red, green],
    server,
    tap,
    media,
    packets: createPacketBook(media),
    places,
    requests,
    backOf: (client) => backs.get(client) ?? '',
    addressesOf: (side) => [BACKS[side], places?.own[side]].filter((own) => own !== undefined),
    framesOf: (side) =>
      tap.received(side).frames.flatMap((payload) => {
        const decoded = decodeServerFrame(payload)
        return decoded.ok ? [decoded.value] : []
      }),
    async meet() {
      await Promise.all([expectToSee(red, LOOKS.green), expectToSee(green, LOOKS.red)])
      await expectToHear(red, LOOKS.green)
      await expectToHear(green, LOOKS.red)
    },
    close,
  }
}
