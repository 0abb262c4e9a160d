import { createECDH, createHmac } from 'node:crypto'
import webPush from 'web-push'
import type { PushTarget } from './hosts.ts'
import type { PushRequest } from './post.ts'

/**
 * As long as a push service keeps a push for a device that is switched off: the longest they take, and nearly as long as
 * a message waits. There is at most one, because of the topic.
 */
const KEPT_S = 28 * 24 * 60 * 60
/** Later pushes of this topic take the place of earlier ones that were not delivered (RFC 8030 section 5.4). */
const TOPIC = 'messages'

/** The server's key pair for pushes (RFC 8292), base64url: a scalar and an uncompressed point of P-256. */
export type VapidKeys = { readonly publicKey: string; readonly privateKey: string }

/** The key pair of this seed. The same on every node; browsers hold subscriptions to it. */
export function vapidKeysOf(seed: Uint8Array): VapidKeys {
  const curve = createECDH('prime256v1')
  for (let attempt = 0; ; attempt++) {
    const scalar = createHmac('sha256', seed).update(Uint8Array.of(attempt)).digest()
    try {
      curve.setPrivateKey(scalar)
    } catch {
      continue // Not below the order of the curve: one in four billion.
    }
    return { publicKey: curve.getPublicKey().toString('base64url'), privateKey: scalar.toString('base64url') }
  }
}

/**
 * The request that wakes a browser: no body, and in its headers nothing but who operates this server (`subject`, a
 * mailto: or https: address) and how long it is good for.
 */
export function pushRequestTo(
  { url, mayBePrivate }: PushTarget,
  { keys, subject }: { readonly keys: VapidKeys; readonly subject: string },
): PushRequest {
  // The keys of a subscription are for content; there is none, and the library asks for none then.
  const subscription = { endpoint: url.href, keys: { p256dh: '', auth: '' } }
  const { headers } = webPush.generateRequestDetails(subscription, null, {
    vapidDetails: { subject, ...keys },
    TTL: KEPT_S,
    urgency: 'normal',
    topic: TOPIC,
  })
  const texts = Object.entries(headers as Record<string, unknown>).map(([name, value]) => [name, String(value)])
  return { url, mayBePrivate, headers: Object.fromEntries(texts) as Record<string, string> }
}
