import type { Clock } from '@visavis/ports'
import { fail, VisavisError, type Code, type ConversationId, type Result } from '@visavis/wire'
import type { MessengerPort } from '../engine/ports.ts'
import type { Engine } from '../engine/types.ts'
import type { SafetyForMessenger } from '../safety/safety.ts'
import type { SignedIn } from './deps.ts'
import {
  ASKING,
  DOING,
  NOTHING_SHOWN,
  TELLING,
  type CallName,
  type FromWorker,
  type Line,
  type ToWorker,
} from './remote-protocol.ts'
import type { ConversationView, Messenger, MessengerState } from './types.ts'

/** A worker that runs the messenger. `died` is called at most once, for a worker that cannot go on. */
export type MessengerWorker = Line<ToWorker, FromWorker> & {
  onDeath(died: () => void): void
  terminate(): void
}

export type RemoteDeps = {
  readonly clock: Clock
  readonly createWorker: () => MessengerWorker
  readonly session: SignedIn
  readonly deviceName: string
  /** The socket, as soon as there is one. */
  readonly engine: () => Pick<Engine, 'request' | 'stored'> | undefined
  readonly safety: SafetyForMessenger
}

export type Remote = {
  readonly messenger: Messenger
  /** What the engine tells. */
  readonly port: MessengerPort
  /** The socket was taken over by another tab: nothing is written here any more. */
  elsewhere(): void
  /** Goes on in this tab, with a new worker. Watches stay. */
  restart(): void
  /** Ends the worker. What was under way is answered with NETWORK_OFFLINE. */
  close(): void
}

/** A worker that dies again and again is started anew ever more slowly. */
const RESTART_MS_MIN = 1_000
const RESTART_MS_MAX = 60_000
/** What a died worker is called towards people: something went wrong, try again. */
const DEAD: Code = 'SERVER_INTERNAL'
const OFF: MessengerState = { ...NOTHING_SHOWN, phase: { kind: 'off' } }

type Pending = {
  readonly isAsking: boolean
  resolve(value: unknown): void
  reject(error: VisavisError): void
}
type Watch = { readonly conversationId: ConversationId; listener(view: ConversationView): void }

/**
 * The messenger of the worker as an object of the page: calls go over, results, states and views come back. Holds nothing
 * but the last state and what is under way; a worker that dies is started again and finds its work in the vault.
 */
export function createRemote(deps: RemoteDeps): Remote {
  const { clock, safety, session, deviceName } = deps
  const listeners = new Set<(state: MessengerState) => void>()
  const pending = new Map<number, Pending>()
  const watches = new Map<number, Watch>()
  const links = new Map<number, (outcome: Result<true>) => void>()
  let state = OFF
  let worker: MessengerWorker | undefined
  let nextId = 1
  let deaths = 0
  let cancelRestart: (() => void) | undefined

  function setState(next: MessengerState): void {
    state = next
    if (next.phase.kind === 'ready') deaths = 0
    for (const listener of listeners) listener(next)
  }

  function start(isTakeover: boolean): void {
    const started = deps.createWorker()
    worker = started
    started.listen((message) => worker === started && heard(started, message))
    started.onDeath(() => worker === started && died())
    setState({ ...state, phase: { kind: 'opening' } })
    started.post({ kind: 'start', session, deviceName, isTakeover, safety: safety.choice.get() })
    for (const [id, { conversationId }] of watches) started.post({ kind: 'watch', id, conversationId })
  }

  function heard(from: MessengerWorker, message: FromWorker): void {
    switch (message.kind) {
      case 'state':
        return setState(message.state)
      case 'view':
        return watches.get(message.id)?.listener(message.view)
      case 'returned':
        return take(message.id)?.resolve(message.value)
      case 'thrown':
        return refuse(message.id, message.code)
      case 'linked':
        links.get(message.id)?.(message.outcome)
        return void links.delete(message.id)
      case 'request':
        return void answer(from, message)
      case 'stored':
        return deps.engine()?.stored(message.durableSeq)
      case 'want-engine': {
        const opened = safety.door.open(message.lost)
        return from.post({ kind: 'engine', opened }, opened ? [opened.port] : [])
      }
      case 'dead':
        return died()
    }
  }

  async function answer(from: MessengerWorker, message: Extract<FromWorker, { kind: 'request' }>): Promise<void> {
    const engine = deps.engine()
    const answered = engine ? await engine.request(message.name, message.body) : fail('NETWORK_OFFLINE')
    if (worker === from) from.post({ kind: 'answer', id: message.id, answer: answered })
  }

  function take(id: number): Pending | undefined {
    const taken = pending.get(id)
    pending.delete(id)
    return taken
  }

  function refuse(id: number, code: Code): void {
    const refused = take(id)
    if (refused?.isAsking) refused.resolve(fail(code))
    else refused?.reject(new VisavisError(code))
  }

  function end(code: Code): void {
    cancelRestart?.()
    cancelRestart = undefined
    worker?.terminate()
    worker = undefined
    for (const id of pending.keys()) refuse(id, code)
    for (const linked of links.values()) linked(fail(code))
    links.clear()
  }

  function died(): void {
    end(DEAD)
    setState({ ...state, phase: { kind: 'failed', code: DEAD } })
    const waitMs = Math.min(RESTART_MS_MAX, RESTART_MS_MIN * 2 ** Math.min(deaths, 16))
    deaths += 1
    cancelRestart = clock.after(waitMs, () => start(false))
  }

  function call(
    method: CallName,
    args: readonly unknown[],
  ): { readonly id: number; readonly result: Promise<unknown> } {
    const id = nextId++
    const isAsking = method === 'openLink' || (ASKING as readonly string[]).includes(method)
    const result = new Promise<unknown>((resolve, reject) => pending.set(id, { isAsking, resolve, reject }))
    if (worker) worker.post({ kind: 'call', id, method, args })
    else refuse(id, DEAD)
    return { id, result }
  }

  const calls = Object.fromEntries(
    [...ASKING, ...DOING].map((method) => [method, (...args: unknown[]) => call(method, args).result]),
  ) as Pick<Messenger, (typeof ASKING)[number] | (typeof DOING)[number]>
  const tells = Object.fromEntries(
    TELLING.map((method) => [method, (...args: unknown[]) => worker?.post({ kind: 'tell', method, args })]),
  ) as Pick<Messenger, (typeof TELLING)[number]>

  const stopChoice = safety.choice.subscribe((choice) => worker?.post({ kind: 'safety', choice }))
  start(false)
  return {
    messenger: {
      ...calls,
      ...tells,
      snapshot: () => state,
      subscribe(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      watch(conversationId, listener) {
        const id = nextId++
        watches.set(id, { conversationId, listener })
        worker?.post({ kind: 'watch', id, conversationId })
        return () => {
          if (watches.delete(id)) worker?.post({ kind: 'unwatch', id })
        }
      },
      openLink(name, linked) {
        const { id, result } = call('openLink', [name])
        if (pending.has(id)) links.set(id, linked)
        return result as ReturnType<Messenger['openLink']>
      },
    },
    port: {
      frame: (frame) => worker?.post({ kind: 'event', event: { kind: 'frame', frame } }),
      online: (news) => worker?.post({ kind: 'event', event: { kind: 'online', ...news } }),
      offline: () => worker?.post({ kind: 'event', event: { kind: 'offline' } }),
      async ownAccount() {
        const accountKey = await calls.accountKey().catch(() => undefined)
        return accountKey && { accountId: session.accountId, accountKey }
      },
      // Lost with a worker that died: then the contact is one that nobody vouched for.
      met: (accountId, accountKey) => void calls.metInCall(accountId, accountKey).catch(() => undefined),
    },
    elsewhere: () => worker?.post({ kind: 'event', event: { kind: 'elsewhere' } }),
    restart() {
      end('NETWORK_OFFLINE')
      start(true)
    },
    close() {
      end('NETWORK_OFFLINE')
      stopChoice()
      setState(OFF)
      listeners.clear()
      watches.clear()
    },
  }
}
