import { randomBytes, randomUUID } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { networkInterfaces } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, Random } from '@visavis/ports'
import { createApp } from './app.ts'
import { createInProcessBus } from './bus/index.ts'
import { ConfigError, parseConfig } from './config.ts'
import { FileStoreError } from './files/index.ts'
import { createLog } from './log.ts'
import { createPushPost } from './push/index.ts'
import { loadSecrets, SecretError } from './secrets.ts'
import { createSubjects, type Outside } from './subjects.ts'
import { FolderInUseError, MigrationError, openStorage } from './storage/index.ts'

// The only place of the server that touches the environment, the clock, chance and the process.

/** A stop that takes longer than this is ended the hard way. */
const STOP_MS_MAX = 10_000

const clock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal ? { signal: signal as AbortSignal } : {}),
  every(everyMs, work) {
    const timer = setInterval(work, everyMs)
    return () => clearInterval(timer)
  },
  after(ms, work) {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
}

const random: Random = {
  bytes: (count) => new Uint8Array(randomBytes(count)),
  uuid: () => randomUUID(),
  float: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
}

const outside: Outside = {
  interfaces: networkInterfaces(),
  resolve: async (host) => (await lookup(host, { all: true })).map((entry) => entry.address),
  defer: (work) => void setImmediate(work),
  bus: createInProcessBus(),
  fetch,
  postPush: createPushPost(),
}

async function start(): Promise<void> {
  const config = parseConfig(process.env)
  const log = createLog({ level: config.logLevel, sink: process.stderr })
  process.on('unhandledRejection', (error) => log.error('process.unhandled-rejection', { err: error }))
  const secrets = loadSecrets({ configured: config.secret, dataDir: config.dataDir, random })
  const storage = await openStorage({ url: config.databaseUrl, dataDir: config.dataDir, log })
  const webFolder = path.join(import.meta.dirname, '../../web/build')
  const app = await createApp({
    config,
    secrets,
    storage,
    clock,
    random,
    log,
    webFolder,
    createSubjects: (base) => createSubjects(base, outside),
  }).catch(async (error: unknown) => {
    await storage.close()
    throw error
  })
  let stopping = false
  const endBoth = async () => {
    try {
      await app.close()
    } finally {
      await storage.close()
      await outside.bus.close()
    }
  }
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1)
    stopping = true
    log.info('process.stopping', { reason: signal })
    const late = setTimeout(() => process.exit(1), STOP_MS_MAX)
    endBoth().then(
      () => {
        clearTimeout(late)
        log.info('process.stopped')
        process.exit(0)
      },
      (error: unknown) => {
        log.error('process.stop-failed', { err: error })
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.stdout.write(`Visavis is ready: ${app.origin}\n`)
}

// These errors are written for the operator and name what to change; of all others only the kind is told.
function explain(error: unknown): string {
  const known = [ConfigError, SecretError, FolderInUseError, MigrationError, FileStoreError]
  if (error instanceof Error && known.some((kind) => error instanceof kind)) return error.message
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  if (code === 'EADDRINUSE') return 'The port is in use. Stop the other program, or set PORT to another number.'
  if (code === 'ECONNREFUSED') return 'The database of DATABASE_URL does not answer.'
  return `The server could not start (${error instanceof Error ? error.name : 'error'}${code ? `, ${code}` : ''}).`
}

start().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`)
  process.exit(1)
})
