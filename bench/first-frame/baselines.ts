import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire, stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { Browser, BrowserContext } from '@playwright/test'
import { PeerServer } from 'peer'
import { WebSocketServer, type WebSocket } from 'ws'
import { startTcpProxy } from '../../e2e/support/tcp-proxy.ts'
import type { Met } from './stats.ts'

/**
 * The flows we compare with, each in two pages of one browser: "naive" creates everything after the match and trickles
 * candidates; PeerJS is the library most people take, with its own signalling server; "floor" is a pair that stays
 * connected and only switches its pictures on. All send their media through TURN.
 */
type BaselineFlow = 'naive' | 'peerjs' | 'floor'

export type Baseline = {
  match(): Promise<Met>
  close(): Promise<void>
}

export type IceServer = { readonly urls: readonly string[]; readonly username: string; readonly credential: string }

const PAGE_SCRIPT = stripTypeScriptTypes(readFileSync(path.join(import.meta.dirname, 'page.ts'), 'utf8'))
const FRAME_MS_MAX = 15_000

type Told = {
  readonly kind: string
  readonly peerId?: string
  readonly pressedAtMs?: number
  readonly matchedAtMs?: number
  readonly frameAtMs?: number
}

type End = { readonly socket: WebSocket; told(kind: string): Promise<Told>; peerId: string }

function listen(socket: WebSocket, partner: () => End | undefined): End {
  const waiting = new Map<string, (told: Told) => void>()
  socket.on('message', (data: Buffer) => {
    const told = JSON.parse(data.toString()) as Told
    if (told.kind === 'signal') partner()?.socket.send(data.toString())
    waiting.get(told.kind)?.(told)
    waiting.delete(told.kind)
  })
  return {
    socket,
    peerId: '',
    told: (kind) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no "${kind}" in time`)), FRAME_MS_MAX)
        waiting.set(kind, (told) => {
          clearTimeout(timer)
          resolve(told)
        })
      }),
  }
}

export async function startBaseline(
  flow: BaselineFlow,
  browser: Browser,
  ice: IceServer,
  delayMs: number,
): Promise<Baseline> {
  const http = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>bench</title><body>'),
  )
  const signalling = new WebSocketServer({ server: http, perMessageDeflate: false })
  const ends: End[] = []
  const readies: Promise<Told>[] = []
  signalling.on('connection', (socket) => {
    const end: End = listen(socket, () => ends.find((other) => other !== end))
    ends.push(end)
    readies.push(end.told('ready').then((told) => ((end.peerId = told.peerId ?? ''), told)))
  })
  await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve))
  const peers = flow === 'peerjs' ? await startPeerServer() : undefined
  const way = await startTcpProxy({ toPort: () => (http.address() as AddressInfo).port })
  const peerWay = await startTcpProxy({ toPort: () => peers?.port ?? 0 })
  const contexts: BrowserContext[] = []
  for (let i = 0; i < 2; i++) {
    const context = await browser.newContext({ permissions: ['camera', 'microphone'] })
    contexts.push(context)
    await openPage(context, flow, { port: way.port, peerPort: peerWay.port, ice })
  }
  await Promise.all(readies)
  for (const proxy of [way, peerWay]) proxy.delay(delayMs)

  return {
    async match() {
      const [a, b] = ends as [End, End]
      const frames = Promise.all([a.told('frame'), b.told('frame')])
      const presses = Promise.all([a.told('next'), b.told('next')])
      for (const end of [a, b]) end.socket.send(JSON.stringify({ kind: 'press' }))
      await presses
      a.socket.send(JSON.stringify({ kind: 'match', initiator: true, partnerPeerId: b.peerId }))
      b.socket.send(JSON.stringify({ kind: 'match', initiator: false, partnerPeerId: a.peerId }))
      const seen = await frames
      if (flow === 'floor') for (const end of [a, b]) end.socket.send(JSON.stringify({ kind: 'rest' }))
      return spread(seen)
    },
    async close() {
      for (const context of contexts) await context.close()
      for (const end of ends) end.socket.terminate()
      signalling.close()
      await way.close()
      await peerWay.close()
      http.closeAllConnections()
      await new Promise((resolve) => void http.close(resolve))
      await peers?.close()
    },
  }
}

function spread(seen: readonly Told[]): Met {
  const all = (when: 'pressedAtMs' | 'matchedAtMs' | 'frameAtMs') => seen.map((told) => told[when] ?? Number.NaN)
  const lastFrame = Math.max(...all('frameAtMs'))
  return {
    foundToFrameMs: lastFrame - Math.min(...all('matchedAtMs')),
    nextToFrameMs: lastFrame - Math.max(...all('pressedAtMs')),
  }
}

async function openPage(
  context: BrowserContext,
  flow: BaselineFlow,
  { port, peerPort, ice }: { readonly port: number; readonly peerPort: number; readonly ice: IceServer },
): Promise<void> {
  const page = await context.newPage()
  await page.goto(`http://localhost:${port}/`)
  const library = createRequire(import.meta.url)
    .resolve('peerjs')
    .replace(/[^/]*$/, 'peerjs.min.js')
  if (flow === 'peerjs') await page.addScriptTag({ path: library })
  await page.addScriptTag({ content: PAGE_SCRIPT })
  const configuration = { iceServers: [ice], iceTransportPolicy: 'relay' }
  const options = { flow, socketUrl: `ws://localhost:${port}/`, peerPort, ice: configuration }
  await page.evaluate((wish) => {
    const { startBaseline: begin } = globalThis as unknown as { startBaseline(wanted: object): Promise<void> }
    return begin(wish)
  }, options)
}

async function startPeerServer(): Promise<{ port: number; close(): Promise<void> }> {
  const server = await new Promise<Server>((resolve) => {
    PeerServer({ port: 0, host: '127.0.0.1', path: '/', alive_timeout: 600_000 }, (started) => resolve(started))
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
