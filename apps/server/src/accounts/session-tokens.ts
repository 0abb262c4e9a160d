import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import type { DBAdapter, DBTransactionAdapter, Where } from '@better-auth/core/db/adapter'
import type { BetterAuthPlugin } from 'better-auth'

type Row = Record<string, unknown>
type Query = {
  readonly model: string
  readonly where?: Where[] | undefined
  readonly data?: unknown
  readonly update?: unknown
  readonly set?: unknown
}
type Hidden<Q> = {
  /** The query as the database may see it. */
  readonly query: Q
  /** Puts the tokens that were asked with back into what came out. */
  readonly reveal: <R>(found: R) => R
}

/** By the library's name and by the table's; the library accepts both. */
const MODELS: ReadonlySet<string> = new Set(['session', 'sessions'])
const WHOLE: ReadonlySet<string> = new Set(['eq', 'ne', 'in', 'not_in'])

/**
 * Keeps session tokens out of the database: a stolen copy of it, or of a backup, signs nobody in. The library stores
 * them bare; here everything it asks of its storage passes, and a token is replaced by its HMAC-SHA-256 (RFC 2104) on
 * the way in. Who asked with a token gets it back in the answer; whoever found a session by other means gets the hash.
 * The schema refuses a bare token (migration 0002), so a way around this would fail and not leak.
 */
export function sessionTokens(key: Uint8Array): BetterAuthPlugin {
  return {
    id: 'visavis-session-tokens',
    init({ adapter }) {
      // In place, because the library knows the check of its schema by the adapter's identity.
      Object.assign(adapter, hideSessionTokens({ ...adapter }, key))
    },
  }
}

/** The adapter, with session tokens hashed by `key` on the way in. Throws for a query that needs part of a token. */
export function hideSessionTokens(inner: DBAdapter, key: Uint8Array): DBAdapter {
  const hide = createHide(key)
  return {
    ...inner,
    ...hideIn(inner, hide),
    transaction: (work) => inner.transaction((txn) => work({ ...txn, ...hideIn(txn, hide) })),
  }
}

type Asked<M extends keyof DBTransactionAdapter> = Parameters<
  Extract<DBTransactionAdapter[M], (query: never) => unknown>
>[0]
type Created<T> = Omit<Asked<'create'>, 'data'> & { data: Omit<T, 'id'> }
type Hide = <Q extends Query>(query: Q) => Hidden<Q>

function hideIn(inner: DBTransactionAdapter, hide: Hide): DBTransactionAdapter {
  const answer = async <Q extends Query, R>(asked: Q, ask: (query: Q) => Promise<R>): Promise<R> => {
    const { query, reveal } = hide(asked)
    return reveal(await ask(query))
  }
  return {
    id: inner.id,
    create: <T extends Row, R = T>(asked: Created<T>) => answer(asked, (query) => inner.create<T, R>(query)),
    findOne: <T>(asked: Asked<'findOne'>) => answer(asked, (query) => inner.findOne<T>(query)),
    findMany: <T>(asked: Asked<'findMany'>) => answer(asked, (query) => inner.findMany<T>(query)),
    count: (asked) => answer(asked, inner.count),
    update: <T>(asked: Asked<'update'>) => answer(asked, (query) => inner.update<T>(query)),
    updateMany: (asked) => answer(asked, inner.updateMany),
    delete: (asked) => answer(asked, inner.delete),
    deleteMany: (asked) => answer(asked, inner.deleteMany),
    consumeOne: <T>(asked: Asked<'consumeOne'>) => answer(asked, (query) => inner.consumeOne<T>(query)),
    incrementOne: <T>(asked: Asked<'incrementOne'>) => answer(asked, (query) => inner.incrementOne<T>(query)),
  }
}

function createHide(key: Uint8Array): Hide {
  return <Q extends Query>(query: Q): Hidden<Q> => {
    if (!MODELS.has(query.model)) return { query, reveal: (found) => found }
    const bare = new Map<unknown, string>()
    const hash = (token: string): string => {
      const hashed = createHmac('sha256', key).update(token).digest('base64url')
      bare.set(hashed, token)
      return hashed
    }
    const hidden: Record<string, unknown> = {}
    if (query.where) hidden['where'] = query.where.map((clause) => hideClause(clause, hash))
    for (const values of ['data', 'update', 'set'] as const) {
      const row = query[values]
      if (isRow(row) && typeof row['token'] === 'string') hidden[values] = { ...row, token: hash(row['token']) }
    }
    const revealRow = (row: unknown): unknown =>
      isRow(row) && bare.has(row['token']) ? { ...row, token: bare.get(row['token']) } : row
    return {
      query: { ...query, ...hidden },
      reveal: <R>(found: R) => (Array.isArray(found) ? found.map(revealRow) : revealRow(found)) as R,
    }
  }
}

function hideClause(clause: Where, hash: (token: string) => string): Where {
  if (clause.field !== 'token') return clause
  assert(WHOLE.has(clause.operator ?? 'eq') && clause.mode !== 'insensitive', 'a session token is compared whole')
  const { value } = clause
  if (typeof value === 'string') return { ...clause, value: hash(value) }
  return Array.isArray(value) ? { ...clause, value: value.map((token) => hash(String(token))) } : clause
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null
