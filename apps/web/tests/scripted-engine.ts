import type { Engine, EngineState } from '../src/lib/engine/types.ts'

/**
 * An engine that shows what a test tells it to and remembers what it was asked. The test writes `visavisScript` before
 * the page loads: the first state, and the answers to `block` and `report`.
 */
type Script = {
  state: EngineState
  reportAnswer: Awaited<ReturnType<Engine['report']>>
  blockAnswer: Awaited<ReturnType<Engine['block']>>
  /** Draws a moving picture as the partner's stream. */
  withRemote: boolean
  asked: unknown[]
  show(change: Partial<EngineState>): void
}

export function openEngine(): Promise<Engine> {
  const script = (window as unknown as { visavisScript: Script }).visavisScript
  const listeners = new Set<(state: EngineState) => void>()
  let state = script.state
  script.asked = []
  const remote = script.withRemote ? drawnStream() : undefined
  function withRemote(next: EngineState): EngineState {
    if (next.call.kind === 'none' || !remote) return next
    return { ...next, call: { ...next.call, remoteStream: remote } }
  }
  state = withRemote(state)
  script.show = (change) => {
    state = withRemote({ ...state, ...change })
    for (const listener of listeners) listener(state)
  }
  const note =
    (name: string) =>
    (...input: unknown[]) => {
      script.asked.push([name, ...input])
    }
  return Promise.resolve({
    state: {
      subscribe: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    snapshot: () => state,
    connect: note('connect'),
    disconnect: note('disconnect'),
    prepare: async () => note('prepare')(),
    seek: (wish) => {
      note('seek')(wish)
      script.show({ seek: { kind: 'seeking', sinceMs: 0 } })
    },
    cancelSeek: () => {
      note('cancelSeek')()
      script.show({ seek: { kind: 'idle' } })
    },
    next: note('next'),
    end: note('end'),
    sendText: (text) => {
      note('sendText')(text)
      return 'd0000000-0000-4000-8000-000000000001' as never
    },
    retryText: note('retryText'),
    setMicrophone: (on) => script.show({ self: { ...state.self, microphone: on } }),
    setCamera: (on) => script.show({ self: { ...state.self, camera: on } }),
    wantReveal: note('wantReveal'),
    replaceTracks: note('replaceTracks'),
    watchPicture: () => {},
    evidenceOf: async () => undefined,
    block: async (callId) => {
      note('block')(callId)
      return script.blockAnswer
    },
    report: async (...input) => {
      note('report')(...input)
      return script.reportAnswer
    },
    request: async () => ({ ok: false, code: 'NETWORK_OFFLINE' }),
    stored: note('stored'),
    renew: note('renew'),
    reopen: note('reopen'),
    serverNowMs: () => Date.now(),
  })
}

/** A soft, slowly moving scene: two colours and a round shape where a head would be. */
function drawnStream(): MediaStream {
  const canvas = document.createElement('canvas')
  canvas.width = 1280
  canvas.height = 720
  const context = canvas.getContext('2d')
  let frame = 0
  function draw(): void {
    if (!context) return
    frame += 1
    const shade = context.createLinearGradient(0, 0, 1280, 720)
    shade.addColorStop(0, '#35576b')
    shade.addColorStop(1, '#c58b6b')
    context.fillStyle = shade
    context.fillRect(0, 0, 1280, 720)
    context.fillStyle = '#8a5a41'
    context.beginPath()
    context.ellipse(640 + Math.sin(frame / 20) * 12, 300, 120, 150, 0, 0, 7)
    context.fill()
    context.fillStyle = '#23495a'
    context.beginPath()
    context.ellipse(640, 760, 330, 300, 0, 0, 7)
    context.fill()
    requestAnimationFrame(draw)
  }
  draw()
  return canvas.captureStream(15)
}
