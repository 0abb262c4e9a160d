import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A PostgreSQL of the Debian package in a folder of its own, for the time of a test file. */
export type Cluster = {
  url: (database: string) => string
  /** Ends the server at once, as `kill -9` would, and returns when it is gone. */
  kill: () => Promise<void>
  /** Starts it again on the same folder and port. */
  restart: () => Promise<void>
  stop: () => Promise<void>
}

const READY = /database system is ready to accept connections/

/** Folder of the newest installed server programs, or undefined. */
export function postgresPrograms(): string | undefined {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return undefined
  const versions = readdirSync(root).toSorted((a, b) => Number(b) - Number(a))
  return versions.map((version) => path.join(root, version, 'bin')).find((bin) => existsSync(path.join(bin, 'initdb')))
}

export async function startCluster(programs: string): Promise<Cluster> {
  const folder = mkdtempSync(path.join(tmpdir(), 'visavis-postgres-'))
  const user = serverUser()
  if (user) chownSync(folder, user.uid, user.gid)
  const data = path.join(folder, 'data')
  const as = { ...user, cwd: folder }
  execFileSync(
    path.join(programs, 'initdb'),
    ['-D', data, '-U', 'visavis', '--auth=trust', '--locale=C.UTF-8', '-E', 'UTF8', '--no-sync'],
    {
      ...as,
      stdio: 'ignore',
    },
  )
  const port = await freePort()
  const boot = () =>
    startServer(path.join(programs, 'postgres'), ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder], as)
  let server = await boot()
  return {
    url: (database) => `postgres://visavis@127.0.0.1:${port}/${database}`,
    kill: () => end(server, 'SIGQUIT'),
    async restart() {
      server = await boot()
    },
    async stop() {
      await end(server, 'SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

// PostgreSQL refuses to run as root; Debian's package brings a user for it.
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

function startServer(
  program: string,
  args: string[],
  options: { cwd: string; uid?: number; gid?: number },
): Promise<ChildProcess> {
  const server = spawn(program, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  return new Promise((resolve, reject) => {
    let log = ''
    server.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString()
      if (READY.test(log)) resolve(server)
    })
    server.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${log}`)))
  })
}

function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    server.once('exit', () => resolve())
    server.kill(signal)
  })
}

/** Below what the system gives to outgoing connections, so that nobody has taken it when the server is started again. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000)
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createServer()
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (isFree) return port
  }
}
