import type { Clock } from '@visavis/ports'
import type { MediaPath, MediaPathOptions } from '../engine/ports.ts'
import { learn, NEW_PATH, stateOf, type PathFacts } from './path-state.ts'
import { watchQuality } from './quality-watch.ts'
import { createRecovery, type Recovery } from './recovery.ts'
import type { Senders } from './senders.ts'
import type { StartRate } from './start-rate.ts'
import { packetsArrived, watchStalls } from './stall-watch.ts'

/**
 * What both kinds of path share: one RTCPeerConnection with its facts, its recovery and its listener.
 *
 * Who tells whom: `close()` is the owner's choice and final, no listener is called after it. `failed` happens to the
 * path: everything is released and the owner is told, who still has to close.
 */
export type Connection = {
  readonly pc: RTCPeerConnection
  readonly recovery: Recovery
  readonly remoteStream: MediaStream
  learn(news: Partial<PathFacts>): void
  isOver(): boolean
  /** Runs signalling steps one after the other. False if the path is over, or the browser refuses: then it fails. */
  inTurn(step: () => Promise<void>): Promise<boolean>
  /** Takes what the first remote description has made, in the template's order. */
  takeTransceivers(senders: Senders, evidence: MediaPathOptions['evidence']): Promise<void>
  /** Resolves true when `holds` becomes true of the facts, false when the path is over or `ms` have passed. */
  until(holds: (facts: PathFacts) => boolean, ms: number): Promise<boolean>
  close(): void
}

type Deps = {
  readonly clock: Clock
  readonly listener: MediaPathOptions['listener']
  readonly rate: StartRate
}

export function createConnection({ clock, listener, rate }: Deps, configuration: RTCConfiguration): Connection {
  const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require', ...configuration })
  const fail = () => tell({ over: 'failed' })
  const recovery = createRecovery({ clock, leaseWanted: () => listener.leaseWanted(), gaveUp: fail })
  const stopListening = watchBrowser(pc, recovery, tell)
  const watchers = new Set<() => void>()
  const remoteStream = new MediaStream()
  let facts = NEW_PATH
  let attached: Senders | undefined
  let turn: Promise<unknown> = Promise.resolve()
  let endWatches: (() => void) | undefined

  function tell(news: Partial<PathFacts>): void {
    const before = stateOf(facts)
    facts = learn(facts, news)
    const state = stateOf(facts)
    for (const watcher of watchers) watcher()
    if (state === before) return
    recovery.stateChanged(state)
    if (state === 'closed' || state === 'failed') release()
    if (state === 'closed') return
    if (state === 'connected') endWatches ??= watchStats({ clock, listener, rate }, pc, () => attached?.refresh())
    listener.state(state)
  }

  /** Harmless when done twice: a failed path is closed later. */
  function release(): void {
    recovery.stop()
    endWatches?.()
    stopListening()
    pc.close()
    for (const track of remoteStream.getTracks()) track.stop()
  }

  async function run(step: () => Promise<void>): Promise<boolean> {
    if (facts.over) return false
    await step().catch(fail)
    return facts.over === undefined
  }

  async function takeTransceivers(senders: Senders, evidence: MediaPathOptions['evidence']): Promise<void> {
    for (const transceiver of pc.getTransceivers()) {
      transceiver.direction = 'sendrecv'
      remoteStream.addTrack(transceiver.receiver.track)
    }
    const [, video] = pc.getTransceivers()
    evidence?.attach({ sender: video?.sender, receiver: video?.receiver })
    attached = senders
    await senders.attach(pc.getSenders(), fail)
  }

  return {
    pc,
    recovery,
    remoteStream,
    learn: tell,
    isOver: () => facts.over !== undefined,
    inTurn(step) {
      const done = turn.then(() => run(step))
      turn = done
      return done
    },
    takeTransceivers,
    until: (holds, ms) => waitFor(clock, watchers, () => (facts.over ? false : holds(facts) || undefined), ms),
    close: () => tell({ over: 'closed' }),
  }
}

/** Resolves with the first answer of `look`, which is asked at once and after every change; false after `ms`. */
function waitFor(
  clock: Clock,
  watchers: Set<() => void>,
  look: () => boolean | undefined,
  ms: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => finish(false))
    watchers.add(watcher)
    watcher()
    function finish(held: boolean): void {
      cancel()
      watchers.delete(watcher)
      resolve(held)
    }
    function watcher(): void {
      const held = look()
      if (held !== undefined) finish(held)
    }
  })
}

/** A certificate of this path only (ECDSA P-256): two matches of one person have nothing in common. */
export function newCertificate(): Promise<RTCCertificate> {
  const algorithm: EcKeyGenParams = { name: 'ECDSA', namedCurve: 'P-256' }
  return RTCPeerConnection.generateCertificate(algorithm)
}

/**
 * Whether a transport of this browser keeps the fingerprint it was first told for good, as Gecko's does and libwebrtc's does
 * not: a partner then needs a connection of their own. Engines name themselves in the origin of their descriptions.
 */
export function keepsFirstFingerprint(pc: RTCPeerConnection): boolean {
  return /^o=mozilla/m.test(pc.localDescription?.sdp ?? '')
}

/** The switches of a path are those of its senders. */
export function switches(
  senders: Senders,
): Pick<MediaPath, 'allowMedia' | 'setMicrophone' | 'setCamera' | 'replaceStream'> {
  return {
    allowMedia: () => senders.allow(),
    setMicrophone: (on) => senders.switch('audio', on),
    setCamera: (on) => senders.switch('video', on),
    replaceStream: (stream) => senders.replaceStream(stream),
  }
}

/** What is read from the statistics of a connected path: its quality, what it carries, and that a cut is over. */
function watchStats({ clock, listener, rate }: Deps, pc: RTCPeerConnection, resumed: () => void): () => void {
  async function read(): Promise<RTCStatsReport> {
    const report = await pc.getStats()
    rate.learn(report.values())
    return report
  }
  const endQuality = watchQuality({ clock, read }, (quality) => listener.quality(quality))
  const endStalls = watchStalls({ clock, arrived: async () => packetsArrived((await pc.getStats()).values()) }, resumed)
  return () => {
    endQuality()
    endStalls()
  }
}

/** Turns the browser's events into facts. Returns the end of it. */
function watchBrowser(pc: RTCPeerConnection, recovery: Recovery, tell: (news: Partial<PathFacts>) => void): () => void {
  function iceChanged(): void {
    const state = pc.iceConnectionState
    tell({ ice: state === 'connected' || state === 'completed' })
    if (state === 'failed') recovery.iceFailed()
  }
  function connectionChanged(): void {
    if (pc.connectionState === 'connected') tell({ secured: true })
    // ICE that failed can be restarted; a handshake that failed met the wrong certificate, and never will be right.
    if (pc.getSenders().some((sender) => sender.transport?.state === 'failed')) tell({ over: 'failed' })
  }
  pc.addEventListener('iceconnectionstatechange', iceChanged)
  pc.addEventListener('connectionstatechange', connectionChanged)
  return () => {
    pc.removeEventListener('iceconnectionstatechange', iceChanged)
    pc.removeEventListener('connectionstatechange', connectionChanged)
  }
}
