import { isIP } from 'node:net'

/** The part of `os.networkInterfaces()` that is looked at; `main.ts` passes the real one. */
export type Interfaces = Readonly<
  Record<
    string,
    readonly { readonly address: string; readonly family: string; readonly internal: boolean }[] | undefined
  >
>

export type Announce = { readonly announceAddress: string; readonly bindAddress: string }

/** Interfaces of containers, virtual machines and tunnels come last: other machines seldom reach them. */
const VIRTUAL = /^(?:br-|docker|veth|virbr|vmnet|vboxnet|tun|tap|utun|wg|tailscale|zt)/

/**
 * Which address clients are told, and which one is bound.
 *
 * A configured address wins. It is bound itself if it is this machine's; otherwise (a public address in front of this
 * machine) every interface of its family is bound. Without one it is this machine's first IPv4 address that is not
 * loopback: browsers on this machine and in the same network reach it. Loopback is only the last resort: Chromium on
 * Linux connects to it as long as there is any other interface, Firefox never does, and a machine without any
 * interface but loopback cannot hold calls in a browser.
 *
 * Throws a `TypeError` if the configured text is not an IP address: candidates carry addresses, not names.
 */
export function chooseAnnounce(interfaces: Interfaces, configured?: string): Announce {
  const all = Object.entries(interfaces).flatMap(([name, list]) => (list ?? []).map((entry) => ({ name, ...entry })))
  if (configured !== undefined) {
    const family = isIP(configured)
    if (family === 0) throw new TypeError('the announced relay host is an IP address')
    const own = all.some((entry) => entry.address === configured)
    return { announceAddress: configured, bindAddress: own ? configured : family === 6 ? '::' : '0.0.0.0' }
  }
  const outward = all.filter(
    (entry) => entry.family === 'IPv4' && !entry.internal && !entry.address.startsWith('169.254.'),
  )
  const chosen = outward.find((entry) => !VIRTUAL.test(entry.name)) ?? outward[0]
  const address = chosen?.address ?? '127.0.0.1'
  return { announceAddress: address, bindAddress: address }
}
