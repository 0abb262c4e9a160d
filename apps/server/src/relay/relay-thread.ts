import type { Clock, Log, RelayStats } from '@visavis/ports'
import { SECOND } from '@visavis/ports'
import { Worker } from 'node:worker_threads'
import type { FromRelayWorker, RelayWorkerSettings, ToRelayWorker } from './relay-messages.ts'

/**
 * Keeps the relay's thread alive. `close()` is the owner's choice and final; a thread that ends otherwise is logged
 * (`relay.down`) and started again after a growing pause (`relay.up`), and one that hangs is ended. Whoever holds the
 * splices is told by `listens` each time, before anything else is sent to the thread, and tells them again.
 *
 * It comes back on its port, so that calls go on with the next check of their browsers. If somebody else has that port
 * by then it takes another: browsers find no answer at the old one, ask for a fresh lease and are told the new one.
 */
const RESTART_AFTER_MS = 100
const RESTART_AFTER_MS_MAX = 5 * SECOND
/** A living thread is asked this often; one that left so many questions unanswered hangs. */
export const ASK_EVERY_MS = 2 * SECOND
const UNANSWERED_MAX = 3
const ANY_PORT = 0

export type RelayThread = {
  /** The bound port. */
  port(): number
  state(): 'up' | 'down'
  /** Lost while the thread is down: `listens` makes up for it. */
  tell(message: ToRelayWorker): void
  /** The thread's books; while it is down, or if it dies over the question, the last ones it told. */
  stats(): Promise<RelayStats>
  close(): Promise<void>
}

export type StartWorker = (settings: RelayWorkerSettings) => Worker

export function startRelayWorker(settings: RelayWorkerSettings): Worker {
  return new Worker(new URL('./worker-main.ts', import.meta.url), { workerData: settings, name: 'relay' })
}

type Deps = {
  readonly settings: RelayWorkerSettings
  /** Clients are told the port that is bound, and no forwarded one: only then another port is of use to them. */
  readonly mayMove: boolean
  readonly clock: Clock
  readonly log: Log
  readonly startWorker: StartWorker
  readonly listens: (tell: (message: ToRelayWorker) => void) => void
}

/** Starts the thread; rejects when the first one cannot bind its port. */
export async function createRelayThread(deps: Deps): Promise<RelayThread> {
  const { settings, clock, log, mayMove, startWorker, listens } = deps
  const questions = createQuestions()
  let state: 'starting' | 'up' | 'down' | 'closed' = 'starting'
  let worker: Worker | undefined
  let port = settings.port
  let unanswered = 0
  let pauseMs = RESTART_AFTER_MS
  let cancelRestart: (() => void) | undefined

  function tell(message: ToRelayWorker): void {
    worker?.postMessage(message, [])
  }

  /** Resolves with the port it listens at. */
  function start(wanted: number): Promise<number> {
    const started = startWorker({ ...settings, port: wanted })
    worker = started
    return new Promise((resolve, reject) => {
      started.on('message', (message: FromRelayWorker) => {
        unanswered = 0
        if (message.kind === 'stats') questions.answer(message.id, message.stats)
        else resolve(message.port)
      })
      started.on('error', reject)
      started.on('exit', () => {
        reject(new Error('the relay ended before it listened'))
        if (worker === started) ended()
      })
    })
  }

  function ended(): void {
    worker = undefined
    questions.giveUp()
    if (state !== 'up') return
    state = 'down'
    log.error('relay.down', { code: 'RELAY_UNAVAILABLE' })
    restartLater(port)
  }

  function restartLater(wanted: number): void {
    cancelRestart = clock.after(pauseMs, () => {
      pauseMs = Math.min(pauseMs * 2, RESTART_AFTER_MS_MAX)
      const other = wanted === port && mayMove ? ANY_PORT : port
      start(wanted).then(up, () => (state === 'down' ? restartLater(other) : undefined))
    })
  }

  function up(bound: number): void {
    if (state === 'closed') return
    port = bound
    listens(tell)
    state = 'up'
    unanswered = 0
    pauseMs = RESTART_AFTER_MS
    log.info('relay.up', { port })
  }

  /** Counted in questions, not in time: a server that was busy itself must not end a healthy thread. */
  function look(): void {
    if (state !== 'up') return
    if (unanswered >= UNANSWERED_MAX) return void worker?.terminate()
    unanswered++
    void questions.ask((id) => tell({ kind: 'stats', id }))
  }

  async function close(): Promise<void> {
    state = 'closed'
    cancelRestart?.()
    stopLooking()
    const ending = worker
    if (!ending) return
    const exit = new Promise<void>((resolve) => void ending.once('exit', () => resolve()))
    tell({ kind: 'close' })
    await exit
  }

  up(await start(settings.port))
  const stopLooking = clock.every(ASK_EVERY_MS, look)
  return {
    port: () => port,
    state: () => (state === 'up' ? 'up' : 'down'),
    tell,
    stats: async () => (state === 'up' ? questions.ask((id) => tell({ kind: 'stats', id })) : questions.last()),
    close,
  }
}

/** Questions to the thread that wait for an answer; a thread that dies leaves none waiting. */
function createQuestions() {
  const waiting = new Map<number, (stats: RelayStats) => void>()
  let asked = 0
  let last: RelayStats = { legs: 0, splices: 0, packetsForwarded: 0, packetsDropped: 0 }

  return {
    last: () => last,
    ask(send: (id: number) => void): Promise<RelayStats> {
      const id = asked++
      return new Promise((resolve) => {
        waiting.set(id, resolve)
        send(id)
      })
    },
    answer(id: number, stats: RelayStats): void {
      last = stats
      waiting.get(id)?.(stats)
      waiting.delete(id)
    },
    giveUp(): void {
      for (const resolve of waiting.values()) resolve(last)
      waiting.clear()
    },
  }
}
