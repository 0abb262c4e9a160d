import { createServer } from 'node:http'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** The server's metrics. Labels are closed sets: never an id, an address or anything a person wrote. */
export type Metrics = {
  readonly registry: Registry
  /** One HTTP request: route name of `ROUTES` (or `static`, `passkey`, `other`), status, time taken. */
  request: (route: string, status: number, ms: number) => void
  /**
   * Figures that are read whenever somebody asks for the metrics: name and explanation of each, and one reader for all.
   * Figures that cannot be read are left out rather than told as they were.
   */
  watch: <N extends string>(figures: Readonly<Record<N, string>>, read: () => Promise<Record<N, number>>) => void
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
  const watched: (() => Promise<void>)[] = []
  function watch<N extends string>(figures: Readonly<Record<N, string>>, read: () => Promise<Record<N, number>>): void {
    const gauges = (Object.entries(figures) as [N, string][]).map(
      ([name, help]) => [name, new Gauge({ name, help, registers: [registry] })] as const,
    )
    watched.push(async () => {
      const values = await read().catch(() => undefined)
      for (const [name, gauge] of gauges) {
        if (values) gauge.set(values[name])
        else gauge.remove()
      }
    })
  }
  async function text(): Promise<string> {
    await Promise.all(watched.map((refresh) => refresh()))
    return registry.metrics()
  }
  return {
    registry,
    watch,
    request(route, status, ms) {
      requests.inc({ route, status: String(status) })
      duration.observe({ route }, ms / 1_000)
    },
    listen: (port) => listen(port, text, registry.contentType),
  }
}

async function listen(port: number, read: () => Promise<string>, contentType: string) {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    read().then(
      (text) => response.writeHead(200, { 'content-type': contentType }).end(text),
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
