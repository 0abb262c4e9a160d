import type { Page } from '@playwright/test'

/** What a page was told and what it sent and decoded, as the browser's own objects saw it. */
export type Recorded = {
  /** Every description that was set, local and remote, and every candidate that was added or found. */
  readonly remote: readonly string[]
  readonly local: readonly string[]
  readonly remoteCandidates: readonly string[]
  readonly localCandidates: readonly { readonly type: string; readonly address: string }[]
  /** Labels of the partner's pictures that ever began to play. */
  readonly played: readonly string[]
  /** Frames of others decoded and packets of media sent, over all connections so far. */
  readonly framesDecoded: number
  readonly packetsSent: number
  readonly violations: readonly string[]
}

type Recording = {
  connections: RTCPeerConnection[]
  sockets: WebSocket[]
  remote: string[]
  local: string[]
  played: string[]
  violations: string[]
  candidates: Map<string, { remote: boolean; type: string; address: string }>
  counts: Map<string, { framesDecoded: number; packetsSent: number }>
}
/** Without the old forms that take callbacks, which nobody uses here. */
type Modern = {
  setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void>
  addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void>
}
type Recorder = { visavisRecording: Recording }
/** A page of whatever drives the browser. */
type AnyPage = { evaluate<T>(work: () => T): Promise<T> }

/** Runs in the page before anything of ours: hands out the real classes, and keeps what goes through them. */
export function installRecorder(): void {
  const recording: Recording = {
    connections: [],
    sockets: [],
    remote: [],
    local: [],
    played: [],
    violations: [],
    candidates: new Map(),
    counts: new Map(),
  }
  ;(globalThis as unknown as Recorder).visavisRecording = recording
  document.addEventListener('securitypolicyviolation', (event) => {
    recording.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`)
  })
  document.addEventListener(
    'playing',
    ({ target }) => {
      const label = target instanceof HTMLVideoElement ? (target.getAttribute('aria-label') ?? '') : ''
      if (label.startsWith('Picture of')) recording.played.push(label)
    },
    true,
  )
  const prototype: Modern = RTCPeerConnection.prototype
  const setRemoteDescription = prototype.setRemoteDescription
  const addIceCandidate = prototype.addIceCandidate
  prototype.setRemoteDescription = function set(this: RTCPeerConnection, description: RTCSessionDescriptionInit) {
    recording.remote.push(description.sdp ?? '')
    return setRemoteDescription.call(this, description)
  }
  prototype.addIceCandidate = function add(this: RTCPeerConnection, candidate?: RTCIceCandidateInit | null) {
    recording.remote.push(candidate?.candidate ?? '')
    return addIceCandidate.call(this, candidate)
  }
  globalThis.RTCPeerConnection = new Proxy(RTCPeerConnection, {
    construct(target, args: [RTCConfiguration?]) {
      const made = new target(...args)
      recording.connections.push(made)
      return made
    },
  })
  globalThis.WebSocket = new Proxy(WebSocket, {
    construct(target, args: [string]) {
      const made = new target(...args)
      recording.sockets.push(made)
      return made
    },
  })
  const look = async (connection: RTCPeerConnection, number: number) => {
    const sdp = connection.localDescription?.sdp
    if (sdp && !recording.local.includes(sdp)) recording.local.push(sdp)
    const stats = await connection.getStats()
    for (const raw of stats.values()) {
      const entry = raw as Record<string, string & number>
      const { type } = entry
      if (type === 'local-candidate' || type === 'remote-candidate') {
        const address = entry['address'] ?? ''
        const key = `${number} ${address} ${entry['port']}`
        const kind = entry['candidateType'] ?? ''
        recording.candidates.set(key, { remote: type === 'remote-candidate', type: kind, address })
      }
      if (type !== 'inbound-rtp' && type !== 'outbound-rtp') continue
      recording.counts.set(`${number} ${entry['id']}`, {
        framesDecoded: entry['framesDecoded'] ?? 0,
        packetsSent: entry['packetsSent'] ?? 0,
      })
    }
  }
  setInterval(() => {
    for (const [number, connection] of recording.connections.entries())
      if (connection.connectionState !== 'closed') void look(connection, number)
  }, 100)
}

export async function recorded(page: AnyPage): Promise<Recorded> {
  return page.evaluate(() => {
    const { visavisRecording: recording } = globalThis as unknown as Recorder
    const candidates = [...recording.candidates.values()]
    const counts = [...recording.counts.values()]
    return {
      remote: recording.remote,
      local: recording.local,
      remoteCandidates: candidates.filter(({ remote }) => remote).map(({ address }) => address),
      localCandidates: candidates.filter(({ remote }) => !remote).map(({ type, address }) => ({ type, address })),
      played: recording.played,
      framesDecoded: counts.reduce((sum, { framesDecoded }) => sum + framesDecoded, 0),
      packetsSent: counts.reduce((sum, { packetsSent }) => sum + packetsSent, 0),
      violations: recording.violations,
    }
  })
}

/** Sends raw bytes over the page's own open socket, past everything the page would check. */
export async function sendRaw(page: Page, bytes: Uint8Array): Promise<void> {
  await page.evaluate(
    (values) => {
      const { sockets } = (globalThis as unknown as Recorder).visavisRecording
      const open = sockets.findLast((socket) => socket.readyState === WebSocket.OPEN)
      if (!open) throw new Error('no open socket')
      open.send(new Uint8Array(values))
    },
    [...bytes],
  )
}
