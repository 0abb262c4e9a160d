import type { RelayLease } from '@visavis/wire'
import type { MediaPath } from '../../apps/web/src/lib/engine/ports.ts'
import { createMediaPathFactory } from '../../apps/web/src/lib/media-path/index.ts'

/** The page of the path's own tests: one person's side of a call, driven from outside, with no engine and no screens. */
const clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  every(everyMs: number, work: () => void) {
    const timer = setInterval(work, everyMs)
    return () => clearInterval(timer)
  },
  after(ms: number, work: () => void) {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
}

export type OpenInput = {
  readonly lease: RelayLease
  readonly mode: 'video' | 'audio'
  readonly microphone?: boolean
  readonly camera?: boolean
}
type Credentials = { readonly ufrag: string; readonly pwd: string }
export type Opened = {
  readonly code: string | undefined
  readonly fingerprint: number[]
  readonly local: Credentials | undefined
}
export type Facts = {
  readonly states: readonly string[]
  readonly qualities: readonly string[]
  readonly stateAtMs: Readonly<Record<string, number>>
  readonly leaseWanted: number
  readonly frames: number
  /** Milliseconds from `connect` (or from `allow`, if it came later) to the first frame shown. */
  readonly firstFrameMs: number | undefined
  readonly audioEnergy: number
  readonly framesDecoded: number
  readonly framesEncoded: number
  readonly keyFramesEncoded: number
  readonly remoteCandidates: readonly string[]
  readonly selectedLocalType: string | undefined
  readonly connectMs: number | undefined
  readonly lastFrameAtMs: number
  readonly candidates: readonly { readonly address: string; readonly port: number }[]
  readonly width: number
}

const createPath = createMediaPathFactory(clock)
let path: MediaPath | undefined
let stream: MediaStream | undefined
let video: HTMLVideoElement | undefined
let startedAt = 0
const seen = {
  states: [] as string[],
  qualities: [] as string[],
  /** When each state was entered last, in milliseconds from `connect` or `allow`, whichever was later then. */
  stateAtMs: {} as Record<string, number>,
  leaseWanted: 0,
  frames: 0,
  firstFrameMs: undefined as number | undefined,
  connectMs: undefined as number | undefined,
  lastFrameAtMs: 0,
  candidates: [] as { address: string; port: number }[],
  localIce: undefined as Credentials | undefined,
}
const connections: RTCPeerConnection[] = []
const Native = RTCPeerConnection
globalThis.RTCPeerConnection = class extends Native {
  constructor(configuration?: RTCConfiguration) {
    super(configuration)
    connections.push(this)
  }
}

function show(remote: MediaStream): void {
  video = document.createElement('video')
  Object.assign(video, { autoplay: true, playsInline: true, width: 320 })
  video.srcObject = remote
  document.body.append(video)
  const shown = video
  const next = () =>
    shown.requestVideoFrameCallback(() => {
      // A last frame of the former call may still be shown.
      if (video !== shown) return
      seen.frames++
      seen.lastFrameAtMs = Date.now()
      seen.firstFrameMs ??= performance.now() - startedAt
      next()
    })
  next()
}

const harness = {
  async media(mode: 'video' | 'audio'): Promise<void> {
    const size = { width: 640, height: 480, frameRate: 30 }
    stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: mode === 'video' ? size : false })
    // The lobby shows people to themselves; without anybody looking the browser rests the camera.
    const preview = document.createElement('video')
    Object.assign(preview, { muted: true, autoplay: true, playsInline: true, width: 160, srcObject: stream })
    document.body.append(preview)
  },
  async open(input: OpenInput): Promise<Opened> {
    path?.close()
    video?.remove()
    video = undefined
    Object.assign(seen, {
      states: [],
      qualities: [],
      leaseWanted: 0,
      frames: 0,
      firstFrameMs: undefined,
      candidates: [],
    })
    path = createPath({
      microphone: true,
      camera: true,
      ...input,
      stream,
      listener: {
        state(state) {
          seen.states.push(state)
          seen.stateAtMs[state] = performance.now() - startedAt
        },
        quality: (quality) => void seen.qualities.push(quality),
        remoteStream: show,
        leaseWanted: () => void seen.leaseWanted++,
        candidate: (candidate) => void seen.candidates.push(candidate),
        localIce: (credentials) => void (seen.localIce = credentials),
      },
    })
    const ready = await path.prepare()
    if (!ready.ok) return { code: ready.code, fingerprint: [], local: undefined }
    return { code: undefined, fingerprint: [...ready.value.fingerprint], local: ready.value.local }
  },
  async connect(fingerprint: number[], dtls: 'active' | 'passive', remote?: Credentials): Promise<string | undefined> {
    startedAt = performance.now()
    const input = { fingerprint: Uint8Array.from(fingerprint), dtls, ...(remote && { remote }) }
    const result = await path?.connect(input)
    seen.connectMs = performance.now() - startedAt
    return result?.ok ? undefined : (result?.code ?? 'no path')
  },
  allow(): void {
    startedAt = performance.now()
    path?.allowMedia()
  },
  microphone: (on: boolean) => path?.setMicrophone(on),
  camera: (on: boolean) => path?.setCamera(on),
  candidate: (candidate: { address: string; port: number }) => path?.addCandidate(candidate),
  restart: (lease: RelayLease) => path?.restart(lease),
  localIce: () => seen.localIce,
  close: () => path?.close(),
  /** All that the browser tells of the present connection. */
  async stats(): Promise<Record<string, number | string>[]> {
    return [...((await connections.at(-1)?.getStats())?.values() ?? [])]
  },
  async facts(): Promise<Facts> {
    const pc = connections.at(-1)
    const stats = pc ? [...(await pc.getStats()).values()] : []
    const sum = (type: string, field: string) =>
      stats.filter((stat) => stat.type === type).reduce((total, stat) => total + (stat[field] ?? 0), 0)
    const transport = stats.find((stat) => stat.type === 'transport')
    const pair = stats.find((stat) => stat.id === transport?.selectedCandidatePairId)
    const { localIce: _, ...rest } = seen
    return {
      ...rest,
      audioEnergy: sum('inbound-rtp', 'totalAudioEnergy'),
      framesDecoded: sum('inbound-rtp', 'framesDecoded'),
      framesEncoded: sum('outbound-rtp', 'framesEncoded'),
      keyFramesEncoded: sum('outbound-rtp', 'keyFramesEncoded'),
      remoteCandidates: stats
        .filter((stat) => stat.type === 'remote-candidate')
        .map((stat) => `${stat.address}:${stat.port}`),
      selectedLocalType: stats.find((stat) => stat.id === pair?.localCandidateId)?.candidateType,
      width: video?.videoWidth ?? 0,
    }
  },
}
export type Harness = typeof harness
Object.assign(globalThis, { harness })
