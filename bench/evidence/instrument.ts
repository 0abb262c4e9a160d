/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// Runs inside a browser page, before the app. Types are stripped before it is injected; no imports.

type Video = { readonly bytesSent: number; readonly framesEncoded: number; readonly keyFramesEncoded: number }

const connections: RTCPeerConnection[] = []
const Original = globalThis.RTCPeerConnection
globalThis.RTCPeerConnection = class extends Original {
  constructor(configuration?: RTCConfiguration) {
    super(configuration)
    connections.push(this)
  }
}

/** What all connections of this page have sent of their pictures. */
async function sentVideo(): Promise<Video> {
  let [bytesSent, framesEncoded, keyFramesEncoded] = [0, 0, 0]
  for (const connection of connections) {
    for (const stat of (await connection.getStats()).values() as Iterable<RTCOutboundRtpStreamStats>) {
      if (stat.type !== 'outbound-rtp' || stat.kind !== 'video') continue
      bytesSent += stat.bytesSent ?? 0
      framesEncoded += stat.framesEncoded ?? 0
      keyFramesEncoded += stat.keyFramesEncoded ?? 0
    }
  }
  return { bytesSent, framesEncoded, keyFramesEncoded }
}
Object.assign(globalThis, { sentVideo })

// Without the taps the app would take stills in their place: the call alone is to be measured, so they find nothing.
if (localStorage.getItem('bench.taps') === 'off') {
  Reflect.deleteProperty(globalThis, 'RTCRtpScriptTransform')
  const createElement = document.createElement.bind(document)
  document.createElement = (name: string, options?: ElementCreationOptions): HTMLElement => {
    const element = createElement(name, options)
    if (name === 'video') Object.defineProperty(element, 'srcObject', { set: () => {}, get: () => null })
    return element
  }
}
