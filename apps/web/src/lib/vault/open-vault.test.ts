import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { describe, expect, it } from 'vitest'
import { createFakeClock, createFakeLog } from '@visavis/testkit'
import { stretchWithArgon2id, type Stretch } from './argon2.ts'
import { createVaultDoor } from './open-vault.ts'
import { vaultContract } from './sim/vault-contract.ts'

// Method: the shipped vault on an IndexedDB in memory. The tests read and change what lies in storage directly, as
// somebody with the disk in hand would. Passphrases are stretched cheaply, but for the one test of the real function.

const accountId = 'aaaaaaaa-0000-4000-8000-000000000001'
const DATABASE = `visavis-vault-${accountId}`
const RIGHT = 'a long enough passphrase'

const quickStretch: Stretch = async (passphrase, salt) => {
  const bytes = new TextEncoder().encode(`${passphrase}|${salt.join()}`)
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

function setUp(options: { indexedDb?: IDBFactory | undefined; stretch?: Stretch } = {}) {
  const indexedDb = 'indexedDb' in options ? options.indexedDb : new IDBFactory()
  const clock = createFakeClock()
  const log = createFakeLog()
  const createDoor = (more: { accountId?: string } = {}) =>
    createVaultDoor({ indexedDb, crypto, clock, log, stretch: options.stretch ?? quickStretch, accountId, ...more })
  return { indexedDb, clock, log, createDoor, door: createDoor() }
}

async function opened(door: ReturnType<typeof createVaultDoor>, passphrase?: string) {
  const answer = await door.open(passphrase)
  if (!answer.ok) throw new Error(answer.code)
  return answer.value
}

/** A database of version 1 with all stores of another but one. */
async function copyWithout(from: IDBFactory, to: IDBFactory, missing: string): Promise<void> {
  const done = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result))
      request.addEventListener('error', () => reject(request.error))
    })
  const source = await done(from.open(DATABASE))
  const stores = [...source.objectStoreNames].filter((name) => name !== missing)
  const opening = to.open(DATABASE, 1)
  opening.addEventListener('upgradeneeded', () => {
    for (const name of stores) opening.result.createObjectStore(name)
  })
  const target = await done(opening)
  for (const name of stores) {
    const store = source.transaction([name]).objectStore(name)
    const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())])
    for (const [at, key] of keys.entries())
      await done(target.transaction([name], 'readwrite').objectStore(name).put(values[at], key))
  }
  source.close()
  target.close()
}

/** One step on the stored database, beside the vault. */
async function inStorage<T>(indexedDb: IDBFactory, store: string, step: (store: IDBObjectStore) => IDBRequest<T>) {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDb.open(DATABASE)
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error))
  })
  const transaction = database.transaction([store], 'readwrite')
  const request = step(transaction.objectStore(store))
  await new Promise<void>((resolve) => transaction.addEventListener('complete', () => resolve()))
  database.close()
  return request.result
}

vaultContract('IndexedDB', () => setUp().door)

it('[K11] a database of an earlier app keeps what is in it and gets the shelves it lacks', async () => {
  const { indexedDb, createDoor } = setUp()
  const before = await opened(createDoor())
  await before.write([{ shelf: 'messages', key: ['c', 1], value: 'kept' }])
  before.close()
  // What the app before this one made: the same without the shelf `safety`, and of the version before.
  const old = new IDBFactory()
  await copyWithout(indexedDb!, old, 'safety')
  const { door } = setUp({ indexedDb: old })
  const vault = await opened(door)
  expect(await vault.get('messages', ['c', 1])).toBe('kept')
  await vault.write([{ shelf: 'safety', key: ['c'], value: 'new' }])
  expect(await vault.get('safety', ['c'])).toBe('new')
})

describe('what lies in storage', () => {
  it('[K11] is sealed: no text, and no key that could be taken away', async () => {
    const { indexedDb, door } = setUp()
    const vault = await opened(door)
    await vault.write([{ shelf: 'messages', key: ['c', 1], value: 'a secret of two people' }])
    const stored = (await inStorage(indexedDb!, 'messages', (store) => store.get(['c', 1]))) as Uint8Array
    expect(Buffer.from(stored).toString('latin1')).not.toContain('secret')
    const key = (await inStorage(indexedDb!, 'key', (store) => store.get('key'))) as { wrapKey: CryptoKey }
    expect(key.wrapKey.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('raw', key.wrapKey)).rejects.toThrow()
  })

  it('[K11] the same record is sealed to other bytes each time', async () => {
    const { indexedDb, door } = setUp()
    const vault = await opened(door)
    const read = () => inStorage(indexedDb!, 'self', (store) => store.get(['x'])) as Promise<Uint8Array>
    await vault.write([{ shelf: 'self', key: ['x'], value: 1 }])
    const first = await read()
    await vault.write([{ shelf: 'self', key: ['x'], value: 1 }])
    expect(await read()).not.toEqual(first)
  })

  it.each([
    ['changed', (bytes: Uint8Array) => bytes.map((byte, at) => (at === 14 ? byte ^ 1 : byte))],
    ['cut short', (bytes: Uint8Array) => bytes.subarray(0, 12)],
    ['not bytes', () => 'text'],
  ])('[K11] a record that was %s is refused, and the others can still be read', async (_, damage) => {
    const { indexedDb, door, log } = setUp()
    const vault = await opened(door)
    await vault.write([1, 2].map((at) => ({ shelf: 'messages', key: ['c', at], value: at })))
    const stored = (await inStorage(indexedDb!, 'messages', (store) => store.get(['c', 1]))) as Uint8Array
    await inStorage(indexedDb!, 'messages', (store) => store.put(damage(stored), ['c', 1]))
    expect(await vault.get('messages', ['c', 1])).toBeNull()
    expect(await vault.list({ shelf: 'messages', prefix: ['c'] })).toEqual([{ key: ['c', 2], value: 2 }])
    expect(log.lines.at(-1)).toMatchObject({ fields: { code: 'VAULT_UNAVAILABLE', count: 1 } })
  })

  it('[K11] a record put in the place of another is refused', async () => {
    const { indexedDb, door } = setUp()
    const vault = await opened(door)
    await vault.write([
      { shelf: 'messages', key: ['c', 1], value: 'one' },
      { shelf: 'contacts', key: ['c', 1], value: 'two' },
    ])
    const one = await inStorage(indexedDb!, 'messages', (store) => store.get(['c', 1]))
    await inStorage(indexedDb!, 'messages', (store) => store.put(one, ['c', 2]))
    await inStorage(indexedDb!, 'contacts', (store) => store.put(one, ['c', 1]))
    expect(await vault.get('messages', ['c', 2])).toBeNull()
    expect(await vault.get('contacts', ['c', 1])).toBeNull()
  })

  it('[K11] each account has a vault of its own, and the key of one does not open another', async () => {
    const { indexedDb, door, createDoor } = setUp()
    const otherDoor = createDoor({ accountId: 'bbbbbbbb-0000-4000-8000-000000000002' })
    await (await opened(otherDoor)).write([{ shelf: 'self', key: ['x'], value: 1 }])
    expect(await (await opened(door)).get('self', ['x'])).toBeUndefined()
    const databases = await indexedDb!.databases()
    expect(databases).toHaveLength(2)
  })
})

describe('the app lock', () => {
  async function locked(options: Parameters<typeof setUp>[0] = {}) {
    const world = setUp(options)
    const vault = await opened(world.door)
    await vault.write([{ shelf: 'self', key: ['x'], value: 'kept' }])
    await world.door.setLock(RIGHT)
    vault.close()
    return world
  }

  it('[K11] with the real Argon2id: what was locked is opened by the passphrase', async () => {
    const { door } = await locked({ stretch: stretchWithArgon2id })
    expect(await (await opened(door, RIGHT)).get('self', ['x'])).toBe('kept')
  })

  it('[K11] the same characters in another spelling are the same passphrase', async () => {
    const { door } = setUp()
    const vault = await opened(door)
    await door.setLock('caf\u00e9 au lait')
    vault.close()
    expect((await door.open('cafe\u0301 au lait')).ok).toBe(true)
  })

  it('[K11] after the lock is set no stored key opens the vault without the passphrase', async () => {
    const { indexedDb } = await locked()
    const record = (await inStorage(indexedDb!, 'key', (store) => store.get('key'))) as Record<string, unknown>
    expect(record).toMatchObject({ kind: 'passphrase', memoryKib: 65_536, passes: 3 })
    expect(Object.values(record).some((value) => value instanceof CryptoKey)).toBe(false)
  })

  it('[K11] attempts slow down 1, 2, 4, 8 seconds; meanwhile even the right one is refused', async () => {
    const { door, clock } = await locked()
    for (const waitMs of [1_000, 2_000, 4_000, 8_000]) {
      expect(await door.open('wrong')).toMatchObject({ code: 'VAULT_LOCKED', retryAfterMs: waitMs })
      await clock.advance(waitMs - 1)
      expect(await door.open(RIGHT)).toEqual({ ok: false, code: 'VAULT_LOCKED', retryAfterMs: 1 })
      await clock.advance(1)
    }
    expect((await door.open(RIGHT)).ok).toBe(true)
  })

  it('[K11] a reload does not reset the delay, nor does a clock that was set', async () => {
    const { door, clock, createDoor } = await locked()
    await door.open('wrong')
    expect(await createDoor().open(RIGHT)).toMatchObject({ code: 'VAULT_LOCKED', retryAfterMs: 1_000 })
    clock.setNowMs(clock.nowMs() + 600_000)
    expect(await door.open(RIGHT)).toMatchObject({ code: 'VAULT_LOCKED', retryAfterMs: 1_000 })
    clock.setNowMs(0)
    await clock.advance(1_000)
    expect(await createDoor().open(RIGHT)).toMatchObject({ code: 'VAULT_LOCKED', retryAfterMs: 1_000 })
    await clock.advance(86_400_000)
    clock.setNowMs(Date.UTC(2030, 1))
    expect((await createDoor().open(RIGHT)).ok).toBe(true)
  })

  it('[K11] attempts at once are one attempt after the other', async () => {
    const { door } = await locked()
    const answers = await Promise.all(['wrong', 'wronger', RIGHT].map((passphrase) => door.open(passphrase)))
    expect(answers).toMatchObject([{ retryAfterMs: 1_000 }, { retryAfterMs: 1_000 }, { retryAfterMs: 1_000 }])
  })

  it('[K11] an attempt counts before it is tried, so that ending the page does not save it', async () => {
    const { door, createDoor, clock } = await locked({
      stretch: async (passphrase, salt, cost) =>
        passphrase === 'page closed here' ? new Promise(() => undefined) : quickStretch(passphrase, salt, cost),
    })
    void door.open('page closed here')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await createDoor().open(RIGHT)).toMatchObject({ code: 'VAULT_LOCKED', retryAfterMs: 1_000 })
    await clock.advance(1_000)
    expect((await createDoor().open(RIGHT)).ok).toBe(true)
  })

  it('[K11] a changed key record is damage, not a wrong passphrase', async () => {
    const { indexedDb, door } = await locked()
    const record = (await inStorage(indexedDb!, 'key', (store) => store.get('key'))) as { wrapped: Uint8Array }
    await inStorage(indexedDb!, 'key', (store) =>
      store.put({ ...record, wrapped: record.wrapped.map((byte) => byte ^ 1) }, 'key'),
    )
    expect(await door.open(RIGHT)).toEqual({ ok: false, code: 'VAULT_UNAVAILABLE' })
  })
})

describe('storage that fails', () => {
  it('[K11] no storage at all: refused with a code', async () => {
    const { door } = setUp({ indexedDb: undefined })
    expect(await door.open()).toEqual({ ok: false, code: 'VAULT_UNAVAILABLE' })
    await expect(door.state()).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
    await expect(door.destroy()).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
  })

  it.each([null, 7, 'text', {}, { version: 1 }, { version: 2, kind: 'device' }])(
    '[K11] a key record that is none (%j): refused, and a wipe makes a new vault',
    async (record) => {
      const { indexedDb, door } = setUp()
      const vault = await opened(door)
      await vault.write([{ shelf: 'self', key: ['x'], value: 1 }])
      vault.close()
      await inStorage(indexedDb!, 'key', (store) => store.put(record, 'key'))
      expect(await door.open()).toEqual({ ok: false, code: 'VAULT_UNAVAILABLE' })
      await door.destroy()
      expect(await (await opened(door)).get('self', ['x'])).toBeUndefined()
    },
  )

  it('[K11] a wipe that was cut after the key: what is left is nobody’s, and goes when a new vault is made', async () => {
    const { indexedDb, door } = setUp()
    const vault = await opened(door)
    await vault.write([{ shelf: 'self', key: ['x'], value: 1 }])
    vault.close()
    await inStorage(indexedDb!, 'key', (store) => store.clear())
    expect(await door.state()).toBe('new')
    const fresh = await opened(door)
    expect(await fresh.list({ shelf: 'self', prefix: [] })).toEqual([])
    expect(await inStorage(indexedDb!, 'self', (store) => store.count())).toBe(0)
  })

  it('[K4] a crash between any two steps of the storage leaves the one state or the other', async () => {
    for (let steps = 0; steps < 12; steps += 1) {
      const real = new IDBFactory()
      const { door } = setUp({ indexedDb: real })
      const vault = await opened(door)
      await vault.write([1, 2, 3].map((at) => ({ shelf: 'messages', key: ['c', at], value: 'old' })))
      vault.close()
      const failing = setUp({ indexedDb: failingAfter(real, steps) })
      const second = await failing.door.open()
      if (second.ok) {
        await second.value
          .write([1, 2, 3].map((at) => ({ shelf: 'messages', key: ['c', at], value: 'new' })))
          .catch(() => undefined)
        second.value.close()
      }
      const third = await opened(setUp({ indexedDb: real }).door)
      const values = (await third.list({ shelf: 'messages', prefix: [] })).map(({ value }) => value)
      expect(values.length).toBe(3)
      expect(new Set(values).size, `after ${steps} steps`).toBe(1)
      third.close()
    }
  })

  it('[K4] of two tabs only the one that opened last writes, also what the other began before it knew', async () => {
    const { door, createDoor } = setUp()
    const first = await opened(door)
    await first.write([{ shelf: 'groups', key: ['c', 1], value: 'first' }])
    const late = first.write([{ shelf: 'groups', key: ['c', 1], value: 'late' }])
    const second = await opened(createDoor())
    await late.catch(() => undefined)
    const seen = await second.get('groups', ['c', 1])
    await expect(first.write([{ shelf: 'groups', key: ['c', 1], value: 'x' }])).rejects.toMatchObject({
      code: 'VAULT_UNAVAILABLE',
    })
    expect(await second.get('groups', ['c', 1])).toBe(seen)
    await second.write([{ shelf: 'groups', key: ['c', 1], value: 'second' }])
    expect(await first.get('groups', ['c', 1])).toBe('second')
  })

  it('[K11] a wipe goes through with another tab holding the database open', async () => {
    const { indexedDb, door, createDoor } = setUp()
    const vault = await opened(door)
    await vault.write([{ shelf: 'self', key: ['x'], value: 1 }])
    const other = createDoor()
    await opened(other)
    await door.destroy()
    expect(await setUp({ indexedDb }).door.state()).toBe('new')
    await expect(vault.get('self', ['x'])).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
  })
})

/** Storage of a page that dies: after so many requests everything is aborted. */
function failingAfter(real: IDBFactory, steps: number): IDBFactory {
  let left = steps
  const isOver = () => left-- <= 0
  const dying = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(object, name) {
        const member = Reflect.get(object, name, object) as unknown
        if (typeof member !== 'function') return member
        return (...input: unknown[]) => {
          const isRequest = ['put', 'get', 'delete', 'clear'].includes(String(name))
          if (isRequest && isOver()) {
            ;(object as unknown as IDBObjectStore).transaction.abort()
          }
          const result = (member as (...input: unknown[]) => unknown).apply(object, input)
          return ['transaction', 'objectStore'].includes(String(name)) ? dying(result as object) : result
        }
      },
    })
  const factory = Object.create(real) as IDBFactory
  factory.open = (name: string, version?: number) => {
    const request = real.open(name, version)
    return new Proxy(request, {
      get(object, member) {
        const value = Reflect.get(object, member, object) as unknown
        if (member === 'result' && value) return dying(value)
        return typeof value === 'function' ? (value as () => unknown).bind(object) : value
      },
    })
  }
  return factory
}
