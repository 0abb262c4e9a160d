import { createCipheriv, createDecipheriv } from 'node:crypto'
import { DAY, HOUR, type Clock, type Log, type Random } from '@visavis/ports'
import { STAMP_KEY_DAYS } from '@visavis/wire'
import type { Kysely } from 'kysely'
import { createMac, type Mac } from './mac.ts'

/** `mac` is `key` made ready once. */
export type StampKey = { readonly id: number; readonly key: Uint8Array; readonly mac: Mac }

/**
 * Keys of the stamps on messages and on key frames of calls, a new one each day (UTC), destroyed when nothing under it can be
 * reported any more. Each kind of stamp has a label of its own (e2ee SPEC EF9, EV3), so none passes for another. The table
 * was made by the first migration of conversations.
 */
export type StampKeys = {
  /** The key of that day, made when it is first asked for. Rejects when storage is away. */
  current(nowMs: number): Promise<StampKey>
  /** The same if it is in memory already. */
  peek(nowMs: number): StampKey | undefined
  /** Undefined: there never was one, or it has been destroyed. */
  byId(id: number): Promise<Uint8Array | undefined>
  /** Begins to destroy what is too old, once an hour; returns what ends that. */
  start(): () => void
}

export type StampKeyTables = { stamp_keys: { key_id: number; sealed: Uint8Array<ArrayBuffer>; made_at_ms: number } }

export type StampKeyStore = {
  /** Keeps it, or returns the one another node made of the same id before. */
  add(row: { id: number; sealed: Uint8Array<ArrayBuffer>; madeAtMs: number }): Promise<Uint8Array<ArrayBuffer>>
  find(id: number): Promise<Uint8Array<ArrayBuffer> | undefined>
  destroyBefore(id: number): Promise<void>
}

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const VERSION = 1

export function createStampKeyStore(db: Kysely<StampKeyTables>): StampKeyStore {
  const find: StampKeyStore['find'] = async (id) => {
    const row = await db.selectFrom('stamp_keys').select('sealed').where('key_id', '=', id).executeTakeFirst()
    return row && new Uint8Array(row.sealed)
  }
  return {
    find,
    async add({ id, sealed, madeAtMs }) {
      await db
        .insertInto('stamp_keys')
        .values({ key_id: id, sealed, made_at_ms: madeAtMs })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      return (await find(id)) ?? sealed
    },
    async destroyBefore(id) {
      await db.deleteFrom('stamp_keys').where('key_id', '<', id).execute()
    },
  }
}

export function createStampKeys(deps: {
  clock: Clock
  random: Random
  log: Log
  store: StampKeyStore
  /** Seals the keys where they are stored (AES-256-GCM), so that the database alone makes no stamps. */
  sealKey: Uint8Array
}): StampKeys {
  const { clock, random, log, store, sealKey } = deps
  const known = new Map<number, StampKey>()
  const making = new Map<number, Promise<StampKey>>()
  const idAt = (nowMs: number) => Math.floor(nowMs / DAY)

  function peek(nowMs: number): StampKey | undefined {
    return known.get(idAt(nowMs))
  }

  async function make(nowMs: number): Promise<StampKey> {
    const id = idAt(nowMs)
    try {
      const draft = seal(sealKey, random.bytes(NONCE_BYTES), id, random.bytes(KEY_BYTES))
      const kept = (await store.find(id)) ?? (await store.add({ id, sealed: draft, madeAtMs: nowMs }))
      const made = stampKeyOf(id, unseal(sealKey, id, kept))
      known.set(id, made)
      return made
    } finally {
      making.delete(id)
    }
  }

  function current(nowMs: number): Promise<StampKey> {
    const ready = peek(nowMs)
    if (ready) return Promise.resolve(ready)
    const id = idAt(nowMs)
    const made = making.get(id) ?? make(nowMs)
    if (!known.has(id)) making.set(id, made)
    return made
  }

  async function byId(id: number): Promise<Uint8Array | undefined> {
    if (id < oldest()) return undefined
    const ready = known.get(id)
    if (ready) return ready.key
    const sealed = await store.find(id)
    return sealed && unseal(sealKey, id, sealed)
  }

  const oldest = () => idAt(clock.nowMs()) - STAMP_KEY_DAYS

  function sweep(): void {
    for (const [id, { key, mac }] of known) {
      if (id >= oldest()) continue
      key.fill(0)
      mac.destroy()
      known.delete(id)
    }
    store.destroyBefore(oldest()).catch((error: unknown) => log.warn('stamp-keys.sweep-failed', { err: error }))
  }

  return {
    current,
    peek,
    byId,
    start() {
      sweep()
      return clock.every(HOUR, sweep)
    },
  }
}

export function stampKeyOf(id: number, key: Uint8Array): StampKey {
  return { id, key, mac: createMac(key) }
}

/** `version u8 | nonce[12] | ciphertext[32] | tag[16]`, bound to the key's id. */
function seal(sealKey: Uint8Array, nonce: Uint8Array, id: number, key: Uint8Array): Uint8Array<ArrayBuffer> {
  const cipher = createCipheriv('aes-256-gcm', sealKey, nonce).setAAD(Buffer.from(`stamp-key ${id}`))
  const body = Buffer.concat([cipher.update(key), cipher.final()])
  return new Uint8Array(Buffer.concat([Uint8Array.of(VERSION), nonce, body, cipher.getAuthTag()]))
}

/** Throws when this server did not seal it: without its secret no old stamp can be checked, and no operator should miss that. */
function unseal(sealKey: Uint8Array, id: number, sealed: Uint8Array): Uint8Array {
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', sealKey, nonce).setAAD(Buffer.from(`stamp-key ${id}`))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const body = decipher.update(sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES))
  return new Uint8Array(Buffer.concat([body, decipher.final()]))
}
