import { createCanvasCompositor } from '../../apps/web/src/lib/background/canvas-compositor.ts'
import type { Compositor } from '../../apps/web/src/lib/background/compositor.ts'
import { createGlCompositor } from '../../apps/web/src/lib/background/gl-compositor.ts'

/** The page of the tests of drawing: both compositors, with a picture, an outline and a room that are known. */
const SIZE = { width: 64, height: 36 }
const POINTS = SIZE.width * SIZE.height
const [WIDTH, HEIGHT] = [640, 360]

export type Drawn = Readonly<
  Record<'before' | 'person' | 'room' | 'scene' | 'wider' | 'place' | 'beside' | 'uncovered', readonly number[]>
>
export type Drawing = { draw(kind: 'gl' | 'canvas'): Promise<Drawn> }

/** Left half of the picture red, right half green. */
async function picture(): Promise<ImageBitmap> {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT)
  const pen = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D
  pen.fillStyle = '#f00'
  pen.fillRect(0, 0, WIDTH / 2, HEIGHT)
  pen.fillStyle = '#0f0'
  pen.fillRect(WIDTH / 2, 0, WIDTH / 2, HEIGHT)
  return createImageBitmap(canvas)
}

function pixelOf(canvas: OffscreenCanvas, x: number, y: number): readonly number[] {
  const copy = new OffscreenCanvas(canvas.width, canvas.height)
  const pen = copy.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D
  pen.drawImage(canvas, 0, 0)
  return [...pen.getImageData(x, y, 1, 1).data]
}

const drawing: Drawing = {
  async draw(kind) {
    const made: Compositor | undefined =
      kind === 'gl' ? createGlCompositor({ evenSlow: true }) : createCanvasCompositor()
    if (!made) throw new Error(`no ${kind}`)
    const red = await picture()
    const room = new Uint8ClampedArray(POINTS * 4)
    for (let at = 0; at < POINTS; at++) room.set([0, 0, 200, 255], 4 * at)
    made.setRoom(room, SIZE)
    const before = pixelOf(made.compose(red, WIDTH, HEIGHT), 100, 180)
    // The person is the left half, whose lower part is room.
    const alpha = new Uint8ClampedArray(POINTS)
    const pixels = new Uint8ClampedArray(POINTS * 4)
    for (let at = 0; at < POINTS; at++) {
      const [x, y] = [at % SIZE.width, Math.floor(at / SIZE.width)]
      if (x < SIZE.width / 2 && y < SIZE.height / 2) alpha[at] = 255
      pixels.set(x < SIZE.width / 2 ? [255, 0, 0, 255] : [0, 255, 0, 255], 4 * at)
    }
    made.setOutline(alpha, pixels, SIZE)
    const composed = made.compose(red, WIDTH, HEIGHT)
    const [person, below] = [pixelOf(composed, 100, 60), pixelOf(composed, 560, 300)]
    const scene = new OffscreenCanvas(WIDTH, HEIGHT)
    const pen = scene.getContext('2d') as OffscreenCanvasRenderingContext2D
    pen.fillStyle = '#fff'
    pen.fillRect(0, 0, WIDTH, HEIGHT / 2)
    pen.fillStyle = '#000'
    pen.fillRect(0, HEIGHT / 2, WIDTH, HEIGHT / 2)
    made.setScene(scene)
    const onScene = pixelOf(made.compose(red, WIDTH, HEIGHT), 560, 60)
    const wider = made.compose(red, WIDTH * 2, HEIGHT * 2)
    const widerPerson = pixelOf(wider, 200, 120)
    // A place near the upper left corner, over the person.
    made.setPatches([{ id: 1, x: 0.1, y: 0.1, width: 0.2, height: 0.2, colour: [240, 200, 10] }])
    const covered = made.compose(red, WIDTH, HEIGHT)
    const [place, beside] = [pixelOf(covered, 100, 60), pixelOf(covered, 250, 60)]
    made.setPatches([])
    const uncovered = pixelOf(made.compose(red, WIDTH, HEIGHT), 100, 60)
    const drawn = { before, person, room: below, scene: onScene, wider: widerPerson, place, beside, uncovered }
    made.close()
    return drawn
  },
}
Object.assign(globalThis, { drawing })
