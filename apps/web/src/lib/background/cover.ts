import { SECOND, type Clock } from '@visavis/ports'
import { createObservable, type Readable } from '../app/observable.ts'
import type { Intake, Post } from './intake.ts'
import type { Outlet } from './outlet.ts'
import type { Patch } from './patches.ts'
import type { Assets, FromCoverWorker, ToCoverWorker, Wear } from './protocol.ts'

/** Without a covered picture for this long the card is shown. */
export const STALL_MS = 400
/** How often the card is shown again while it stands: somebody may just have joined. */
const CARD_EVERY_MS = 250
const TICK_MS = 100
/** A worker that says nothing for this long is dead; while it starts, it may be busy for longer. */
export const DEAD_MS = 5 * SECOND
export const START_DEAD_MS = 30 * SECOND
/** A dead worker is started anew without a word so often; then the person is asked. */
export const RESTARTS_MAX = 2

export type CoverState =
  /** The card is shown while the engine comes; `share` of it is here. */
  | { readonly kind: 'preparing'; readonly share: number }
  | { readonly kind: 'on'; readonly eased: boolean }
  /** The card is shown: the camera gives nothing, or nobody knows where the person ends. */
  | { readonly kind: 'card' }
  | { readonly kind: 'failed' }

export type CoverWorker = {
  post: Post
  onMessage(listener: (message: FromCoverWorker) => void): void
  /** Its file could not be had, or it threw where nobody catches. */
  onDeath(listener: () => void): void
  terminate(): void
}

export type Cover = Readable<CoverState> & {
  readonly track: MediaStreamTrack
  /** Reads another camera from now on. It belongs to the caller. */
  watch(camera: MediaStreamTrack): void
  wear(next: Wear): void
  /** Places that are covered in every picture from the next one on, also after a worker died. */
  patch(next: readonly Patch[]): void
  /** After a failure. */
  retry(): void
  close(): void
}

/**
 * Holds the outgoing track and looks after the worker that fills it. The rule is kept on both sides: the worker lets only
 * covered pictures out, and this side shows the card whenever none comes, for whatever reason.
 */
export function createCover(deps: {
  readonly clock: Clock
  readonly outlet: Outlet
  readonly createWorker: () => CoverWorker
  readonly openIntake: (camera: MediaStreamTrack, post: Post) => Intake
  readonly assets: Assets
  readonly wear: Wear
  readonly patches: readonly Patch[]
}): Cover {
  const { clock, outlet } = deps
  const state = createObservable<CoverState>({ kind: 'preparing', share: 0 })
  let { wear, patches } = deps
  let camera: MediaStreamTrack | undefined
  let worker: CoverWorker | undefined
  let intake: Intake | undefined
  let isReady = false
  let restarts = 0
  let heardAtMs = 0
  let shownAtMs = Number.NEGATIVE_INFINITY
  let cardAtMs = Number.NEGATIVE_INFINITY

  function card(): void {
    cardAtMs = clock.monotonicMs()
    outlet.card()
  }

  function start(): void {
    state.set({ kind: 'preparing', share: 0 })
    isReady = false
    heardAtMs = clock.monotonicMs()
    const own = deps.createWorker()
    worker = own
    own.onMessage((message) => {
      if (worker === own) hear(message)
      // What a worker sent before it was given up.
      else if (message.kind === 'shown') message.picture.close()
    })
    own.onDeath(() => worker === own && died())
    own.post({ kind: 'start', wear, patches, assets: deps.assets })
  }

  function stop(): void {
    intake?.close()
    worker?.terminate()
    intake = worker = undefined
  }

  function died(): void {
    stop()
    card()
    if (restarts >= RESTARTS_MAX) return state.set({ kind: 'failed' })
    restarts += 1
    start()
  }

  function look(): void {
    intake?.close()
    intake = undefined
    if (worker && camera && isReady) intake = deps.openIntake(camera, worker.post)
  }

  function shown(message: Extract<FromCoverWorker, { kind: 'shown' }>): void {
    intake?.answered()
    shownAtMs = clock.monotonicMs()
    outlet.show(message.picture)
    const now = state.get()
    if (message.isCard) {
      if (now.kind === 'on') state.set({ kind: 'card' })
    } else if (now.kind !== 'on' || now.eased !== message.eased) state.set({ kind: 'on', eased: message.eased })
  }

  function hear(message: FromCoverWorker): void {
    heardAtMs = clock.monotonicMs()
    if (message.kind === 'progress') state.set({ kind: 'preparing', share: message.share })
    else if (message.kind === 'ready') {
      isReady = true
      look()
    } else if (message.kind === 'shown') shown(message)
    else if (message.kind === 'dropped') intake?.answered()
    else if (message.kind === 'failed') died()
  }

  function tick(): void {
    const nowMs = clock.monotonicMs()
    if (worker && nowMs - heardAtMs > (isReady ? DEAD_MS : START_DEAD_MS)) died()
    if (nowMs - shownAtMs <= STALL_MS || nowMs - cardAtMs < CARD_EVERY_MS) return
    card()
    if (state.get().kind === 'on') state.set({ kind: 'card' })
  }

  card()
  start()
  const stopTicking = clock.every(TICK_MS, tick)
  return {
    get: state.get,
    subscribe: state.subscribe,
    track: outlet.track,
    watch(next) {
      camera = next
      look()
    },
    wear(next) {
      wear = next
      worker?.post({ kind: 'wear', wear } satisfies ToCoverWorker)
    },
    patch(next) {
      patches = next
      worker?.post({ kind: 'patches', patches } satisfies ToCoverWorker)
    },
    retry() {
      if (state.get().kind !== 'failed') return
      restarts = 0
      start()
    },
    close() {
      stopTicking()
      stop()
      outlet.close()
    },
  }
}
