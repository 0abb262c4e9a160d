import type { FromFrameWorker, TapOptions, ToFrameWorker } from './protocol.ts'
import { tapFrames, type EncodedFrame, type FrameStream } from './tap-frames.ts'

/** The worker through which the encoded pictures of all calls of a page pass: one for all, because it is asleep mostly. */
type Transformer = FrameStream<EncodedFrame> & { readonly options: TapOptions; sendKeyFrameRequest(): Promise<void> }
type Tap = { readonly ending: AbortController; receiver?: Transformer }

const taps = new Map<number, Tap>()
const tell = (message: FromFrameWorker, give: Transferable[] = []) => postMessage(message, { transfer: give })

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

async function seen({ tap, side }: TapOptions, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const digest = await digestOf(bytes)
  if (!taps.has(tap)) return
  if (side === 'sender') tell({ kind: 'sent', tap, digest })
  else tell({ kind: 'arrived', tap, digest, bytes }, [bytes.buffer])
}

function open(transformer: Transformer): void {
  const { options } = transformer
  const tap = taps.get(options.tap) ?? { ending: new AbortController() }
  taps.set(options.tap, tap)
  if (options.side === 'receiver') tap.receiver = transformer
  void tapFrames(transformer, (bytes) => void seen(options, bytes).catch(() => undefined), {
    bytesMax: options.bytesMax,
    signal: tap.ending.signal,
  })
}

addEventListener('rtctransform', (event) => open((event as Event & { transformer: Transformer }).transformer))
addEventListener('message', ({ data }: MessageEvent<ToFrameWorker>) => {
  const tap = taps.get(data.tap)
  if (data.kind === 'ask') {
    // Refused while nothing arrives, and then there is nothing to ask for.
    void tap?.receiver?.sendKeyFrameRequest().catch(() => undefined)
    return
  }
  taps.delete(data.tap)
  tap?.ending.abort()
})
tell({ kind: 'ready' })
