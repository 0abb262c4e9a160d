import type { DeviceListener } from '../gateway/index.ts'
import type { Push } from './service.ts'

export { KNOWN_HOSTS, parsePushHost, type PushHost } from './hosts.ts'
export { createPushPost, type PushPost, type PushRequest } from './post.ts'
export { pushRoutes } from './routes.ts'
export { createPush, type EndpointSeal, type Push, type PushDeps, type PushPerson } from './service.ts'
export { createPushStore, type PushStore, type PushSubscription, type PushTables } from './store.ts'

/** Whoever is back need not be woken. */
export function pushListener(push: Pick<Push, 'deviceBack'>): DeviceListener {
  return { deviceBack: (person) => push.deviceBack(person.deviceId) }
}
