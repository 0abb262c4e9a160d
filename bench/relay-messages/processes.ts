import { fork, type ChildProcess } from 'node:child_process'
import { postgresPrograms, startCluster } from '../../apps/server/tests/support/postgres.ts'
import { createTestServer, type TestServer } from '../../e2e/support/server.ts'
import { childrenOf } from './cpu.ts'

/** The processes of a contestant: its server, its database, and the load generator, whose CPU is not counted. */
export type Closable = { readonly close: () => Promise<void> }

/** A PostgreSQL of its own. Its processes are counted as the server's. */
export type Database = { readonly url: string; readonly pids: readonly number[] }

export type Failure = { readonly kind: 'failed'; readonly reason: string }

const ENV = {
  VISAVIS_PROOF_COST: '1',
  VISAVIS_RATE_FACTOR: '1000',
  // Closed loops send as fast as the server answers; the limit for people would measure only itself.
  VISAVIS_FRAMES_PER_SECOND: '9999',
  VISAVIS_LOG_LEVEL: 'warn',
}

/**
 * Our server as `./start` runs it, with the embedded database or the given one, and what `open` puts before it: that
 * learns its port and the processes to be measured, and its `close` ends the server as well. `prepare` runs before the start.
 */
export async function startOurs<T extends Closable>(
  name: string,
  options: {
    readonly database?: Database | undefined
    readonly env?: Readonly<Record<string, string>>
    readonly prepare?: (server: TestServer) => Promise<void>
    readonly open: (port: number, pids: readonly number[]) => Promise<T>
  },
): Promise<T> {
  const { database, env, prepare, open } = options
  const server = await createTestServer({ ...ENV, ...env, ...(database ? { DATABASE_URL: database.url } : {}) })
  try {
    await prepare?.(server)
    const started = await childrenOf(server.start)
    const opened = await open(server.port, [...started.pids, ...(database?.pids ?? [])])
    const close = async () => {
      await opened.close()
      await server.remove()
    }
    return { ...opened, close }
  } catch (error) {
    const output = server.output()
    await server.remove()
    throw new Error(`${name}: ${String(error)}\n${output.slice(-500)}`, { cause: error })
  }
}

/** What `start` makes of a fresh PostgreSQL, which ends with it. Undefined where none is installed. */
export async function onPostgres<T extends Closable>(
  start: (database: Database) => Promise<T>,
): Promise<T | undefined> {
  const programs = postgresPrograms()
  if (!programs) return undefined
  const cluster = await childrenOf(() => startCluster(programs))
  try {
    const started = await start({ url: cluster.value.url('postgres'), pids: cluster.pids })
    const close = async () => {
      await started.close()
      await cluster.value.stop()
    }
    return { ...started, close }
  } catch (error) {
    await cluster.value.stop()
    throw error
  }
}

/** A load generator (`script`, a process of its own) that has opened its connections. Each order gets one answer. */
export async function startLoad<Order extends object, Answer extends { readonly kind: string }>(
  script: string,
  opening: Order,
) {
  const child = fork(script)
  const ask = <K extends Answer['kind']>(order: Order, kind: K) =>
    new Promise<Extract<Answer, { kind: K }>>((resolve, reject) => {
      const ended = () => reject(new Error('the load generator ended'))
      child.once('exit', ended)
      child.once('message', (answer: Answer | Failure) => {
        child.off('exit', ended)
        if (answer.kind === kind) resolve(answer as Extract<Answer, { kind: K }>)
        else reject(new Error('reason' in answer ? answer.reason : `unexpected answer ${answer.kind}`))
      })
      child.send(order)
    })
  const close = () => endOf(child)
  try {
    await ask(opening, 'ready')
  } catch (error) {
    await close()
    throw error
  }
  return { ask, close }
}

/** Asks a child process to end and waits until it has. */
export function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill()
  })
}
