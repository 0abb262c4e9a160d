import { alice, bob } from '@visavis/testkit'
import { afterEach, describe } from 'vitest'
import { createPushStore } from '../src/push/index.ts'
import type { Storage } from '../src/storage/index.ts'
import { createMemoryPushStore } from './support/memory-push.ts'
import { pushStoreContract } from './support/push-contract.ts'
import { eachStorage } from './support/storages.ts'

describe('subscriptions in memory', () => pushStoreContract(async () => createMemoryPushStore()))
eachStorage((_, open) => {
  const opened: Storage[] = []
  afterEach(async () => {
    for (const storage of opened.splice(0)) await storage.close()
  })
  pushStoreContract(async () => {
    const storage = await open()
    opened.push(storage)
    const { db } = storage
    const at = new Date(0)
    const accounts = [alice, bob].map(({ accountId, handle }) => ({
      id: accountId,
      name: '',
      email: `${accountId}@none.invalid`,
      email_verified: false,
      username: handle,
      created_at: at,
      updated_at: at,
    }))
    await db.insertInto('accounts').values(accounts).execute()
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
