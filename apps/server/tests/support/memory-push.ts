import type { DeviceId } from '@visavis/wire'
import type { PushStore, PushSubscription } from '../../src/push/index.ts'
import type { PushWorld } from './push-contract.ts'

/** Subscriptions in memory, for tests of what stands above the store. */
export function createMemoryPushStore(): PushWorld {
  const devices = new Set<DeviceId>()
  const kept = new Map<DeviceId, PushSubscription>()
  const push: PushStore = {
    async put(subscription) {
      if (devices.has(subscription.deviceId)) kept.set(subscription.deviceId, subscription)
      return devices.has(subscription.deviceId)
    },
    of: async (wanted) => wanted.flatMap((device) => kept.get(device) ?? []),
    remove: async (device) => void kept.delete(device),
    async removeStale({ deviceId, endpoint }) {
      const known = kept.get(deviceId)
      if (known && Buffer.from(known.endpoint).equals(endpoint)) kept.delete(deviceId)
    },
    count: async () => kept.size,
  }
  return {
    push,
    addDevice: async (_account, device) => void devices.add(device),
    async revoke(device) {
      devices.delete(device)
      kept.delete(device)
    },
  }
}
