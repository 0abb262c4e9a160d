import type { Compositor } from './compositor.ts'
import type { Size } from './mask.ts'
import { rectangleOf, type Patch } from './patches.ts'

/** With the browser's own drawing, which is fast on the processor: where there is no graphics card to speak of. */
export function createCanvasCompositor(): Compositor {
  const whole = surface(2, 2)
  const outline = surface(2, 2)
  const room = surface(2, 2)
  let outlineData = new ImageData(2, 2)
  let patches: readonly Patch[] = []

  return {
    setOutline(alpha, _pixels, size) {
      if (fit(outline, size)) outlineData = new ImageData(size.width, size.height)
      const { data } = outlineData
      for (let i = 0; i < alpha.length; i++) data[4 * i + 3] = alpha[i] as number
      outline.pen.putImageData(outlineData, 0, 0)
    },
    setRoom(pixels, size) {
      fit(room, size)
      room.pen.putImageData(new ImageData(pixels, size.width, size.height), 0, 0)
    },
    setScene(scene) {
      fit(room, scene)
      room.pen.drawImage(scene, 0, 0)
    },
    setPatches: (next) => void (patches = next),
    compose(picture, width, height) {
      fit(whole, { width, height })
      const { pen, canvas } = whole
      pen.globalCompositeOperation = 'copy'
      pen.drawImage(outline.canvas, 0, 0, width, height)
      pen.globalCompositeOperation = 'source-in'
      pen.drawImage(picture, 0, 0, width, height)
      pen.globalCompositeOperation = 'destination-over'
      pen.drawImage(room.canvas, 0, 0, width, height)
      pen.globalCompositeOperation = 'source-over'
      for (const patch of patches) {
        const place = rectangleOf(patch, width, height)
        pen.fillStyle = `rgb(${patch.colour.join(' ')})`
        pen.fillRect(place.left, place.top, place.width, place.height)
      }
      return canvas
    },
    close: () => undefined,
  }
}

type Surface = { readonly canvas: OffscreenCanvas; readonly pen: OffscreenCanvasRenderingContext2D }

function surface(width: number, height: number): Surface {
  const canvas = new OffscreenCanvas(width, height)
  // Kept on the processor: what is drawn is read back at once, to be encoded.
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!pen) throw new Error('no canvas')
  return { canvas, pen }
}

/** True when the size was another one; the canvas is empty then. */
function fit({ canvas }: Surface, { width, height }: Size): boolean {
  if (canvas.width === width && canvas.height === height) return false
  canvas.width = width
  canvas.height = height
  return true
}
