import { fork } from 'node:child_process'
import path from 'node:path'
import type { Answer, Opening, Running } from './load.ts'
import { signUpMany } from './people.ts'
import { endOf, onPostgres, startLoad, startOurs, type Database } from './processes.ts'

/** A server with its pairs connected, ready to be measured in turn with the others. */
export type Contestant = {
  readonly name: string
  readonly measure: (order: Omit<Running, 'kind' | 'pids'>) => Promise<Extract<Answer, { kind: 'measured' }>>
  readonly close: () => Promise<void>
}

export type Crowd = { readonly pairs: number; readonly bytes: number }

const LOAD = path.join(import.meta.dirname, 'load.ts')

export function startVisavis(name: string, crowd: Crowd, database?: Database): Promise<Contestant> {
  return startOurs(name, {
    database,
    open: async (port, pids) => {
      const cookies = await signUpMany(port, 2 * crowd.pairs)
      return open(name, { kind: 'visavis', port, cookies, bytes: crowd.bytes }, pids)
    },
  })
}

/** Undefined where no PostgreSQL is installed. */
export function startVisavisOnPostgres(name: string, crowd: Crowd): Promise<Contestant | undefined> {
  return onPostgres((database) => startVisavis(name, crowd, database))
}

export async function startSocketIo(name: string, crowd: Crowd): Promise<Contestant> {
  const server = fork(path.join(import.meta.dirname, 'socket-io-server.ts'))
  const end = () => endOf(server)
  try {
    const port = await new Promise<number>((resolve, reject) => {
      server.once('message', (said) => resolve(Number(said)))
      server.once('exit', () => reject(new Error('the socket.io server ended')))
    })
    const opened = await open(name, { kind: 'socket.io', port, ...crowd }, [server.pid ?? 0])
    const close = async () => {
      await opened.close()
      await end()
    }
    return { ...opened, close }
  } catch (error) {
    await end()
    throw error
  }
}

async function open(name: string, opening: Opening, pids: readonly number[]): Promise<Contestant> {
  const { ask, close } = await startLoad<Opening | Running, Answer>(LOAD, opening)
  return { name, measure: (order) => ask({ kind: 'run', ...order, pids }, 'measured'), close }
}
