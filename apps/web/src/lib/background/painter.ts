import { drawCard } from './card.ts'
import type { Compositor } from './compositor.ts'
import type { Sized } from './eye.ts'
import type { Wear } from './protocol.ts'
import { drawScene } from './scenes.ts'

/** Draws what is shown: the person before what was chosen, or the card. */
export type WearPainter = {
  wear(next: Wear): void
  paint(picture: Sized): OffscreenCanvas
  card(picture: Sized): OffscreenCanvas
}

export function createPainter(compositor: Compositor): WearPainter {
  const cardboard = new OffscreenCanvas(2, 2)
  const scene = new OffscreenCanvas(2, 2)
  const cardPen = cardboard.getContext('2d', { alpha: false, willReadFrequently: true })
  const scenePen = scene.getContext('2d', { alpha: false, willReadFrequently: true })
  if (!cardPen || !scenePen) throw new Error('no canvas')
  let wear: Wear = { kind: 'scene', scene: 'plain' }
  /** The shape of picture for which the scene was drawn; 0 when it is to be drawn anew. */
  let drawnFor = 0

  function setScene(width: number, height: number): void {
    if (wear.kind === 'blur' || wear.kind === 'room' || drawnFor === width * 10_000 + height) return
    drawnFor = width * 10_000 + height
    scene.width = width
    scene.height = height
    if (!scenePen) return
    if (wear.kind === 'scene') drawScene(scenePen, wear.scene, width, height)
    else cover(scenePen, wear.picture, width, height)
    compositor.setScene(scene)
  }

  return {
    wear(next) {
      if (wear.kind === 'picture') wear.picture.close()
      wear = next
      drawnFor = 0
    },
    paint({ picture, width, height }) {
      setScene(width, height)
      return compositor.compose(picture, width, height)
    },
    card({ width, height }) {
      if (cardboard.width !== width || cardboard.height !== height) {
        cardboard.width = width
        cardboard.height = height
      }
      drawCard(cardPen, width, height)
      return cardboard
    },
  }
}

/** The middle of `picture`, as large as it must be to leave nothing empty. */
function cover(pen: OffscreenCanvasRenderingContext2D, picture: ImageBitmap, width: number, height: number): void {
  const scale = Math.max(width / picture.width, height / picture.height)
  const [wide, high] = [picture.width * scale, picture.height * scale]
  pen.imageSmoothingQuality = 'high'
  pen.drawImage(picture, (width - wide) / 2, (height - high) / 2, wide, high)
}
