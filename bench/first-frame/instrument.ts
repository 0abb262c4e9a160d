/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// Runs in the product's pages before its own code, types stripped, no imports: notes when what happened. It changes
// nothing of what the product does.

type Marks = Record<string, number>

/** Types of frames as packages/wire numbers them; the second byte of every frame. */
const FOUND = 69
const APPLIED = 5
const SEEK = 2

function instrument(): void {
  const nowMs = (): number => performance.timeOrigin + performance.now()
  let marks: Marks = {}
  let pressed = 0
  let sought = 0
  const mark = (name: string): void => void (marks[name] ??= nowMs())
  const typeOf = (data: unknown): number | undefined => {
    if (data instanceof ArrayBuffer) return new Uint8Array(data)[1]
    return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset)[1] : undefined
  }
  addEventListener('keydown', () => (pressed = nowMs()), { capture: true })

  const NativeSocket = WebSocket
  globalThis.WebSocket = class extends NativeSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      this.addEventListener('message', ({ data }) => {
        if (typeOf(data) === FOUND) marks = { pressed, sought, found: nowMs() }
      })
    }
    override send(data: Parameters<WebSocket['send']>[0]): void {
      super.send(data)
      if (typeOf(data) === SEEK) sought = nowMs()
      if (typeOf(data) === APPLIED) mark('applied')
    }
  }

  const NativeConnection = RTCPeerConnection
  globalThis.RTCPeerConnection = class extends NativeConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      this.addEventListener('connectionstatechange', () => this.connectionState === 'connected' && mark('connected'))
      this.addEventListener('track', ({ track }) => {
        if (track.kind === 'video') track.addEventListener('unmute', () => mark('packet'))
      })
    }
  }

  // Called with `this` below, as the browser would.
  // oxlint-disable-next-line typescript/unbound-method
  const setParameters = RTCRtpSender.prototype.setParameters
  RTCRtpSender.prototype.setParameters = function (parameters, ...rest) {
    if (this.track?.kind === 'video' && parameters.encodings[0]?.active) mark('confirmed')
    return setParameters.call(this, parameters, ...rest)
  }

  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject')
  if (!source?.set) return
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...source,
    set(this: HTMLMediaElement, stream: MediaProvider | null) {
      source.set?.call(this, stream)
      if (!stream || !(this instanceof HTMLVideoElement)) return
      if (this.ariaLabel?.startsWith('Picture of')) mark('shown')
      this.requestVideoFrameCallback(() => {
        if (this.srcObject !== stream || !this.ariaLabel?.startsWith('Picture of')) return
        mark('frame')
        ;(globalThis as unknown as { tellFrame(seen: Marks): void }).tellFrame(marks)
      })
    },
  })
}

instrument()
