import { fork, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { postgresPrograms, startCluster } from '../../apps/server/tests/support/postgres.ts'
import { createTestServer } from '../../e2e/support/server.ts'
import { childrenOf } from './cpu.ts'
import type { Answer, Opening, Running } from './load.ts'
import { signUpMany } from './people.ts'

/** A server with its pairs connected, ready to be measured in turn with the others. */
export type Contestant = {
  readonly name: string
  readonly measure: (order: Omit<Running, 'kind' | 'pids'>) => Promise<Extract<Answer, { kind: 'measured' }>>
  readonly close: () => Promise<void>
}

export type Crowd = { readonly pairs: number; readonly bytes: number }

const ENV = {
  VISAVIS_PROOF_COST: '1',
  VISAVIS_RATE_FACTOR: '1000',
  // Closed loops send as fast as the server answers; the limit for people would measure only itself.
  VISAVIS_FRAMES_PER_SECOND: '9999',
  VISAVIS_LOG_LEVEL: 'warn',
}

/** Our server as `./start` runs it, with the embedded database or, given its address, on PostgreSQL. */
export async function startVisavis(
  name: string,
  crowd: Crowd,
  database?: { readonly url: string; readonly pids: readonly number[] },
): Promise<Contestant> {
  const server = await createTestServer(database ? { ...ENV, DATABASE_URL: database.url } : ENV)
  try {
    const started = await childrenOf(server.start)
    const pids = [...started.pids, ...(database?.pids ?? [])]
    const cookies = await signUpMany(server.port, 2 * crowd.pairs)
    const load = await startLoad({ kind: 'visavis', port: server.port, cookies, bytes: crowd.bytes })
    const close = async () => {
      await load.close()
      await server.remove()
    }
    return { name, measure: (order) => load.run({ ...order, pids }), close }
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

export async function startSocketIo(name: string, crowd: Crowd): Promise<Contestant> {
  const server = fork(path.join(import.meta.dirname, 'socket-io-server.ts'))
  const end = () => endOf(server)
  try {
    const port = await new Promise<number>((resolve, reject) => {
      server.once('message', (said) => resolve(Number(said)))
      server.once('exit', () => reject(new Error('the socket.io server ended')))
    })
    const load = await startLoad({ kind: 'socket.io', port, ...crowd })
    const pids = [server.pid ?? 0]
    const close = async () => {
      await load.close()
      await end()
    }
    return { name, measure: (order) => load.run({ ...order, pids }), close }
  } catch (error) {
    await end()
    throw error
  }
}

async function startLoad(opening: Opening) {
  const child = fork(path.join(import.meta.dirname, 'load.ts'))
  const ask = (order: Opening | Running) =>
    new Promise<Answer>((resolve, reject) => {
      const ended = () => reject(new Error('the load generator ended'))
      child.once('exit', ended)
      child.once('message', (answer: Answer) => {
        child.off('exit', ended)
        if (answer.kind === 'failed') reject(new Error(answer.reason))
        else resolve(answer)
      })
      child.send(order)
    })
  try {
    await ask(opening)
  } catch (error) {
    await endOf(child)
    throw error
  }
  return {
    run: async (order: Omit<Running, 'kind'>) => {
      const answer = await ask({ kind: 'run', ...order })
      if (answer.kind !== 'measured') throw new Error(`unexpected answer ${answer.kind}`)
      return answer
    },
    close: () => endOf(child),
  }
}

function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill()
  })
}
