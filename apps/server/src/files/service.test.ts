import { alice, bob, carol, createFakeClock, createFakeLog, createSeededRandom, settle } from '@visavis/testkit'
import { DAY, HOUR } from '@visavis/ports'
import {
  FILE_BYTES_MAX,
  FILE_PART_BYTES,
  FILES_BYTES_PER_ACCOUNT_MAX,
  fail,
  ok,
  type AccountId,
  type ConversationId,
  type Result,
} from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { fileIdOf } from '../../tests/support/file-ids.ts'
import { createMemoryFileStore, createMemoryPartStore } from '../../tests/support/memory-files.ts'
import { createFiles } from './service.ts'

const CONVERSATION = 'c0000000-0000-4000-8000-000000000001' as ConversationId
const registered = ({ accountId }: { accountId: AccountId }) => ({ accountId, isRegistered: true })
const [A, B, C] = [registered(alice), registered(bob), registered(carol)]
const GONE = { ok: false, code: 'FILE_GONE' }

function setUp() {
  const clock = createFakeClock()
  const log = createFakeLog()
  const parts = createMemoryPartStore()
  const store = createMemoryFileStore()
  const members = new Set<AccountId>([alice.accountId, bob.accountId])
  const apart = new Map<AccountId, ReadonlySet<AccountId>>()
  const isMember = async (id: ConversationId, account: AccountId) => id === CONVERSATION && members.has(account)
  /** What the conversation answers a member who would write. */
  const state: { allowed: Result<true> } = { allowed: ok(true) }
  const files = createFiles({
    clock,
    log,
    parts,
    store,
    random: createSeededRandom(4),
    isMember,
    mayWrite: async (id, account) => ((await isMember(id, account)) ? state.allowed : fail('CONVERSATION_UNKNOWN')),
    apartFrom: async (account) => apart.get(account) ?? new Set(),
  })
  return { clock, log, parts, store, members, apart, state, files }
}

const SIZE = 2 * FILE_PART_BYTES + 10
const whole = new Uint8Array(FILE_PART_BYTES).fill(1)
const tail = new Uint8Array(10).fill(3)

async function announced(files: ReturnType<typeof setUp>['files'], sizeBytes = SIZE) {
  const made = await files.create(A, { conversationId: CONVERSATION, sizeBytes })
  if (!made.ok) throw new Error(made.code)
  return made.value.fileId
}

async function uploaded(files: ReturnType<typeof setUp>['files']) {
  const fileId = await announced(files)
  for (const [part, bytes] of [whole, whole, tail].entries()) await files.put(A, fileId, part, bytes)
  return fileId
}

describe('files', () => {
  it('[K2] come in parts in any order and again, and are complete with the last', async () => {
    const { files } = setUp()
    const fileId = await announced(files)
    expect(await files.put(A, fileId, 2, tail)).toEqual({ ok: true, value: { complete: false } })
    expect(await files.put(A, fileId, 2, tail)).toEqual({ ok: true, value: { complete: false } })
    const half = await files.describe(B, fileId)
    expect(half).toMatchObject({ value: { sizeBytes: SIZE, complete: false, missing: [0, 1] } })
    await files.put(A, fileId, 1, whole)
    expect(await files.put(A, fileId, 0, whole)).toEqual({ ok: true, value: { complete: true } })
    expect(await files.describe(B, fileId)).toMatchObject({ value: { complete: true, missing: [] } })
    expect(await files.read(B, fileId, 2)).toEqual({ ok: true, value: { bytes: tail } })
  })

  it('[K2] do not change once a part is there: another try answers the same and writes nothing', async () => {
    const { files } = setUp()
    const fileId = await announced(files)
    await files.put(A, fileId, 2, tail)
    await files.put(A, fileId, 2, new Uint8Array(10).fill(9))
    expect(await files.read(A, fileId, 2)).toEqual({ ok: true, value: { bytes: tail } })
    for (const part of [0, 1]) await files.put(A, fileId, part, whole)
    expect(await files.put(A, fileId, 2, new Uint8Array(10).fill(9))).toEqual({ ok: true, value: { complete: true } })
    expect(await files.read(A, fileId, 2)).toEqual({ ok: true, value: { bytes: tail } })
  })

  it('[K2] take parts of their exact length only, and no part that they do not have', async () => {
    const { files, parts } = setUp()
    const fileId = await announced(files)
    for (const [part, bytes] of [
      [0, tail],
      [0, new Uint8Array(FILE_PART_BYTES + 1)],
      [2, whole],
      [2, new Uint8Array(0)],
      [2, new Uint8Array(11)],
    ] as const)
      expect(await files.put(A, fileId, part, bytes)).toEqual({ ok: false, code: 'WIRE_INVALID' })
    expect(await files.put(A, fileId, 3, tail)).toEqual(GONE)
    expect(await files.read(A, fileId, 3)).toEqual(GONE)
    expect(parts.files.size).toBe(0)
  })

  it('[K2] are for the people of the conversation; only the uploader adds to them and deletes them', async () => {
    const { files } = setUp()
    const fileId = await announced(files)
    await files.put(A, fileId, 2, tail)
    expect(await files.put(B, fileId, 0, whole)).toEqual(GONE)
    expect(await files.remove(B, fileId)).toEqual(GONE)
    expect((await files.describe(B, fileId)).ok && (await files.read(B, fileId, 2)).ok).toBe(true)
    for (const outcome of [
      await files.put(C, fileId, 0, whole),
      await files.describe(C, fileId),
      await files.read(C, fileId, 2),
      await files.remove(C, fileId),
      await files.describe(A, fileIdOf(99)),
    ])
      expect(outcome).toEqual(GONE)
    expect(await files.create(C, { conversationId: CONVERSATION, sizeBytes: 1 })).toEqual({
      ok: false,
      code: 'CONVERSATION_UNKNOWN',
    })
    const unbound = { accountId: alice.accountId, isRegistered: false }
    expect(await files.create(unbound, { conversationId: CONVERSATION, sizeBytes: 1 })).toEqual({
      ok: false,
      code: 'DEVICE_REQUIRED',
    })
  })

  it('[K2] [M7] are gone for who is apart from the uploader, whoever has blocked whom, and for who has left', async () => {
    const { files, apart, members } = setUp()
    const fileId = await uploaded(files)
    apart.set(bob.accountId, new Set([alice.accountId]))
    expect([await files.describe(B, fileId), await files.read(B, fileId, 0)]).toEqual([GONE, GONE])
    apart.clear()
    expect((await files.read(B, fileId, 0)).ok).toBe(true)
    members.delete(bob.accountId)
    expect(await files.read(B, fileId, 0)).toEqual(GONE)
    members.delete(alice.accountId)
    expect((await files.describe(A, fileId)).ok).toBe(true)
  })

  it('[K2] [WV7] are not taken, nor gone on with, where no message would be; what is there stays readable', async () => {
    const { files, state, parts } = setUp()
    const done = await uploaded(files)
    const half = await announced(files)
    for (const code of ['CONVERSATION_UNKNOWN', 'CONVERSATION_WAITS'] as const) {
      state.allowed = fail(code)
      expect(await files.create(A, { conversationId: CONVERSATION, sizeBytes: 1 })).toEqual({ ok: false, code })
      expect(await files.put(A, half, 2, tail)).toEqual({ ok: false, code })
    }
    expect([...parts.files.keys()]).toEqual([done])
    expect(await files.read(B, done, 2)).toEqual({ ok: true, value: { bytes: tail } })
    state.allowed = ok(true)
    expect(await files.put(A, half, 2, tail)).toEqual({ ok: true, value: { complete: false } })
  })

  it('[K2] take an account no more than its share, until some are deleted', async () => {
    const { files } = setUp()
    const wish = { conversationId: CONVERSATION, sizeBytes: FILE_BYTES_MAX }
    const ids = []
    for (let bytes = FILE_BYTES_MAX; bytes <= FILES_BYTES_PER_ACCOUNT_MAX; bytes += FILE_BYTES_MAX)
      ids.push(await announced(files, FILE_BYTES_MAX))
    expect(await files.create(A, wish)).toEqual({ ok: false, code: 'FILE_QUOTA' })
    expect((await files.create(B, wish)).ok).toBe(true)
    await files.remove(A, ids[0] ?? fileIdOf(0))
    expect((await files.create(A, wish)).ok).toBe(true)
  })

  it('[K2] are gone with their bytes after 30 days, and after a day when they were never completed', async () => {
    const { files, clock, parts } = setUp()
    const done = await uploaded(files)
    const half = await announced(files)
    await files.put(A, half, 2, tail)
    const stop = files.start()
    await clock.advance(DAY - HOUR)
    expect(parts.files.size).toBe(2)
    await clock.advance(2 * HOUR)
    expect([...parts.files.keys()]).toEqual([done])
    expect(await files.put(A, half, 0, whole)).toEqual(GONE)
    await clock.advance(29 * DAY - 2 * HOUR)
    expect((await files.read(B, done, 0)).ok).toBe(true)
    await clock.advance(HOUR)
    expect(await files.read(B, done, 0)).toEqual(GONE)
    await clock.advance(HOUR)
    expect(parts.files.size).toBe(0)
    stop()
    expect(clock.pending()).toBe(0)
  })

  it('[K2] are deleted with their bytes, also while a part is on its way', async () => {
    const { files, parts } = setUp()
    const fileId = await uploaded(files)
    expect(await files.remove(A, fileId)).toEqual({ ok: true, value: {} })
    expect([await files.describe(B, fileId), parts.files.size]).toEqual([GONE, 0])
    const other = await announced(files)
    const put = parts.put.bind(parts)
    parts.put = async (...part) => {
      await put(...part)
      await files.remove(A, other)
      await put(...part)
    }
    expect(await files.put(A, other, 0, whole)).toEqual(GONE)
    expect(parts.files.size).toBe(0)
  })

  it('[K2] are removed later from a store that is away when their time is over, or when they are deleted', async () => {
    const { files, clock, parts } = setUp()
    await uploaded(files)
    const other = await uploaded(files)
    const remove = parts.remove.bind(parts)
    parts.remove = () => Promise.reject(new Error('away'))
    await expect(files.remove(A, other)).rejects.toThrow('away')
    const stop = files.start()
    await clock.advance(31 * DAY)
    expect(parts.files.size).toBe(2)
    parts.remove = remove
    await clock.advance(HOUR)
    expect(parts.files.size).toBe(0)
    stop()
  })

  it('[K2] that a crash has left without a record are found at the next start, and nothing else is', async () => {
    const { files, parts, log } = setUp()
    const fileId = await uploaded(files)
    await parts.put(fileIdOf(77), 0, tail)
    const stop = files.start()
    await settle(10)
    expect([...parts.files.keys()]).toEqual([fileId])
    expect(log.text()).toContain('files.orphans-removed')
    stop()
  })
})
