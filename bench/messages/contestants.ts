import path from 'node:path'
import { childrenOf } from '../relay-messages/cpu.ts'
import { onPostgres, startLoad, startOurs, type Database } from '../relay-messages/processes.ts'
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

const LOAD = path.join(import.meta.dirname, 'load.ts')

export function startVisavis(name: string, crowd: Crowd, database?: Database): Promise<Contestant> {
  return startOurs(name, {
    database,
    env: crowd.profile ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${path.resolve(crowd.profile)}` } : {},
    async prepare(server) {
      if (crowd.others === 0) return
      // The first start makes the tables.
      await server.start()
      await server.stop()
      if (database) seedPostgres(database.url, crowd.others)
      else await seedEmbedded(server.dataDir, crowd.others)
    },
    open: async (port, pids) => {
      const people = await makePairs(port, crowd.pairs)
      return open(name, { kind: 'visavis', port, people, persons: people.length, bytes: crowd.bytes }, pids)
    },
  })
}

/** Undefined where no PostgreSQL is installed. */
export function startVisavisOnPostgres(name: string, crowd: Crowd): Promise<Contestant | undefined> {
  return onPostgres((database) => startVisavis(name, crowd, database))
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
    const opened = await open(name, { kind: 'xmpp', port, persons: users, bytes: crowd.bytes }, started.pids)
    const close = async () => {
      await opened.close()
      await stop()
    }
    return { ...opened, close }
  } catch (error) {
    await server?.stop()
    throw new Error(`${name}: ${String(error)}`, { cause: error })
  }
}

async function open(name: string, opening: Opening, pids: readonly number[]): Promise<Contestant> {
  const { ask, close } = await startLoad<Order, Answer>(LOAD, opening)
  return {
    name,
    measure: (order) => ask({ kind: 'run', ...order, pids }, 'measured'),
    offline: (order) => ask({ kind: 'offline', ...order, pids }, 'offline'),
    close,
  }
}
