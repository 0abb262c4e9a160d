import { describe } from 'vitest'
import { createPushStore } from '../src/push/index.ts'
import { createMemoryPushStore } from './support/memory-push.ts'
import { pushStoreContract } from './support/push-contract.ts'
import { closedAfterEach, eachStorage } from './support/storages.ts'

describe('subscriptions in memory', () => pushStoreContract(async () => createMemoryPushStore()))
eachStorage((_, open) => {
  const { withPeople } = closedAfterEach(open)
  pushStoreContract(async () => {
    const db = await withPeople()
    return {
      push: createPushStore(db),
      async addDevice(accountId, deviceId) {
        const row = {
          device_id: deviceId,
          account_id: accountId,
          device_key: Buffer.alloc(32),
          signature: Buffer.alloc(64),
          name: Buffer.alloc(1),
          created_at_ms: 0,
          last_seen_ms: 0,
        }
        await db.insertInto('devices').values(row).execute()
      },
      async revoke(deviceId) {
        await db.deleteFrom('devices').where('device_id', '=', deviceId).execute()
      },
    }
  })
})
