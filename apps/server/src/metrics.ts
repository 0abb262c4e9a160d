import { createServer } from 'node:http'
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'

/** The server's metrics. Labels are closed sets: never an id, an address or anything a person wrote. */
export type Metrics = {
  readonly registry: Registry
  /** One HTTP request: route name of `ROUTES` (or `static`, `passkey`, `other`), status, time taken. */
  request: (route: string, status: number, ms: number) => void
  /** `{ port, close }` of a listener on loopback that answers `GET /metrics`. */
  listen: (port: number) => Promise<{ readonly port: number; close: () => Promise<void> }>
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'visavis_' })
  const requests = new Counter({
    name: 'visavis_http_requests_total',
    help: 'HTTP requests by route and status',
    labelNames: ['route', 'status'],
    registers: [registry],
  })
  const duration = new Histogram({
    name: 'visavis_http_request_seconds',
    help: 'Time to answer an HTTP request',
    labelNames: ['route'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  })
  return {
    registry,
    request(route, status, ms) {
      requests.inc({ route, status: String(status) })
      duration.observe({ route }, ms / 1_000)
    },
    listen: (port) => listen(registry, port),
  }
}

async function listen(registry: Registry, port: number) {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    // Loopback whatever HOST says: the figures are for the operator alone.
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
