import { SECOND, type Clock, type Log } from '@visavis/ports'
import { CANDIDATES_PER_CALL_MAX, fail, ok, type LegId, type Mode, type RelayLease, type Result } from '@visavis/wire'
import type { FrameTap } from '../evidence/types.ts'
import type { MediaPath, MediaPathFactory, MediaPathListener, MediaPathReady } from './ports.ts'
import type { SelfMedia } from './types.ts'

/** Leases are the manager's own affair, in a call too. */
export type CallPathListener = Omit<MediaPathListener, 'leaseWanted'>

/** For a path whose news matter to nobody. */
export const DEAF: CallPathListener = {
  state: () => undefined,
  quality: () => undefined,
  remoteStream: () => undefined,
  candidate: () => undefined,
}

/** A prepared path whose lease ends sooner than this is not offered for a match any more. */
export const LEASE_MARGIN_MS = 60 * SECOND

/** A path that stands and waits for a match. Whoever takes it closes it. */
export type ReadyPath = {
  readonly path: MediaPath
  readonly ready: MediaPathReady
  readonly legId: LegId | undefined
  /** Sees its key frames; undefined where the browser shows none, and without pictures. */
  readonly evidence: FrameTap | undefined
  expiresAtMs(): number
  isBroken(): boolean
  /** Which source it was made for. */
  readonly source: number
  /** Who hears of the path from now on; until then only its failure matters. */
  listen(listener: CallPathListener): void
  /** Fresh credentials for the same leg, and an ICE restart with them. Never rejects. */
  restart(): Promise<void>
}

export type MediaManager = {
  /** What the person shows. Another mode makes a path of the former one useless, and it is closed. */
  setSource(source: {
    readonly mode: Mode
    readonly stream: MediaStream | undefined
    readonly isVirtual: boolean
  }): void
  mode(): Mode
  /** Makes one path ready if none is; several calls share the work. Never rejects. In text mode there is nothing to do. */
  ensure(): Promise<Result<undefined>>
  isReady(): boolean
  take(): ReadyPath | undefined
  /** Gives an unused path back for the next match. */
  giveBack(path: ReadyPath): void
  discard(): void
  setMicrophone(on: boolean): void
  setCamera(on: boolean): void
  replaceStream(stream: MediaStream): void
  self(): SelfMedia
}

/** Keeps the way through the relay warm: the next path is ready before the present call is over [M2]. */
export function createMediaManager(deps: {
  readonly clock: Clock
  readonly log: Log
  readonly serverNowMs: () => number
  readonly factory: MediaPathFactory
  readonly lease: (legId: LegId | undefined) => Promise<Result<RelayLease>>
  readonly openTap: () => FrameTap | undefined
}): MediaManager {
  let mode: Mode = 'text'
  let stream: MediaStream | undefined
  let microphone = true
  let camera = true
  let isVirtual = false
  let ready: ReadyPath | undefined
  let unfinished: MediaPath | undefined
  let making: Promise<Result<undefined>> | undefined
  let generation = 0
  let source = 0

  function discard(): void {
    generation++
    making = undefined
    ready?.path.close()
    unfinished?.close()
    ready = unfinished = undefined
  }

  function isReady(): boolean {
    if (mode === 'text') return true
    if (ready && ready.expiresAtMs() - deps.serverNowMs() < LEASE_MARGIN_MS) discard()
    return ready !== undefined
  }

  async function make(mine: number, kind: Exclude<Mode, 'text'>): Promise<Result<undefined>> {
    const lease = await deps.lease(undefined)
    if (mine !== generation) return ok(undefined) // Not wanted any more; whoever asked looks again.
    if (!lease.ok) return lease
    const relay = createRelay()
    const evidence = kind === 'video' ? deps.openTap() : undefined
    const { listener } = relay
    const own = { stream, microphone, camera }
    const path = deps.factory({ lease: lease.value, mode: kind, ...own, listener, ...(evidence && { evidence }) })
    unfinished = path
    const made = await path.prepare()
    // A `discard` meanwhile has closed the path already.
    if (mine !== generation) return ok(undefined)
    unfinished = undefined
    if (!made.ok) {
      path.close()
      return made
    }
    const candidate = hold(path, made.value, lease.value, relay, evidence)
    relay.onFailure(() => ready === candidate && discard())
    relay.onLeaseWanted(() => void candidate.restart())
    ready = candidate
    return ok(undefined)
  }

  function hold(
    path: MediaPath,
    made: MediaPathReady,
    first: RelayLease,
    relay: ReturnType<typeof createRelay>,
    evidence: FrameTap | undefined,
  ): ReadyPath {
    const legId = first.kind === 'splice' ? first.legId : undefined
    let expiresAtMs = first.expiresAtMs
    return {
      path,
      ready: made,
      legId,
      evidence,
      expiresAtMs: () => expiresAtMs,
      isBroken: relay.isBroken,
      source,
      listen: relay.listen,
      async restart() {
        try {
          const lease = await deps.lease(legId)
          if (!lease.ok) return deps.log.warn('no fresh lease', { code: lease.code })
          expiresAtMs = lease.value.expiresAtMs
          await path.restart(lease.value)
        } catch (err) {
          deps.log.error('media path not restarted', { err })
        }
      },
    }
  }

  async function makeOnce(mine: number, kind: Exclude<Mode, 'text'>): Promise<Result<undefined>> {
    try {
      return await make(mine, kind)
    } catch (err) {
      deps.log.error('media path not made', { err })
      if (mine === generation) discard()
      return fail('CALL_MEDIA_FAILED')
    } finally {
      if (mine === generation) making = undefined
    }
  }

  function replaceStream(next: MediaStream): void {
    stream = next
    ready?.path.replaceStream(next)
    unfinished?.replaceStream(next)
  }

  return {
    setSource(next) {
      isVirtual = next.isVirtual
      if (next.mode === mode && next.stream === stream) return
      // Another camera or a camera opened anew goes onto the path that stands; only another kind of call needs a new one.
      if (next.mode === mode && next.stream && stream) return replaceStream(next.stream)
      discard()
      source++
      mode = next.mode
      stream = next.stream
    },
    mode: () => mode,
    ensure() {
      if (isReady() || mode === 'text') return Promise.resolve(ok(undefined))
      making ??= makeOnce(generation, mode)
      return making
    },
    isReady,
    take() {
      if (!isReady()) return undefined
      const taken = ready
      ready = undefined
      return taken
    },
    giveBack(path) {
      // A later path is already there or on its way, or the source changed: one is enough.
      if (ready || making || mode === 'text' || path.isBroken() || path.source !== source) return path.path.close()
      ready = path
    },
    discard,
    setMicrophone(on) {
      microphone = on
      ready?.path.setMicrophone(on)
      unfinished?.setMicrophone(on)
    },
    setCamera(on) {
      camera = on
      ready?.path.setCamera(on)
      unfinished?.setCamera(on)
    },
    replaceStream,
    self: () => ({ microphone, camera, isVirtual }),
  }
}

/** A path is made before its listener is known: what happens while it waits is heard here, the rest by the call. */
function createRelay() {
  let target: CallPathListener | undefined
  const candidates: { address: string; port: number }[] = []
  let broken = false
  let failed: () => void = () => undefined
  let leaseWanted: () => void = () => undefined
  const listener: MediaPathListener = {
    state(state) {
      broken ||= state === 'failed' || state === 'closed'
      if (target) target.state(state)
      else if (broken) failed()
    },
    quality: (quality) => target?.quality(quality),
    remoteStream: (stream) => target?.remoteStream(stream),
    leaseWanted: () => leaseWanted(),
    candidate(candidate) {
      // Found before the match: told to whoever takes the path.
      if (candidates.length < CANDIDATES_PER_CALL_MAX) candidates.push(candidate)
      target?.candidate(candidate)
    },
    localIce: (credentials) => target?.localIce?.(credentials),
  }
  return {
    listener,
    listen: (next: CallPathListener) => {
      target = next
      for (const candidate of candidates) next.candidate(candidate)
    },
    isBroken: () => broken,
    onFailure: (work: () => void) => void (failed = work),
    onLeaseWanted: (work: () => void) => void (leaseWanted = work),
  }
}
