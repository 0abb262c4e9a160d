import { clock } from '../app/platform.ts'
import { openClassifier, type Classifier } from './classifier.ts'
import { SIDE } from './model-file.ts'
import type { FromNudityWorker, NudityAssets, ToNudityWorker } from './protocol.ts'

/** The worker that looks for nudity: pictures come in, five numbers go out, nothing is kept and nothing is sent anywhere. */
const tell = (message: FromNudityWorker) => postMessage(message)

const pen = new OffscreenCanvas(SIDE, SIDE).getContext('2d', { willReadFrequently: true, alpha: false })
let classifier: Classifier | undefined

async function start({ model, engine }: NudityAssets): Promise<void> {
  const answer = await fetch(model)
  if (!answer.ok) throw new Error('the model could not be had')
  classifier = await openClassifier(await answer.arrayBuffer(), engine)
  tell({ kind: 'ready' })
}

function look(picture: ImageBitmap): void {
  const beganMs = clock.monotonicMs()
  if (!pen || !classifier) throw new Error('not ready')
  pen.drawImage(picture, 0, 0, SIDE, SIDE)
  const scores = classifier.classify(pen.getImageData(0, 0, SIDE, SIDE).data)
  tell({ kind: 'seen', scores, tookMs: clock.monotonicMs() - beganMs })
}

addEventListener('message', ({ data }: MessageEvent<ToNudityWorker>) => {
  if (data.kind === 'start') start(data.assets).catch(() => tell({ kind: 'failed' }))
  else {
    try {
      look(data.picture)
    } catch {
      tell({ kind: 'failed' })
    } finally {
      data.picture.close()
    }
  }
})
