/**
 * The origins this server answers to. The default `http://localhost:PORT` has a twin, `http://127.0.0.1:PORT`, because
 * people type either; a configured origin has none.
 */
export function allowedOrigins(origin: string): readonly string[] {
  const url = new URL(origin)
  if (url.protocol !== 'http:' || url.hostname !== 'localhost') return [url.origin]
  const twin = new URL(origin)
  twin.hostname = '127.0.0.1'
  return [url.origin, twin.origin]
}

/** Whether a request that changes something, or a WebSocket upgrade, comes from our own pages. No header, no entry. */
export function isSameOrigin(origins: readonly string[], header: string | undefined | null): boolean {
  return typeof header === 'string' && origins.includes(header)
}
