import { SECOND, type Clock } from '@visavis/ports'
import { createObservable, type Readable } from '../app/observable.ts'
import type { DeviceStorage } from '../app/storage.ts'
import { createJudgement, type Scores } from './judgement.ts'
import type { FromNudityWorker, ToNudityWorker } from './protocol.ts'
import { readNuditySetting, writeNuditySetting, type NuditySetting } from './setting.ts'

/** At most so often a picture is looked at: while it is seen, and while it is under the veil. */
export const LOOK_EVERY_MS = { clear: 250, veiled: 2 * SECOND } as const
/** A look that took 50 ms is followed by 250 ms of rest: no more than a fifth of one core, on a slow device as well. */
export const REST = 5
/** A worker that does not answer for this long is dead; while it starts it fetches and compiles. */
export const ANSWER_MS_MAX = 10 * SECOND
export const START_MS_MAX = 60 * SECOND
/** A dead worker is started anew without a word so often in one stay; then it is said that there is no check. */
export const RESTARTS_MAX = 1

export type GuardState = {
  readonly setting: NuditySetting
  /** `idle` before a call with video is near, and while the check is switched off. */
  readonly engine: 'idle' | 'loading' | 'ready' | 'failed'
  /** It did not work when it was wanted last. */
  readonly hasFailed: boolean
}

/** A worker, and the one way pictures are taken for it. */
export type NudityWorker = {
  start(): void
  /** Takes a picture of what the video shows now, and hands it to the worker; false when there is none. */
  look(video: HTMLVideoElement): boolean
  /** Hands a picture to the worker, which closes it. */
  lookAt(picture: ImageBitmap): void
  onMessage(listener: (message: FromNudityWorker) => void): void
  /** Its file could not be had, or it threw where nobody catches. */
  onDeath(listener: () => void): void
  terminate(): void
}
export type PostToNudityWorker = (message: ToNudityWorker, give?: Transferable[]) => void

/** Looks at one partner's pictures. */
export type PictureCheck = {
  /** There is a picture: it is looked at when it is time. */
  offer(video: HTMLVideoElement, isVeiled: boolean): void
  close(): void
}

/**
 * Looks for nudity in what a partner shows [M15], on this device alone: the answer covers a picture here and asks who sees it;
 * nobody is told, and nothing is kept. When it cannot work it says so, and the call goes on.
 */
export type NudityGuard = Readable<GuardState> & {
  choose(setting: NuditySetting): void
  /** A call with video is near: the check is made ready, unless it is switched off. The answer lets go of it. */
  hold(): () => void
  /** `likely` hears when nudity is likely, once. */
  check(likely: () => void): PictureCheck
  /**
   * Looks at one still picture, in its turn, while the check is held; takes the picture over. Undefined when it could not be
   * looked at: the check is off or does not work.
   */
  judge(picture: ImageBitmap): Promise<Scores | undefined>
}

type Asked = { readonly check: Check; readonly atMs: number }
type Check = {
  readonly heard: (message: Extract<FromNudityWorker, { kind: 'seen' }>) => void
  /** Its worker has ended before it could say. */
  readonly lost?: () => void
}
type Still = { readonly picture: ImageBitmap; readonly tell: (scores: Scores | undefined) => void }

export function createNudityGuard(deps: {
  readonly clock: Clock
  readonly storage: DeviceStorage
  readonly openWorker: () => Promise<NudityWorker>
}): NudityGuard {
  const { clock } = deps
  const state = createObservable<GuardState>({
    setting: readNuditySetting(deps.storage),
    engine: 'idle',
    hasFailed: false,
  })
  let holders = 0
  let restarts = 0
  let worker: NudityWorker | undefined
  /** Rises with every start and stop: what was asked for before is not wanted any more. */
  let turn = 0
  let startedAtMs = 0
  let asked: Asked | undefined
  let tookMs = 0
  let stills: readonly Still[] = []
  let stopTicking = () => {}

  function setEngine(engine: GuardState['engine']): void {
    const settled = engine === 'failed' ? true : engine === 'ready' ? false : undefined
    state.update((now) => ({ ...now, engine, hasFailed: settled ?? now.hasFailed }))
  }

  async function start(): Promise<void> {
    const own = ++turn
    setEngine('loading')
    startedAtMs = clock.monotonicMs()
    stopTicking()
    stopTicking = clock.every(SECOND, tick)
    const opened = await deps.openWorker().catch(() => undefined)
    if (own !== turn) return opened?.terminate()
    if (!opened) return died()
    worker = opened
    opened.onMessage((message) => own === turn && hear(message))
    opened.onDeath(() => own === turn && died())
    opened.start()
  }

  function stop(engine: 'idle' | 'failed'): void {
    turn += 1
    stopTicking()
    worker?.terminate()
    const { check } = asked ?? {}
    worker = asked = undefined
    setEngine(engine)
    check?.lost?.()
  }

  /** Nobody is going to look at them. */
  function dropStills(): void {
    const dropped = stills
    stills = []
    for (const { picture, tell } of dropped) {
      picture.close()
      tell(undefined)
    }
  }

  /** The next still picture, when nothing else is being looked at. */
  function lookAtNext(): void {
    const [next, ...rest] = stills
    if (!next || asked || !worker || state.get().engine !== 'ready') return
    stills = rest
    asked = {
      atMs: clock.monotonicMs(),
      check: { heard: ({ scores }) => next.tell(scores), lost: () => next.tell(undefined) },
    }
    worker.lookAt(next.picture)
  }

  function died(): void {
    stop('failed')
    if (restarts >= RESTARTS_MAX) return dropStills()
    restarts += 1
    void start()
  }

  function hear(message: FromNudityWorker): void {
    if (message.kind === 'ready') {
      setEngine('ready')
      lookAtNext()
    } else if (message.kind === 'failed') died()
    else {
      const { check } = asked ?? {}
      asked = undefined
      tookMs = message.tookMs
      check?.heard(message)
      lookAtNext()
    }
  }

  function tick(): void {
    const nowMs = clock.monotonicMs()
    if (asked && nowMs - asked.atMs > ANSWER_MS_MAX) died()
    else if (state.get().engine === 'loading' && nowMs - startedAtMs > START_MS_MAX) died()
  }

  function settle(): void {
    const { setting, engine } = state.get()
    const isWanted = holders > 0 && setting !== 'off'
    if (!isWanted && engine !== 'idle') stop('idle')
    if (!isWanted) dropStills()
    if (isWanted && engine === 'idle') {
      restarts = 0
      void start()
    }
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    choose(setting) {
      writeNuditySetting(deps.storage, setting)
      state.update((now) => ({ ...now, setting }))
      settle()
    },
    hold() {
      holders += 1
      settle()
      let isHeld = true
      return () => {
        if (!isHeld) return
        isHeld = false
        holders -= 1
        settle()
      }
    },
    check(likely) {
      let isOver = false
      let judged: { readonly setting: NuditySetting; readonly judge: ReturnType<typeof createJudgement> } | undefined
      let lookedAtMs = Number.NEGATIVE_INFINITY
      const check: Check = {
        heard({ scores }) {
          const { setting } = state.get()
          if (isOver || setting === 'off') return
          if (judged?.setting !== setting) judged = { setting, judge: createJudgement(setting) }
          if (!judged.judge(scores)) return
          isOver = true
          likely()
        },
      }
      return {
        offer(video, isVeiled) {
          if (isOver || asked || !worker || state.get().engine !== 'ready') return
          const nowMs = clock.monotonicMs()
          const restMs = Math.max(isVeiled ? LOOK_EVERY_MS.veiled : LOOK_EVERY_MS.clear, REST * tookMs)
          // Offers come by a clock of their own: one that is early by a hair is on time.
          if (nowMs - lookedAtMs < restMs * 0.95) return
          if (!worker.look(video)) return
          lookedAtMs = nowMs
          asked = { check, atMs: nowMs }
        },
        close: () => void (isOver = true),
      }
    },
    judge: (picture) =>
      new Promise((resolve) => {
        stills = [...stills, { picture, tell: resolve }]
        const { engine } = state.get()
        if (engine === 'idle' || engine === 'failed') dropStills()
        else lookAtNext()
      }),
  }
}
