import { alice, bob } from '@visavis/testkit'
import { expect, it } from 'vitest'
import type { BackupStore, StoredBackup } from '../../src/backups/index.ts'

const [A, B] = [alice.accountId, bob.accountId]
export const uploadIdOf = (number: number) => `b0000000-0000-4000-8000-${String(number).padStart(12, '0')}`

export function storedBackup(number: number, more: Partial<StoredBackup> = {}): StoredBackup {
  return {
    uploadId: uploadIdOf(number),
    version: number,
    segments: 2,
    slot: Uint8Array.of(1, number),
    manifest: Uint8Array.of(2, number),
    updatedAtMs: 1_000,
    expiresAtMs: 9_000,
    ...more,
  }
}

/** What stores of backups must do, whatever they store in. `create` gives an empty one with test people. */
export function backupStoreContract(create: () => Promise<BackupStore>): void {
  async function upload(store: BackupStore, number: number, of = A, count = 2): Promise<void> {
    for (let segment = 0; segment < count; segment += 1)
      await store.putSegment(of, { uploadId: uploadIdOf(number), segment }, Uint8Array.of(number, segment), 500)
  }
  const read = (store: BackupStore, number: number, segment = 0, of = A) =>
    store.readSegment(of, { uploadId: uploadIdOf(number), segment })

  it('[K9] gives a backup back whole once it is committed, and nothing of it before', async () => {
    const store = await create()
    expect(await store.find(A)).toBeUndefined()
    await upload(store, 1)
    expect(await read(store, 1)).toBeUndefined()
    expect(await store.commit(A, storedBackup(1))).toBe(true)
    expect(await store.find(A)).toEqual(storedBackup(1))
    expect([await read(store, 1, 0), await read(store, 1, 1), await read(store, 1, 2)]).toEqual([
      Uint8Array.of(1, 0),
      Uint8Array.of(1, 1),
      undefined,
    ])
    expect(await store.putSegment(A, { uploadId: uploadIdOf(1), segment: 0 }, Uint8Array.of(9), 500)).toBe(false)
    expect(await read(store, 1)).toEqual(Uint8Array.of(1, 0))
  })

  it('[WH4] [K9] replaces a backup at once, by a later version only, and never by one with holes', async () => {
    const store = await create()
    await upload(store, 2)
    await store.commit(A, storedBackup(2))
    await upload(store, 3, A, 1)
    expect(await store.commit(A, storedBackup(3))).toBe(false)
    expect(await store.commit(A, storedBackup(3, { segments: 3 }))).toBe(false)
    await upload(store, 3, A, 2)
    expect(await store.commit(A, storedBackup(3, { version: 2 }))).toBe(false)
    expect([await store.find(A), await read(store, 2, 1)]).toEqual([storedBackup(2), Uint8Array.of(2, 1)])
    expect(await store.commit(A, storedBackup(3))).toBe(true)
    expect([await read(store, 2), await read(store, 3)]).toEqual([undefined, Uint8Array.of(3, 0)])
    expect(await store.commit(A, storedBackup(4))).toBe(false)
  })

  it('[WH4] [K9] a later upload ends the one before it, and leaves the backup alone', async () => {
    const store = await create()
    await upload(store, 1)
    await store.commit(A, storedBackup(1))
    await upload(store, 2)
    await upload(store, 3)
    expect(await store.commit(A, storedBackup(2))).toBe(false)
    expect(await read(store, 1)).toEqual(Uint8Array.of(1, 0))
    expect(await store.commit(A, storedBackup(3))).toBe(true)
  })

  it('[K9] of two commits of one version at the same time one is taken', async () => {
    const store = await create()
    await upload(store, 1)
    const both = await Promise.all([1, 2].map(() => store.commit(A, storedBackup(1))))
    expect(both.filter((isTaken) => isTaken)).toEqual([true])
  })

  it('[K9] keeps accounts apart, and removes all of one', async () => {
    const store = await create()
    for (const of of [A, B]) {
      await upload(store, 1, of)
      await store.commit(of, storedBackup(1))
    }
    await upload(store, 2)
    await store.remove(A)
    expect([await store.find(A), await read(store, 1), await store.commit(A, storedBackup(2))]).toEqual([
      undefined,
      undefined,
      false,
    ])
    expect([await store.find(B), await read(store, 1, 1, B)]).toEqual([storedBackup(1), Uint8Array.of(1, 1)])
  })

  it('[K9] forgets backups after their time, and uploads that nobody committed', async () => {
    const store = await create()
    await upload(store, 1)
    await store.commit(A, storedBackup(1))
    await upload(store, 2)
    await store.sweep({ nowMs: 8_999, uploadsBeforeMs: 499 })
    expect(await store.find(A)).toEqual(storedBackup(1))
    await store.sweep({ nowMs: 8_999, uploadsBeforeMs: 500 })
    expect(await read(store, 1)).toEqual(Uint8Array.of(1, 0))
    expect(await store.commit(A, storedBackup(2))).toBe(false)
    await store.sweep({ nowMs: 9_000, uploadsBeforeMs: 500 })
    expect([await store.find(A), await read(store, 1)]).toEqual([undefined, undefined])
  })
}
