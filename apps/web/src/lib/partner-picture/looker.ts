import type { Clock } from '@visavis/ports'
import { SAMPLE_HEIGHT, SAMPLE_WIDTH, samplePicture, type PictureSample } from './picture-sample.ts'
import { createPictureWatch, LOOK_EVERY_MS, type PictureFacts, type PictureNote } from './picture-watch.ts'

/** The veil is drawn this often: enough to see that somebody is there and moves. */
const VEIL_EVERY_MS = 100
/** Its picture: so few dots that a face is a patch of colour. */
const VEIL_WIDTH = 24
const VEIL_HEIGHT = 18
/** Of 255. A room at night is brighter: cameras see to that. */
const BLACK_BELOW = 6

export type Looker = {
  stop(): void
  /** False while there is no picture yet. */
  drawVeil(): boolean
  /** There is a picture, and nothing in it. */
  isBlack(): boolean
}

/**
 * Looks at a partner's video: sums it up for the notes about the picture [M24], and draws the veil [M15]. The veil is a
 * picture of a few dots, drawn large and soft by the browser: it costs next to nothing, where a blur of the video
 * would cost the processor a whole screen of pixels for every frame.
 */
export function createLooker(deps: {
  readonly clock: Clock
  readonly video: HTMLVideoElement
  /** Undefined when the browser gives no drawing context; then the place stays plain. */
  readonly veil: CanvasRenderingContext2D | null
  readonly facts: () => PictureFacts
  readonly noted: (note: PictureNote | undefined) => void
  /** There is a picture, for others who look at it. */
  readonly pictured: (video: HTMLVideoElement) => void
}): Looker {
  const { clock, video, veil } = deps
  const watch = createPictureWatch()
  const looking = new OffscreenCanvas(SAMPLE_WIDTH, SAMPLE_HEIGHT).getContext('2d', { willReadFrequently: true })
  if (veil) {
    veil.canvas.width = VEIL_WIDTH
    veil.canvas.height = VEIL_HEIGHT
  }

  const hasPicture = () => video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0

  /** A browser paints no video in a tab behind others: an old picture there says nothing about the partner. */
  function factsNow(): PictureFacts {
    const facts = deps.facts()
    return video.ownerDocument.hidden ? { ...facts, isFlowing: false } : facts
  }

  function sampleNow(): PictureSample | undefined {
    if (!looking || !hasPicture()) return undefined
    looking.drawImage(video, 0, 0, SAMPLE_WIDTH, SAMPLE_HEIGHT)
    return samplePicture(looking.getImageData(0, 0, SAMPLE_WIDTH, SAMPLE_HEIGHT).data)
  }

  function look(): void {
    if (!looking) return
    const sample = sampleNow()
    deps.noted(watch.look(clock.monotonicMs(), factsNow(), sample))
    if (sample) deps.pictured(video)
  }

  function drawVeil(): boolean {
    if (!hasPicture()) return false
    veil?.drawImage(video, 0, 0, VEIL_WIDTH, VEIL_HEIGHT)
    return true
  }

  const endLooking = clock.every(LOOK_EVERY_MS, look)
  const endVeil = clock.every(VEIL_EVERY_MS, drawVeil)
  return {
    drawVeil,
    isBlack: () => (sampleNow()?.brightness ?? BLACK_BELOW) < BLACK_BELOW,
    stop() {
      endLooking()
      endVeil()
    },
  }
}
