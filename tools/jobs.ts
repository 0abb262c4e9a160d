import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Runs the project's commands as child processes, a few at a time, and leaves none of them behind. */
export type Job = {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
}

export type JobResult = { readonly name: string; readonly ok: boolean; readonly output: string; readonly ms: number }

export const ROOT = fileURLToPath(new URL('../', import.meta.url))

/** Commands of `node_modules/.bin` are found first, whoever calls us. */
const PATH = [`${ROOT}tools/runtime/node_modules/.bin`, `${ROOT}node_modules/.bin`, process.env['PATH'] ?? ''].join(':')

const running = new Set<ChildProcess>()

// Each child leads a process group of its own, so that what it started ends with it.
function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const END_WAIT_MS = 3_000

/**
 * For commands that do nothing but run jobs: a signal that ends the command ends its jobs with it. They are asked first,
 * because a job that runs jobs (check within test) has to pass it on; what is left after `END_WAIT_MS` is killed.
 */
export function endJobsOnSignal(): void {
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => {
      const ends = [...running].map((child) => new Promise((resolve) => child.once('close', resolve)))
      for (const child of running) endGroup(child, 'SIGTERM')
      const leave = () => {
        for (const child of running) endGroup(child, 'SIGKILL')
        process.exit(status)
      }
      setTimeout(leave, END_WAIT_MS)
      void Promise.all(ends).then(leave)
    })
  }
}

/** Runs one job to its end; its output is kept, in the order it came. Never rejects: a failure to start is a failed job. */
export async function runJob(job: Job): Promise<JobResult> {
  const startedMs = performance.now()
  const [program, ...options] = job.command
  const child = spawn(program, options, {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH, FORCE_COLOR: '0', NO_COLOR: '1', ...job.env },
  })
  running.add(child)
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const status = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    // A left-over grandchild may hold the pipes open: it is ended, and then all output is there.
    child.once('exit', () => endGroup(child, 'SIGKILL'))
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'ended'))
  })
  running.delete(child)
  const text = Buffer.concat(chunks).toString('utf8')
  const output = typeof status === 'string' ? `${text}\n${program}: ${status}\n` : text
  return { name: job.name, ok: status === 0, output, ms: performance.now() - startedMs }
}

/** Runs all jobs, at most `together` at once, in order; `onEnd` hears of each as it ends. */
export async function runJobs(
  jobs: readonly Job[],
  together: number,
  onEnd: (result: JobResult) => void,
): Promise<readonly JobResult[]> {
  const waiting = [...jobs]
  const results: JobResult[] = []
  const lane = async (): Promise<void> => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      const result = await runJob(job)
      results.push(result)
      onEnd(result)
    }
  }
  await Promise.all(Array.from({ length: together }, lane))
  return results
}

/** One line per job for people, and the whole output of one that failed. */
export function tellResult({ name, ok, output, ms }: JobResult): void {
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${(ms / 1000).toFixed(1)} s)`)
  if (!ok) console.log(output.trimEnd().replaceAll(/^/gm, '     '))
}
