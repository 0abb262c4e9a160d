import { PUSH_ENDPOINT_CHARS_MAX } from '@visavis/wire'

/**
 * A host that pushes may be sent to. What browsers say is a stranger's word, and a server that posts wherever a stranger
 * says can be turned against its own network: hence the list, and addresses of the public internet only.
 */
export type PushHost = {
  readonly name: string
  /** Any host below `name`, and not `name` itself. */
  readonly isWildcard: boolean
  readonly port: number
  /** The operator names this very host, so it may be in the operator's own network. */
  readonly mayBePrivate: boolean
}

/** The push services of Chrome and its relatives, Firefox, Safari, and Edge on Windows. */
export const KNOWN_HOSTS: readonly PushHost[] = [
  known('fcm.googleapis.com'),
  known('updates.push.services.mozilla.com'),
  known('web.push.apple.com'),
  { ...known('notify.windows.com'), isWildcard: true },
]

const HTTPS_PORT = 443
const HOST = /^(?<wildcard>\*\.)?(?<name>[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::(?<port>[1-9]\d{0,4}))?$/i

/** `host`, `host:port` or `*.host`, as the operator writes it; undefined for anything else. */
export function parsePushHost(text: string): PushHost | undefined {
  const groups = HOST.exec(text)?.groups
  if (!groups?.['name']) return undefined
  const port = Number(groups['port'] ?? HTTPS_PORT)
  const isWildcard = groups['wildcard'] !== undefined
  if (port > 65_535) return undefined
  return { name: groups['name'].toLowerCase(), isWildcard, port, mayBePrivate: !isWildcard }
}

export type PushTarget = { readonly url: URL; readonly mayBePrivate: boolean }

/** Where a push to this endpoint goes; undefined when the server must not send there. Never throws, whatever the text. */
export function targetOf(hosts: readonly PushHost[], endpoint: string): PushTarget | undefined {
  if (endpoint.length > PUSH_ENDPOINT_CHARS_MAX || !URL.canParse(endpoint)) return undefined
  const url = new URL(endpoint)
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '' || url.hash !== '') return undefined
  const port = url.port === '' ? HTTPS_PORT : Number(url.port)
  const host = hosts.find((each) => each.port === port && covers(each, url.hostname))
  return host && { url, mayBePrivate: host.mayBePrivate }
}

function covers({ name, isWildcard }: PushHost, hostname: string): boolean {
  return isWildcard ? hostname.endsWith(`.${name}`) : hostname === name
}

function known(name: string): PushHost {
  return { name, isWildcard: false, port: 443, mayBePrivate: false }
}
