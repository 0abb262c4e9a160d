import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { copyDatabaseTemplate, sharedCode } from './run-folder.ts'
import { freePort } from './free-port.ts'
import { laterProcess } from './later.ts'

/** The real server in a process of its own, with a data folder of its own, as `./start` would run it. */
export type TestServer = {
  readonly port: number
  readonly dataDir: string
  /** All it wrote so far, standard output and error. */
  output(): string
  /** With `laterMs` its clock is set forward by so much; `env` goes on top of what it was made with. */
  start(options?: StartOptions): Promise<void>
  /** Ends it: SIGTERM and a clean stop, or SIGKILL as a power cut would. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
  /** Tells its process something that does not end it. */
  signal(name: 'SIGUSR2'): void
  /** Ends it if it runs and removes its data. */
  remove(): Promise<void>
}

type StartOptions = { readonly laterMs?: number; readonly env?: Readonly<Record<string, string>> }

const ROOT = path.join(import.meta.dirname, '..', '..')
const START_MS_MAX = 120_000

/** `isFromNothing`: its first start finds an empty folder, as that of a new installation does. */
export async function createTestServer(
  env: Readonly<Record<string, string>> = {},
  { isFromNothing = false }: { readonly isFromNothing?: boolean } = {},
): Promise<TestServer> {
  const port = await freePort()
  const dataDir = mkdtempSync(path.join(tmpdir(), 'visavis-e2e-'))
  if (!isFromNothing && env['DATABASE_URL'] === undefined) copyDatabaseTemplate(dataDir)
  let child: ChildProcess | undefined
  let output = ''

  async function start({ laterMs, env: more }: StartOptions = {}): Promise<void> {
    const started = spawn(process.execPath, ['apps/server/src/main.ts'], {
      cwd: ROOT,
      env: {
        ...process.env,
        ...sharedCode(),
        PORT: String(port),
        HOST: '127.0.0.1',
        VISAVIS_DATA: dataDir,
        VISAVIS_PROOF_COST: '200',
        VISAVIS_RATE_FACTOR: '100',
        ...env,
        ...more,
        ...(laterMs === undefined ? {} : laterProcess(laterMs)),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = started
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk: Buffer) => void (output += chunk.toString()))
    const deadline = Date.now() + START_MS_MAX
    while (Date.now() < deadline) {
      if (started.exitCode !== null) throw new Error(`the server ended with ${started.exitCode}:\n${output}`)
      const healthy = await fetch(`http://127.0.0.1:${port}/healthz`)
        .then((answer) => answer.ok)
        .catch(() => false)
      if (healthy) return
      await new Promise((resolve) => void setTimeout(resolve, 50))
    }
    throw new Error(`the server was not ready in time:\n${output}`)
  }

  async function stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    const running = child
    child = undefined
    if (!running || running.exitCode !== null) return running?.exitCode ?? null
    const ended = new Promise<number | null>((resolve) => void running.once('exit', resolve))
    running.kill(signal)
    return ended
  }

  return {
    port,
    dataDir,
    output: () => output,
    start,
    stop,
    signal: (name) => void child?.kill(name),
    async remove() {
      await stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
