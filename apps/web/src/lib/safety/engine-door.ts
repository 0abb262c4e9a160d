import { MINUTE, SECOND, type Clock } from '@visavis/ports'
import { lineOfPort } from './protocol.ts'
import type { OpenedLine } from './checker.ts'

/** What the page says to the worker of the engine. */
export type ToEngine =
  | { readonly kind: 'choose'; readonly languages: readonly string[] }
  /** Somebody who asks: questions and answers go over this port. */
  | { readonly kind: 'connect'; readonly port: MessagePort }

/** A worker that runs the engine. */
export type EngineWorker = {
  post(message: ToEngine, give: Transferable[]): void
  /** Its file could not be had, or it threw where nobody catches. */
  onDeath(died: () => void): void
  terminate(): void
}

export type OpenedPort = { readonly worker: number; readonly port: MessagePort }

/** So many workers in a row may be replaced at once; the next one waits, and for longer each time. */
export const QUICK_STARTS = 3
const REST_MS_MIN = 30 * SECOND
const REST_MS_MAX = 10 * MINUTE
/** One that lived this long was no failure of the engine's. */
const LONG_LIFE_MS = 5 * MINUTE

/** The one worker of the engine of a page, started when somebody asks for the first time. */
export type EngineDoor = {
  /** As `CheckerDeps.open`, with a port that can be handed on to another worker. */
  open(lost: number | undefined): OpenedPort | undefined
  languagesChanged(): void
  close(): void
}

export function createEngineDoor(deps: {
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly createWorker: () => EngineWorker
  readonly createChannel: () => MessageChannel
  readonly languages: () => readonly string[]
}): EngineDoor {
  const { clock } = deps
  let running: { readonly number: number; readonly worker: EngineWorker; readonly sinceMs: number } | undefined
  let started = 0
  let failures = 0
  let notBeforeMs = 0
  let isClosed = false

  function choose(worker: EngineWorker): void {
    worker.post({ kind: 'choose', languages: deps.languages() }, [])
  }

  function start(): void {
    started += 1
    const number = started
    const worker = deps.createWorker()
    running = { number, worker, sinceMs: clock.monotonicMs() }
    // Whoever waits for it finds out by its silence; whoever comes next finds another one.
    worker.onDeath(() => ended(number))
    choose(worker)
  }

  function ended(number: number): void {
    if (running?.number !== number) return
    running.worker.terminate()
    const nowMs = clock.monotonicMs()
    failures = nowMs - running.sinceMs > LONG_LIFE_MS ? 1 : failures + 1
    running = undefined
    const restMs = Math.min(REST_MS_MAX, REST_MS_MIN * 2 ** Math.min(failures - QUICK_STARTS, 16))
    notBeforeMs = failures < QUICK_STARTS ? nowMs : nowMs + restMs
  }

  return {
    open(lost) {
      if (isClosed) return undefined
      if (lost !== undefined) ended(lost)
      if (!running && clock.monotonicMs() < notBeforeMs) return undefined
      if (!running) start()
      if (!running) return undefined
      const { port1, port2 } = deps.createChannel()
      running.worker.post({ kind: 'connect', port: port2 }, [port2])
      return { worker: running.number, port: port1 }
    },
    languagesChanged() {
      if (running) choose(running.worker)
    },
    close() {
      isClosed = true
      running?.worker.terminate()
      running = undefined
    },
  }
}

export function lineOf(opened: OpenedPort | undefined): OpenedLine | undefined {
  return opened && { worker: opened.worker, line: lineOfPort(opened.port) }
}

export function engineWorkerOf(worker: Worker): EngineWorker {
  return {
    post: (message, give) => worker.postMessage(message, give),
    onDeath(died) {
      worker.addEventListener('error', died)
      worker.addEventListener('messageerror', died)
    },
    terminate: () => worker.terminate(),
  }
}
