import type { DBAdapter, Where } from '@better-auth/core/db/adapter'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { beforeEach, describe, expect, it } from 'vitest'
import { hideSessionTokens } from './session-tokens.ts'

// Over the library's own adapter in memory, whose rows can be looked at; the real storages: tests/accounts-session-tokens.

type Session = { id: string; userId: string; token: string; expiresAt: Date }

// As auth-library.ts names it: the library then answers to both names.
const OPTIONS = { session: { modelName: 'sessions' } }
const KEY = new Uint8Array(32).fill(7)
const UNTIL = new Date('2027-01-01')

describe('[A8] session tokens in the storage', () => {
  let rows: Record<string, Record<string, unknown>[]>
  let adapter: DBAdapter
  const make = (token: string, on: Pick<DBAdapter, 'create'> = adapter) =>
    on.create<Omit<Session, 'id'>, Session>({ model: 'session', data: { userId: 'u', token, expiresAt: UNTIL } })
  const by = (token: string | string[], operator: Where['operator'] = 'eq'): Where[] => [
    { field: 'token', value: token, operator },
  ]
  const find = (where: Where[]) => adapter.findOne<Session>({ model: 'session', where })
  const stored = () => (rows['sessions'] ?? []).map((row) => String(row['token']))

  beforeEach(() => {
    rows = { sessions: [], user: [], account: [], verification: [] }
    adapter = hideSessionTokens(memoryAdapter(rows)(OPTIONS), KEY)
  })

  it('are written as a hash of fixed form, told back to the maker, and differ by key', async () => {
    expect((await make('secret-a')).token).toBe('secret-a')
    await make('secret-a', hideSessionTokens(memoryAdapter(rows)(OPTIONS), new Uint8Array(32).fill(8)))
    expect(new Set(stored()).size).toBe(2)
    for (const token of stored()) expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })

  it('find their session, and a hash that was read finds nothing', async () => {
    const made = await make('secret-a')
    expect((await find(by('secret-a')))?.token).toBe('secret-a')
    expect(await find(by(stored()[0] ?? ''))).toBeNull()
    expect((await find([{ field: 'id', value: made.id }]))?.token).toBe(stored()[0])
  })

  it('are hashed in every comparison, also of many and of others', async () => {
    for (const token of ['a', 'b', 'c']) await make(token)
    const many = await adapter.findMany<Session>({ model: 'session', where: by(['a', 'c', 'x'], 'in') })
    expect(many.map(({ token }) => token).toSorted()).toEqual(['a', 'c'])
    expect(await adapter.count({ model: 'session', where: by('a', 'ne') })).toBe(2)
    expect(await adapter.count({ model: 'sessions', where: by(['a', 'b'], 'not_in') })).toBe(1)
    expect(await adapter.count({ model: 'session' })).toBe(3)
  })

  it('are hashed in every change: renewed, replaced, consumed, deleted', async () => {
    for (const token of ['a', 'b', 'c', 'd']) await make(token)
    const later = new Date('2028-01-01')
    const renewed = await adapter.update<Session>({ model: 'session', where: by('a'), update: { expiresAt: later } })
    expect(renewed).toMatchObject({ token: 'a', expiresAt: later })
    const replaced = await adapter.update<Session>({ model: 'session', where: by('a'), update: { token: 'e' } })
    expect(replaced?.token).toBe('e')
    expect(await find(by('a'))).toBeNull()
    expect(await adapter.updateMany({ model: 'session', where: by('e'), update: { token: 'f' } })).toBe(1)
    expect((await adapter.consumeOne<Session>({ model: 'session', where: by('f') }))?.token).toBe('f')
    await adapter.delete({ model: 'session', where: by('b') })
    expect(await adapter.deleteMany({ model: 'session', where: by(['c', 'x'], 'in') })).toBe(1)
    expect(stored()).toHaveLength(1)
    expect((await find(by('d')))?.token).toBe('d')
  })

  it('are hashed inside a transaction as well', async () => {
    const found = await adapter.transaction(async (txn) => {
      await make('inside', txn)
      return txn.findOne<Session>({ model: 'session', where: by('inside') })
    })
    expect(found?.token).toBe('inside')
    expect(stored()).not.toContain('inside')
    expect((await find(by('inside')))?.id).toBe(found?.id)
  })

  it('are compared whole: a question about part of one, or regardless of case, is a bug', async () => {
    await make('secret-a')
    for (const operator of ['contains', 'starts_with', 'ends_with', 'gt'] as const) {
      await expect(find(by('secret', operator))).rejects.toThrow('compared whole')
    }
    await expect(find([{ field: 'token', value: 'SECRET-A', mode: 'insensitive' }])).rejects.toThrow('compared whole')
  })

  it('leave every other table alone', async () => {
    const data = { identifier: 'i', value: 'v', token: 'not a session', expiresAt: UNTIL }
    const made = await adapter.create({ model: 'verification', data })
    const found = await adapter.findOne<{ id: string }>({
      model: 'verification',
      where: [{ field: 'identifier', value: 'i' }],
    })
    expect(found).toEqual(made)
  })
})
