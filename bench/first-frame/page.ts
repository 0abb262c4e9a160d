/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// Runs inside a browser page: the baselines of the bench. Types are stripped before it is injected; no imports.

type Signal = { readonly description?: RTCSessionDescriptionInit; readonly candidate?: RTCIceCandidateInit }
type Order =
  | { readonly kind: 'match'; readonly initiator: boolean; readonly partnerPeerId: string }
  | { readonly kind: 'press' }
  | { readonly kind: 'rest' }
  | { readonly kind: 'signal'; readonly signal: Signal }
type Told =
  | { readonly kind: 'ready'; readonly peerId: string }
  | { readonly kind: 'signal'; readonly signal: Signal }
  | { readonly kind: 'next' }
  | {
      readonly kind: 'frame'
      readonly pressedAtMs: number
      readonly matchedAtMs: number
      readonly frameAtMs: number
    }

type PeerJsCall = {
  on(event: 'stream', listener: (stream: MediaStream) => void): void
  answer(stream: MediaStream): void
  close(): void
}
type PeerJs = {
  on(event: 'open', listener: (id: string) => void): void
  on(event: 'call', listener: (call: PeerJsCall) => void): void
  call(id: string, stream: MediaStream): PeerJsCall
}

type Options = {
  readonly flow: 'naive' | 'peerjs' | 'floor'
  readonly socketUrl: string
  readonly peerPort: number
  readonly ice: RTCConfiguration
}

/** Wall-clock milliseconds with sub-millisecond steps; pages on one machine share it. */
const nowMs = (): number => performance.timeOrigin + performance.now()

async function startBaseline(options: Options): Promise<void> {
  const own = await navigator.mediaDevices.getUserMedia({
    video: { width: 640, height: 480, frameRate: 30 },
    audio: true,
  })
  const socket = new WebSocket(options.socketUrl)
  const tell = (told: Told) => socket.send(JSON.stringify(told))
  let pressedAtMs = 0
  let matchedAtMs = 0
  let endLast = () => {}

  function show(stream: MediaStream): void {
    const video = document.createElement('video')
    video.muted = true
    video.autoplay = true
    video.srcObject = stream
    document.body.replaceChildren(video)
    const look: VideoFrameRequestCallback = (_, { receiveTime }) => {
      // A frame of the former match may still be on its way to the screen.
      const isOld = receiveTime !== undefined && performance.timeOrigin + receiveTime < matchedAtMs
      if (isOld) video.requestVideoFrameCallback(look)
      else tell({ kind: 'frame', pressedAtMs, matchedAtMs, frameAtMs: nowMs() })
    }
    video.requestVideoFrameCallback(look)
  }

  // The flow of most tutorials: everything is created once the partner is known, candidates trickle.
  let naive: { connection: RTCPeerConnection; waiting: RTCIceCandidateInit[] } | undefined
  async function startNaive(initiator: boolean): Promise<void> {
    const connection = new RTCPeerConnection(options.ice)
    naive = { connection, waiting: [] }
    endLast = () => connection.close()
    connection.onicecandidate = ({ candidate }) =>
      candidate && tell({ kind: 'signal', signal: { candidate: candidate.toJSON() } })
    connection.ontrack = ({ track, streams }) => track.kind === 'video' && streams[0] && show(streams[0])
    for (const track of own.getTracks()) connection.addTrack(track, own)
    if (!initiator) return
    await connection.setLocalDescription()
    tell({
      kind: 'signal',
      signal: { description: connection.localDescription?.toJSON() as RTCSessionDescriptionInit },
    })
  }

  async function takeSignal({ description, candidate }: Signal): Promise<void> {
    if (!naive) return
    const { connection, waiting } = naive
    if (candidate) {
      if (connection.remoteDescription) await connection.addIceCandidate(candidate)
      else waiting.push(candidate)
      return
    }
    if (!description) return
    await connection.setRemoteDescription(description)
    for (const each of waiting.splice(0)) await connection.addIceCandidate(each)
    if (description.type !== 'offer') return
    await connection.setLocalDescription()
    tell({
      kind: 'signal',
      signal: { description: connection.localDescription?.toJSON() as RTCSessionDescriptionInit },
    })
  }

  // The floor: the pair stays connected, and a match only switches the pictures on.
  async function switchPicture(on: boolean): Promise<void> {
    const sender = naive?.connection.getSenders().find(({ track }) => track?.kind === 'video')
    const parameters = sender?.getParameters()
    if (!sender || !parameters) return
    for (const encoding of parameters.encodings) encoding.active = on
    await sender.setParameters(parameters)
  }
  function startFloor(initiator: boolean): void {
    if (!naive) return void startNaive(initiator)
    show(new MediaStream(naive.connection.getReceivers().map(({ track }) => track)))
    void switchPicture(true)
  }

  let peer: PeerJs | undefined
  function take(call: PeerJsCall): void {
    let shown = false
    endLast = () => call.close()
    // PeerJS announces a stream once per track.
    call.on('stream', (stream) => {
      if (shown || stream.getVideoTracks().length === 0) return
      shown = true
      show(stream)
    })
  }

  socket.addEventListener('message', ({ data }) => {
    const order = JSON.parse(data as string) as Order
    if (order.kind === 'signal') return void takeSignal(order.signal)
    if (order.kind === 'rest') return void switchPicture(false)
    if (order.kind === 'press') {
      pressedAtMs = nowMs()
      return tell({ kind: 'next' })
    }
    matchedAtMs = nowMs()
    if (options.flow === 'floor') return startFloor(order.initiator)
    endLast()
    if (options.flow === 'naive') return void startNaive(order.initiator)
    if (order.initiator && peer) take(peer.call(order.partnerPeerId, own))
  })
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  if (options.flow !== 'peerjs') return tell({ kind: 'ready', peerId: '' })
  const { Peer } = globalThis as unknown as { Peer: new (options: object) => PeerJs }
  peer = new Peer({ host: 'localhost', port: options.peerPort, path: '/', config: options.ice, debug: 0 })
  peer.on('call', (call) => {
    take(call)
    call.answer(own)
  })
  peer.on('open', (peerId) => tell({ kind: 'ready', peerId }))
}

Object.assign(globalThis, { startBaseline })
