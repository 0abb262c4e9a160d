import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Clock, Log, Random } from '@visavis/ports'
import type { Result } from '@visavis/wire'
import { createAccounts, type Accounts, type PasswordHasher } from './accounts/index.ts'
import type { Config } from './config.ts'
import {
  allowedOrigins,
  clientAddress,
  createEdge,
  createRateLimits,
  isSameOrigin,
  loadStaticFiles,
  securityHeaders,
  inlineScriptHashes,
  type RateLimits,
  type RouteHandlers,
} from './http/index.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import type { Secrets } from './secrets.ts'
import type { Storage } from './storage/index.ts'

/** What the base gives to the subjects that are joined to it. */
export type Base = {
  readonly storage: Storage
  readonly accounts: Omit<Accounts, 'handlers' | 'passkey' | 'sweep' | 'close'>
  /** For what is limited by something else than an address. */
  readonly limits: RateLimits
  readonly allowsOrigin: (origin: string | undefined) => boolean
  /** Takes one socket from the budget of the address it comes from. Error: RATE_LIMITED with the wait. */
  readonly admitAddress: (request: IncomingMessage) => Promise<Result<true>>
  readonly config: Config
  readonly secrets: Secrets
  readonly metrics: Metrics
  readonly server: Server
  /** The port that was bound. */
  readonly port: number
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** What a set of subjects (gateway, matching, calls, ...) brings. They take upgrades from `base.server` themselves. */
export type Subjects = {
  readonly handlers: RouteHandlers
  /** Whether new sockets are welcome; part of /healthz. */
  accepting: () => boolean
  /** Says goodbye to the sockets; no new ones from here on. */
  drain: () => Promise<void>
  /** Ends timers, relay and whatever else was started; storage is still open. */
  close: () => Promise<void>
}

export type AppDeps = {
  readonly config: Config
  readonly secrets: Secrets
  readonly storage: Storage
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Folder of the built web app. */
  readonly webFolder: string
  /** Absent in tests of the base alone: then there are no sockets and only the routes of accounts. */
  readonly createSubjects?: (base: Base) => Promise<Subjects>
  readonly hasher?: PasswordHasher
}

export type App = {
  readonly port: number
  /** What to type into a browser. */
  readonly origin: string
  readonly metricsPort: number | undefined
  readonly accounts: Accounts
  /** Graceful end: no new connections, goodbye to sockets, running requests finished. The caller closes the storage. */
  close: () => Promise<void>
}

/** Requests still running after this are cut. */
const REQUEST_END_MS = 4_000

/**
 * Puts the server together and listens. The port is bound first, because with PORT=0 everything that depends on the
 * origin (cookies, passkeys, policies) has to know it; until the rest stands, requests are answered 503.
 */
export async function createApp(deps: AppDeps): Promise<App> {
  const { clock, config, log, random, secrets, storage } = deps
  let listener = (_request: unknown, response: { writeHead(status: number): { end(): void } }) =>
    response.writeHead(503).end()
  const server = createServer((request, response) => listener(request, response))
  const port = await listen(server, config.port, config.host)
  const origin = config.origin ?? `http://localhost:${port}`
  const origins = allowedOrigins(origin)
  const metrics = createMetrics()
  const limits = createRateLimits({ key: secrets.addressHashKey, clock, random, factor: config.rateFactor })
  const accounts = createAccounts({
    db: storage.db,
    healthy: storage.healthy,
    origins,
    authKey: secrets.authKey,
    sessionKey: secrets.sessionKey,
    proofKey: secrets.proofKey,
    proofCost: config.proofCost,
    limits,
    clock,
    random,
    log,
    ...(deps.hasher ? { hasher: deps.hasher } : {}),
  })
  const files = await loadStaticFiles(deps.webFolder)
  const allowsOrigin = (header: string | undefined) => isSameOrigin(origins, header)
  const admitAddress = (request: IncomingMessage) =>
    limits.take('upgrade', addressOf(request, config.trustedProxyHeader))
  const subjects = await deps.createSubjects?.({
    storage,
    accounts,
    limits,
    allowsOrigin,
    admitAddress,
    config,
    secrets,
    metrics,
    server,
    port,
    clock,
    random,
    log,
  })
  let draining = false
  const edge = createEdge({
    origins,
    authenticate: accounts.authenticate,
    limits,
    handlers: { ...accounts.handlers, ...subjects?.handlers },
    trustedProxyHeader: config.trustedProxyHeader,
    headers: securityHeaders({ origins, scriptHashes: inlineScriptHashes(files.fallback ?? '') }),
    passkey: accounts.passkey,
    files: files.answer,
    healthy: async () => !draining && (subjects?.accepting() ?? true) && (await storage.healthy()),
    metrics,
    clock,
    log,
  })
  listener = getRequestListener(edge.fetch, { overrideGlobalObjects: false }) as unknown as typeof listener
  const metricsListener = config.metricsPort === undefined ? undefined : await metrics.listen(config.metricsPort)
  if (files.fallback === undefined) log.warn('http.web-app-not-built')
  log.info('http.open', { port })

  async function close(): Promise<void> {
    draining = true
    const ended = endServer(server, clock)
    await subjects?.drain()
    await ended
    await subjects?.close()
    accounts.close()
    await metricsListener?.close()
    log.info('http.closed')
  }
  return { port, origin, metricsPort: metricsListener?.port, accounts, close }
}

function addressOf({ headers, socket }: IncomingMessage, trustedHeader: string | undefined): string {
  // Node joins repeated headers with commas, as the Fetch API does; only cookies come as a list.
  return clientAddress(
    trustedHeader,
    (name) => [headers[name] ?? []].flat().join(',') || undefined,
    socket.remoteAddress,
  )
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function endServer(server: Server, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(REQUEST_END_MS, () => server.closeAllConnections())
    server.close(() => {
      cancel()
      resolve()
    })
    server.closeIdleConnections()
  })
}
