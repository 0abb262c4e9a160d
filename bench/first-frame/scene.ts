import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium, type Browser } from '@playwright/test'
import { startCoturn, type Coturn } from '../../e2e/support/coturn.ts'
import { createNetwork, ownAddress, type Network } from '../../e2e/support/network.ts'
import { createTestServer, type TestServer } from '../../e2e/support/server.ts'
import { createUdpProxy } from '../../e2e/support/udp-proxy.ts'
import { startBaseline, type IceServer } from './baselines.ts'
import { writeMovingPicture } from './camera.ts'
import { openPair, type Meeting, type Pair } from './ours.ts'
import type { Met } from './stats.ts'

export const FLOWS = ['ours', 'ours_turn', 'naive', 'peerjs', 'floor'] as const
export type Flow = (typeof FLOWS)[number]

export type Scene = {
  readonly browser: Browser
  /** Begins a flow; ends with it. `match` resolves when both ends have met; for the product with what happened when. */
  begin(flow: Flow, delayMs: number): Promise<{ match(): Promise<Met | Meeting>; end(): Promise<void> }>
  close(): Promise<void>
}

type Product = { readonly pair: Pair; readonly network: Network; readonly server: TestServer }

/** Everything that lives through the whole run: one browser, one coturn, a server for each kind of relay. */
export async function openScene(flows: readonly Flow[]): Promise<Scene> {
  const ends: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const end of ends.toReversed()) await end()
  }
  try {
    const { browser, folder } = await openBrowser()
    ends.push(
      async () => rmSync(folder, { recursive: true, force: true }),
      () => browser.close(),
    )
    const coturn = await startCoturn(ownAddress())
    ends.push(() => coturn.close())
    const turnWay = await createUdpProxy({
      address: ownAddress(),
      target: { address: ownAddress(), port: portOf(coturn) },
    })
    ends.push(() => turnWay.close())
    const turnUrl = `turn:${turnWay.address}:${turnWay.port}?transport=udp`
    const turnEnv = { TURN_URL: turnUrl, TURN_SECRET: coturn.secret, TURN_RELAY_ADDRESSES: ownAddress() }
    const products = new Map<Flow, Product>()
    for (const [flow, env] of [
      ['ours', {}],
      ['ours_turn', turnEnv],
    ] as const) {
      if (!flows.includes(flow)) continue
      const product = await openProduct(browser, env)
      products.set(flow, product)
      ends.push(
        () => product.server.remove(),
        () => product.network.close(),
        () => product.pair.close(),
      )
    }

    async function begin(flow: Flow, delayMs: number): ReturnType<Scene['begin']> {
      turnWay.delay(delayMs)
      if (flow !== 'ours' && flow !== 'ours_turn') {
        const baseline = await startBaseline(flow, browser, iceServer(turnUrl, coturn), delayMs)
        return { match: () => baseline.match(), end: () => baseline.close() }
      }
      const { pair, network } = products.get(flow) as Product
      network.media.delay(delayMs)
      network.sockets.delay(delayMs)
      await pair.enter()
      return { match: () => pair.meet(), end: () => pair.leave() }
    }
    return { browser, begin, close }
  } catch (error) {
    await close()
    throw error
  }
}

export async function openBrowser(): Promise<{ browser: Browser; folder: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'visavis-bench-'))
  const camera = path.join(folder, 'camera.y4m')
  writeMovingPicture(camera)
  const flags =
    '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --use-fake-device-for-media-stream --use-fake-ui-for-media-stream --autoplay-policy=no-user-gesture-required'
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: [...flags.split(' '), `--use-file-for-fake-video-capture=${camera}`],
  })
  return { browser, folder }
}

export async function openProduct(browser: Browser, env: Readonly<Record<string, string>>): Promise<Product> {
  const network = await createNetwork({ serverPort: () => server.port })
  const server = await createTestServer({ ...network.env, VISAVIS_MEET_AGAIN_MINUTES: '0', ...env })
  await server.start()
  return { network, server, pair: await openPair(browser, network.origin) }
}

function portOf(coturn: Coturn): number {
  return Number(/:(\d+)\?/.exec(coturn.url)?.[1])
}

/** Time-limited credentials as coturn expects them with a shared secret. */
function iceServer(url: string, { secret }: Coturn): IceServer {
  const username = `${Math.floor(Date.now() / 1_000) + 3_600}:bench`
  return { urls: [url], username, credential: createHmac('sha1', secret).update(username).digest('base64') }
}
