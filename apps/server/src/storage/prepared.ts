import type pg from 'pg'

/** SQL text that begins with this is parsed and planned once per connection, not every time it runs. */
export const PREPARED = '/* prepared */'

type Query = (text: unknown, ...rest: readonly unknown[]) => unknown

let connections = 0

/**
 * Makes a connection keep the plans of statements marked `PREPARED` (node-postgres does so for statements with a name).
 * For the few statements that run many times a second: planning one cost as much as twenty of its rows.
 */
export function keepPlans(client: pg.PoolClient): void {
  const names = new Map<string, string>()
  // Two connections in turn may meet the same embedded engine, which would know the names of the former one.
  const prefix = `visavis-${connections++}`
  const query = client.query.bind(client) as Query

  function nameOf(text: string): string {
    const name = names.get(text) ?? `${prefix}-${names.size}`
    names.set(text, name)
    return name
  }

  const keeping: Query = (text, ...rest) =>
    typeof text === 'string' && text.startsWith(PREPARED)
      ? query({ text, name: nameOf(text) }, ...rest)
      : query(text, ...rest)
  client.query = keeping as typeof client.query
}
