import type { FromFrameWorker, TapOptions, ToFrameWorker } from './protocol.ts'
import type { FrameTap, FrameTapListener } from './types.ts'

/** The worker as the page sees it. */
export type FrameWorker = {
  post(message: ToFrameWorker): void
  onMessage(listener: (message: FromFrameWorker) => void): void
  /** Its script could not be had, or it threw. */
  onDeath(listener: () => void): void
  /** What makes the frames of a sender or receiver pass through it. */
  transform(options: TapOptions): RTCRtpScriptTransform
}

type Ends = Parameters<FrameTap['attach']>[0]
type Open = { listener: FrameTapListener | undefined; ends: Ends | undefined }

/**
 * The taps of one page, all through one worker. A tap is put on when the worker says that it runs: frames sent through a
 * worker that never starts would be lost. If the worker dies, the taps come off and the pictures go on without.
 */
export function createFrameTaps(deps: {
  readonly worker: FrameWorker
  /** Larger key frames are not looked at. */
  readonly bytesMax: number
}): { open(): FrameTap | undefined } {
  const { worker, bytesMax } = deps
  const taps = new Map<number, Open>()
  let state: 'starting' | 'ready' | 'dead' = 'starting'
  let made = 0

  function putOn(tap: number, { sender, receiver }: Ends): void {
    if (sender) sender.transform = worker.transform({ tap, side: 'sender', bytesMax })
    if (receiver) receiver.transform = worker.transform({ tap, side: 'receiver', bytesMax })
  }

  worker.onMessage((message) => {
    if (message.kind === 'ready') {
      if (state !== 'starting') return
      state = 'ready'
      for (const [tap, { ends }] of taps) if (ends) putOn(tap, ends)
      return
    }
    const listener = taps.get(message.tap)?.listener
    if (message.kind === 'sent') listener?.sent(message.digest)
    else listener?.arrived({ bytes: message.bytes, digest: message.digest })
  })
  worker.onDeath(() => {
    state = 'dead'
    for (const { ends, listener } of taps.values()) {
      if (ends?.sender) ends.sender.transform = null
      if (ends?.receiver) ends.receiver.transform = null
      listener?.lost()
    }
  })

  return {
    open() {
      if (state === 'dead') return undefined
      const tap = ++made
      const opened: Open = { listener: undefined, ends: undefined }
      taps.set(tap, opened)
      return {
        attach(ends) {
          opened.ends = ends
          if (state === 'ready') putOn(tap, ends)
        },
        listen: (listener) => void (opened.listener = listener),
        ask: () => worker.post({ kind: 'ask', tap }),
        close() {
          if (!taps.delete(tap)) return
          opened.listener = undefined
          worker.post({ kind: 'close', tap })
        },
      }
    },
  }
}

/** The real worker; only where the browser has `RTCRtpScriptTransform`. */
export function asFrameWorker(worker: Worker): FrameWorker {
  return {
    post: (message) => worker.postMessage(message, []),
    onMessage: (listener) =>
      worker.addEventListener('message', ({ data }: MessageEvent<FromFrameWorker>) => listener(data)),
    onDeath(listener) {
      worker.addEventListener('error', listener)
      worker.addEventListener('messageerror', listener)
    },
    transform: (options) => new RTCRtpScriptTransform(worker, options),
  }
}
