import type pg from 'pg'
import { describe, expect, it } from 'vitest'
import { keepPlans, PREPARED } from './prepared.ts'

function connection() {
  const queries: unknown[][] = []
  const client = { query: (...args: unknown[]) => void queries.push(args) }
  keepPlans(client as unknown as pg.PoolClient)
  return { queries, query: client.query }
}

describe('statements whose plan is kept', () => {
  it('[K4] have one name each, the same every time they run, and their values', () => {
    const { queries, query } = connection()
    query(`${PREPARED} select $1`, [1])
    query(`${PREPARED} select $1`, [2])
    query(`${PREPARED} select $1 + 1`, [3])
    const names = queries.map(([given]) => (given as { name: string }).name)
    expect(names[1]).toBe(names[0])
    expect(names[2]).not.toBe(names[0])
    expect(queries[1]).toEqual([{ text: `${PREPARED} select $1`, name: names[0] }, [2]])
  })

  it('[K4] do not meet those of another connection, which may end up in the same engine', () => {
    const [one, other] = [connection(), connection()]
    for (const { query } of [one, other]) query(`${PREPARED} select 1`, [])
    expect(one.queries[0]).not.toEqual(other.queries[0])
  })

  it('[K4] leave all others as they are', () => {
    const { queries, query } = connection()
    query('select 1', [])
    query({ text: `${PREPARED} select 1` })
    expect(queries).toEqual([['select 1', []], [{ text: `${PREPARED} select 1` }]])
  })
})
