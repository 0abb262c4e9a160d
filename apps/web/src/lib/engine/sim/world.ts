import * as realE2ee from '@visavis/e2ee'
import { createFakeClock, createFakeLog, createSeededRandom, settle, type Weather } from '@visavis/testkit'
import { createServerModel } from '@visavis/testkit/sim'
import { BOUNDARIES_DEFAULT, ok, type BlockId, type Mode, type ReportId } from '@visavis/wire'
import { createEngine } from '../engine.ts'
import type { E2ee, HttpCalls, MessengerPort } from '../ports.ts'
import type { Engine, EngineState, SeekWish } from '../types.ts'
import { countE2ee } from './counted-e2ee.ts'
import { createFakeMedia } from './fake-media.ts'
import { createFakeTaps } from './fake-taps.ts'

/** Several engines with the real encryption, a model of the server, fake media and a seeded network on one clock. */
export type World = ReturnType<typeof createWorld>
export type SimPerson = {
  readonly name: string
  readonly engine: Engine
  readonly states: readonly EngineState[]
  setOnline(online: boolean): void
}

export const STEP_MS = 20

export function wishFor(mode: Mode): SeekWish {
  return { mode, languages: ['en'], interests: [], company: 'unsaid', wish: ['unsaid'], boundaries: BOUNDARIES_DEFAULT }
}

export function createWorld(options: {
  readonly seed: number | bigint
  readonly weather?: Weather
  readonly skewMs?: number
  readonly http?: Partial<HttpCalls>
  readonly e2ee?: Partial<E2ee>
  /** One for all, or one for each name. */
  readonly messenger?: MessengerPort | ((name: string) => MessengerPort)
}) {
  const clock = createFakeClock()
  const random = createSeededRandom(options.seed)
  const { weather, skewMs } = options
  const server = createServerModel({
    clock,
    random,
    ...(weather && { weather }),
    ...(skewMs !== undefined && { skewMs }),
  })
  const e2ee = countE2ee({ ...realE2ee, ...options.e2ee })
  const media = createFakeMedia(random)
  const taps = createFakeTaps()
  const log = createFakeLog()
  const people: SimPerson[] = []

  function person(name: string): SimPerson {
    const states: EngineState[] = []
    let isOnline = true
    const messenger = typeof options.messenger === 'function' ? options.messenger(name) : options.messenger
    const watchers = new Set<(online: boolean) => void>()
    const engine = createEngine({
      clock,
      random,
      log,
      e2ee,
      socketUrl: 'wss://test.invalid/api/socket',
      socketFactory: () => server.openSocket(name),
      onlineEvents: {
        isOnline: () => isOnline,
        subscribe(listener) {
          watchers.add(listener)
          return () => void watchers.delete(listener)
        },
      },
      http: {
        block: options.http?.block ?? (async () => ok(random.uuid() as BlockId)),
        report: options.http?.report ?? (async () => ok({ reportId: random.uuid() as ReportId, answerByMs: 0 })),
      },
      mediaPathFactory: media.factory,
      evidence: taps.source,
      ...(messenger && { messenger }),
    })
    engine.state.subscribe((state) => void states.push(state))
    const made: SimPerson = {
      name,
      engine,
      states,
      setOnline(online) {
        isOnline = online
        for (const watcher of watchers) watcher(online)
      },
    }
    people.push(made)
    return made
  }

  /** Lets everything that is ready happen, cryptography included, without moving the clock. */
  async function rest(): Promise<void> {
    await settle(2)
    while (e2ee.underWay() > 0) await settle(1)
    await settle(2)
  }

  async function run(ms: number): Promise<void> {
    await rest()
    for (let at = 0; at < ms; at += STEP_MS) {
      await clock.advance(Math.min(STEP_MS, ms - at))
      while (e2ee.underWay() > 0) await settle(1)
    }
    await rest()
  }

  async function until(holds: () => boolean, msMax = 60_000): Promise<void> {
    await rest()
    for (let at = 0; at < msMax; at += STEP_MS) {
      if (holds()) return
      await clock.advance(STEP_MS)
      while (e2ee.underWay() > 0) await settle(1)
    }
    if (!holds()) throw new Error(`not within ${msMax} ms of simulated time: ${holds.toString()}`)
  }

  /** Ends everybody and says what was left behind. */
  async function close(): Promise<Leftovers> {
    for (const { engine } of people) engine.disconnect()
    server.stop()
    await run(2_000)
    return {
      timers: clock.pending(),
      paths: media.open(),
      taps: taps.open(),
      sessions: e2ee.openSessions(),
      identities: e2ee.unusedIdentities(),
      errors: log.lines.filter((line) => line.level === 'error').length,
    }
  }

  return { clock, random, server, media, taps, e2ee, log, people, person, rest, run, until, close }
}

export type Leftovers = {
  timers: number
  paths: number
  taps: number
  sessions: number
  identities: number
  errors: number
}
export const NOTHING_LEFT: Leftovers = { timers: 0, paths: 0, taps: 0, sessions: 0, identities: 0, errors: 0 }
