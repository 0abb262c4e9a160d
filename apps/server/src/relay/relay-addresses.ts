import { isIP } from 'node:net'
import { canonicalIp } from './ip-bytes.ts'

/**
 * Which addresses are our TURN relay's. A candidate at any other address is refused, so that a client can neither tell
 * a stranger its own address nor point the other at a third one [M13].
 */
export type RelayAddresses = {
  has(address: string): boolean
  /** Asks the resolver again. A name that does not resolve now keeps what it was before: a hiccup ends no call. */
  refresh(): Promise<void>
}

export type Resolver = (host: string) => Promise<readonly string[]>

/**
 * `configured` (TURN_RELAY_ADDRESSES) is taken alone when it is not empty, for relays that relay at other addresses
 * than they listen at; otherwise the hosts of `urls` (TURN_URL) are resolved. Throws a `TypeError` on a configured text
 * that is no address and on a URL that is not `turn:` or `turns:`: a wrong configuration stops the start.
 */
export async function createRelayAddresses(deps: {
  readonly configured: readonly string[]
  readonly urls: readonly string[]
  readonly resolve: Resolver
}): Promise<RelayAddresses> {
  const fixed = deps.configured.map((text) => {
    const address = canonicalIp(text)
    if (address === undefined) throw new TypeError('a relay address is an IP address')
    return address
  })
  const hosts = fixed.length > 0 ? [] : deps.urls.map(turnHost)
  const known = new Map<string, readonly string[]>(hosts.map((host) => [host, []]))

  async function refresh(): Promise<void> {
    await Promise.all(
      hosts.map(async (host) => {
        const found = isIP(host) === 0 ? await deps.resolve(host).catch(() => []) : [host]
        const addresses = found.map(canonicalIp).filter((address) => address !== undefined)
        if (addresses.length > 0) known.set(host, addresses)
      }),
    )
  }

  function has(address: string): boolean {
    const wanted = canonicalIp(address)
    if (wanted === undefined) return false
    return fixed.includes(wanted) || [...known.values()].some((addresses) => addresses.includes(wanted))
  }

  await refresh()
  return { has, refresh }
}

/** The host of a TURN URI (RFC 7065): `turn:host`, `turns:host:port?transport=tcp`, `turn:[2001:db8::1]:3478`. */
export function turnHost(url: string): string {
  const match = /^turns?:(?:\[([0-9a-f:.]+)\]|([^\s:?[\]/@]+))(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/i.exec(url)
  const host = match?.[1] ?? match?.[2]
  if (host === undefined) throw new TypeError('a TURN URL reads turn:host[:port][?transport=udp|tcp]')
  return host
}
