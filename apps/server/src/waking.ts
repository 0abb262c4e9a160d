import type { Base } from './app.ts'
import type { RouteHandlers } from './http/index.ts'
import {
  createPush,
  createPushStore,
  KNOWN_HOSTS,
  parsePushHost,
  pushRoutes,
  type Push,
  type PushHost,
  type PushPost,
} from './push/index.ts'
import { createWordsSeal } from './reports/index.ts'

export type Waking = {
  readonly push: Push
  readonly handlers: RouteHandlers
  /** Begins to count for the operator. */
  watch(): void
}

/** Named where the operator has no public address: pushes are for trying out then, and some services refuse them. */
const NOBODY = 'mailto:nobody@visavis.invalid'

/** Pushes over the real storage [K12]. */
export function createWaking(base: Base, post: PushPost): Waking {
  const { clock, config, log, metrics, random, secrets, storage } = base
  const { contact, hosts } = config.push
  const isPublic = config.origin?.startsWith('https:') === true
  const push = createPush({
    clock,
    log,
    store: createPushStore(storage.db),
    seal: createWordsSeal({ key: secrets.pushEndpointsKey, random }),
    hosts: hostsOf(hosts),
    subject: contact ?? (isPublic && config.origin ? config.origin : NOBODY),
    seed: secrets.pushSeed,
    post,
  })
  return {
    push,
    handlers: pushRoutes(push),
    watch: () =>
      metrics.watch(
        {
          visavis_push_devices: 'Devices that can be woken by a push',
          visavis_pushes_sent: 'Pushes that a push service has taken since the start',
          visavis_pushes_failed: 'Pushes that no push service has taken since the start',
          visavis_pushes_gone: 'Addresses for pushes that were over and forgotten since the start',
          visavis_pushes_dropped: 'Pushes that were not sent because too many waited since the start',
        },
        async () => {
          const { sent, failed, gone, dropped } = push.figures()
          return {
            visavis_push_devices: await push.count(),
            visavis_pushes_sent: sent,
            visavis_pushes_failed: failed,
            visavis_pushes_gone: gone,
            visavis_pushes_dropped: dropped,
          }
        },
      ),
  }
}

function hostsOf(names: readonly string[] | undefined): readonly PushHost[] {
  return names?.flatMap((name) => parsePushHost(name) ?? []) ?? KNOWN_HOSTS
}
