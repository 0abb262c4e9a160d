import { fork, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { postgresPrograms, startCluster } from '../../apps/server/tests/support/postgres.ts'
import { createTestServer } from '../../e2e/support/server.ts'
import { childrenOf } from '../relay-messages/cpu.ts'
import type { Answer, GoingOffline, Opening, Order, Running } from './load.ts'
import { makePairs } from './people.ts'
import { seedEmbedded, seedPostgres } from './seed.ts'
import { startEjabberd, startProsody, type XmppServer } from './xmpp-servers.ts'

/** A server with its pairs connected, ready to be measured in turn with the others. */
export type Contestant = {
  readonly name: string
  readonly measure: (order: Omit<Running, 'kind'>) => Promise<Extract<Answer, { kind: 'measured' }>>
  /** The last thing: everybody goes. */
  readonly offline: (order: Omit<GoingOffline, 'kind'>) => Promise<Extract<Answer, { kind: 'offline' }>>
  readonly close: () => Promise<void>
}

export type Crowd = {
  readonly pairs: number
  readonly bytes: number
  /** So many other accounts with contacts, conversations and messages; 0 for none. */
  readonly others: number
  /** Folder for a CPU profile of our server. */
  readonly profile?: string
}

const ENV = {
  VISAVIS_PROOF_COST: '1',
  VISAVIS_RATE_FACTOR: '1000',
  // Closed loops send as fast as the server answers; the limit for people would measure only itself.
  VISAVIS_FRAMES_PER_SECOND: '9999',
  VISAVIS_LOG_LEVEL: 'warn',
}

type Database = { readonly url: string; readonly pids: readonly number[] }

/** Our server as `./start` runs it, with the embedded database or, given its address, on PostgreSQL. */
export async function startVisavis(name: string, crowd: Crowd, database?: Database): Promise<Contestant> {
  const profile: Record<string, string> = crowd.profile
    ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${path.resolve(crowd.profile)}` }
    : {}
  const server = await createTestServer({ ...ENV, ...profile, ...(database ? { DATABASE_URL: database.url } : {}) })
  try {
    if (crowd.others > 0) {
      // The first start makes the tables.
      await server.start()
      await server.stop()
      if (database) seedPostgres(database.url, crowd.others)
      else await seedEmbedded(server.dataDir, crowd.others)
    }
    const started = await childrenOf(server.start)
    const pids = [...started.pids, ...(database?.pids ?? [])]
    const people = await makePairs(server.port, crowd.pairs)
    const opening = { kind: 'visavis', port: server.port, people, persons: people.length, bytes: crowd.bytes } as const
    const load = await startLoad(opening, pids)
    const close = async () => {
      await load.close()
      await server.remove()
    }
    return { name, ...load, close }
  } catch (error) {
    const output = server.output()
    await server.remove()
    throw new Error(`${name}: ${String(error)}\n${output.slice(-500)}`, { cause: error })
  }
}

/** Undefined where no PostgreSQL is installed. Its processes are counted as the server's. */
export async function startVisavisOnPostgres(name: string, crowd: Crowd): Promise<Contestant | undefined> {
  const programs = postgresPrograms()
  if (!programs) return undefined
  const cluster = await childrenOf(() => startCluster(programs))
  try {
    const server = await startVisavis(name, crowd, { url: cluster.value.url('postgres'), pids: cluster.pids })
    const close = async () => {
      await server.close()
      await cluster.value.stop()
    }
    return { ...server, close }
  } catch (error) {
    await cluster.value.stop()
    throw error
  }
}

/** Undefined where it is not installed. */
export async function startXmpp(name: 'ejabberd' | 'prosody', crowd: Crowd): Promise<Contestant | undefined> {
  const users = 2 * crowd.pairs
  const start = name === 'ejabberd' ? startEjabberd : startProsody
  let server: XmppServer | undefined
  try {
    const started = await childrenOf(() => start(users))
    server = started.value
    if (!server) return undefined
    const { port, stop } = server
    const load = await startLoad({ kind: 'xmpp', port, persons: users, bytes: crowd.bytes }, started.pids)
    const close = async () => {
      await load.close()
      await stop()
    }
    return { name, ...load, close }
  } catch (error) {
    await server?.stop()
    throw new Error(`${name}: ${String(error)}`, { cause: error })
  }
}

async function startLoad(opening: Opening, pids: readonly number[]): Promise<Omit<Contestant, 'name'>> {
  const child = fork(path.join(import.meta.dirname, 'load.ts'))
  const ask = <K extends Answer['kind']>(order: Order, kind: K) =>
    new Promise<Extract<Answer, { kind: K }>>((resolve, reject) => {
      const ended = () => reject(new Error('the load generator ended'))
      child.once('exit', ended)
      child.once('message', (answer: Answer) => {
        child.off('exit', ended)
        if (answer.kind === kind) resolve(answer as Extract<Answer, { kind: K }>)
        else reject(new Error(answer.kind === 'failed' ? answer.reason : `unexpected answer ${answer.kind}`))
      })
      child.send(order)
    })
  try {
    await ask(opening, 'ready')
  } catch (error) {
    await endOf(child)
    throw error
  }
  return {
    measure: (order) => ask({ kind: 'run', ...order, pids }, 'measured'),
    offline: (order) => ask({ kind: 'offline', ...order, pids }, 'offline'),
    close: () => endOf(child),
  }
}

/** Asks a child process to end and waits until it has. */
function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill()
  })
}
