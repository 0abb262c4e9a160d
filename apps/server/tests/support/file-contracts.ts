import { alice, bob } from '@visavis/testkit'
import type { ConversationId, FileId } from '@visavis/wire'
import { expect, it } from 'vitest'
import type { FileStore, PartStore, StoredFile } from '../../src/files/index.ts'
import { fileIdOf } from './file-ids.ts'

/** What stores of files must do, whatever they store in. `create` gives an empty one; of records, one with test people. */

export async function listed(store: PartStore): Promise<readonly FileId[]> {
  const found: FileId[] = []
  for await (const fileId of store.list()) found.push(fileId)
  return found.toSorted()
}

export function partStoreContract(create: () => Promise<PartStore>): void {
  it('[K2] gives back the bytes of each part, and nothing of what is not there', async () => {
    const store = await create()
    const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at % 251)
    await store.put(fileIdOf(1), 0, bytes)
    await store.put(fileIdOf(1), 12, Uint8Array.of(1))
    await store.put(fileIdOf(2), 0, Uint8Array.of(2))
    expect(await store.get(fileIdOf(1), 0)).toEqual(bytes)
    expect(await store.get(fileIdOf(1), 12)).toEqual(Uint8Array.of(1))
    expect(await store.get(fileIdOf(1), 1)).toBeUndefined()
    expect(await store.get(fileIdOf(3), 0)).toBeUndefined()
  })

  it('[K2] replaces a part, also when two write it at once', async () => {
    const store = await create()
    await store.put(fileIdOf(1), 0, Uint8Array.of(1))
    await store.put(fileIdOf(1), 0, Uint8Array.of(2, 2))
    expect(await store.get(fileIdOf(1), 0)).toEqual(Uint8Array.of(2, 2))
    const both = [3, 4].map((value) => new Uint8Array(50_000).fill(value))
    await Promise.all(both.map((bytes) => store.put(fileIdOf(1), 0, bytes)))
    expect(both).toContainEqual(await store.get(fileIdOf(1), 0))
  })

  it('[K2] removes a file with all its parts, and lists the others', async () => {
    const store = await create()
    expect(await listed(store)).toEqual([])
    for (const part of [0, 1]) await store.put(fileIdOf(1), part, Uint8Array.of(part))
    await store.put(fileIdOf(2), 0, Uint8Array.of(9))
    expect(await listed(store)).toEqual([fileIdOf(1), fileIdOf(2)])
    await store.remove(fileIdOf(1))
    await store.remove(fileIdOf(3))
    expect([await store.get(fileIdOf(1), 0), await listed(store)]).toEqual([undefined, [fileIdOf(2)]])
  })
}

export function storedFile(number: number, more: Partial<StoredFile> = {}): StoredFile {
  return {
    fileId: fileIdOf(number),
    conversationId: 'c0000000-0000-4000-8000-000000000001' as ConversationId,
    uploader: alice.accountId,
    sizeBytes: 300,
    parts: 2,
    isComplete: false,
    createdAtMs: 1_000,
    expiresAtMs: 9_000,
    ...more,
  }
}

export function fileStoreContract(create: () => Promise<FileStore>): void {
  it('[K2] keeps what is known of a file, and is complete with its last part, whatever came twice', async () => {
    const store = await create()
    expect(await store.add(storedFile(1), 1_000)).toBe(true)
    expect(await store.find(fileIdOf(1))).toEqual(storedFile(1))
    expect(await store.find(fileIdOf(2))).toBeUndefined()
    expect(await store.record(fileIdOf(1), 1)).toEqual({ isComplete: false })
    expect(await store.record(fileIdOf(1), 1)).toEqual({ isComplete: false })
    expect(await store.partsOf(fileIdOf(1))).toEqual(new Set([1]))
    expect(await store.record(fileIdOf(1), 0)).toEqual({ isComplete: true })
    expect(await store.find(fileIdOf(1))).toEqual(storedFile(1, { isComplete: true }))
    await store.remove(fileIdOf(1))
    expect(await store.record(fileIdOf(1), 0)).toBeUndefined()
    expect(await store.partsOf(fileIdOf(1))).toEqual(new Set())
  })

  it('[K2] is complete once when the last two parts come at the same time', async () => {
    const store = await create()
    await store.add(storedFile(1), 1_000)
    const both = await Promise.all([0, 1].map((part) => store.record(fileIdOf(1), part)))
    expect(both.filter((each) => each?.isComplete)).toHaveLength(1)
  })

  it('[K2] keeps an account within its share, also when two files come at once; what has expired does not count', async () => {
    const store = await create()
    const added = await Promise.all([1, 2, 3, 4].map((number) => store.add(storedFile(number), 1_000)))
    expect(added.filter(Boolean)).toHaveLength(3)
    expect(await store.add(storedFile(5, { uploader: bob.accountId, sizeBytes: 1_000 }), 1_000)).toBe(true)
    expect(await store.add(storedFile(6, { createdAtMs: 9_000, expiresAtMs: 20_000, sizeBytes: 1_000 }), 1_000)).toBe(
      true,
    )
  })

  it('[K2] sweeps what has expired and what was never completed, so many at once', async () => {
    const store = await create()
    await store.add(storedFile(1), 9_000)
    await store.add(storedFile(2, { createdAtMs: 3_000 }), 9_000)
    await store.add(storedFile(3, { isComplete: true }), 9_000)
    const sweep = (nowMs: number, limit = 10) => store.sweep({ nowMs, incompleteBeforeMs: nowMs - 2_000, limit })
    expect(await sweep(2_999)).toEqual([])
    expect(await sweep(3_000)).toEqual([fileIdOf(1)])
    expect(await sweep(8_999)).toEqual([fileIdOf(2)])
    expect(await sweep(9_000)).toEqual([fileIdOf(3)])
    for (const number of [4, 5, 6]) await store.add(storedFile(number), 9_000)
    expect([(await sweep(9_000, 2)).length, (await sweep(9_000, 2)).length]).toEqual([2, 1])
  })
}
