import { clipAt, FIELDS, PICTURES } from './clip.ts'

/** How well the person was found: the processed picture is compared with the clip, whose right mask is known. */
export type Quality = {
  /** Intersection over union of found and right person, mean over the pictures. */
  readonly iou: number
  /** The worst picture. */
  readonly iouMin: number
  /** Of how many pictures. */
  readonly pictures: number
}
/** What was put behind the person: pure blue, which nothing in the clip is near. */
export const KEY = [0, 0, 255] as const
const WIDTH = 320
const HEIGHT = 240

export type Judge = { judge(picture: CanvasImageSource): void; quality(): Quality }

export function createJudge(): Judge {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT)
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!pen) throw new Error('no canvas')
  const truths = Array.from({ length: PICTURES }, (_, picture) => truthOf(picture))
  const ious: number[] = []
  return {
    judge(picture) {
      pen.drawImage(picture, 0, 0, WIDTH, HEIGHT)
      const { data } = pen.getImageData(0, 0, WIDTH, HEIGHT)
      const number = numberOf(data)
      const truth = number === undefined ? undefined : truths[number]
      if (truth) ious.push(iouOf(data, truth))
    },
    quality: () => ({
      iou: ious.reduce((sum, iou) => sum + iou, 0) / ious.length,
      iouMin: Math.min(...ious),
      pictures: ious.length,
    }),
  }
}

type Truth = { readonly rgb: Float32Array; readonly person: Uint8Array }

function truthOf(picture: number): Truth {
  const rgb = new Float32Array(WIDTH * HEIGHT * 3)
  const person = new Uint8Array(WIDTH * HEIGHT)
  for (let at = 0; at < person.length; at++) {
    const pixel = clipAt(((at % WIDTH) + 0.5) / WIDTH, (Math.floor(at / WIDTH) + 0.5) / HEIGHT, picture)
    rgb.set(pixel.rgb, 3 * at)
    person[at] = pixel.person ? 1 : 0
  }
  return { rgb, person }
}

/** Undefined when a field is neither light nor dark: the picture shows no person there. */
function numberOf(data: Uint8ClampedArray): number | undefined {
  let number = 0
  for (let field = 0; field < FIELDS.count; field++) {
    const x = Math.floor((FIELDS.left + (field + 0.5) * FIELDS.width) * WIDTH)
    const y = Math.floor((FIELDS.top + FIELDS.height / 2) * HEIGHT)
    const at = 4 * (y * WIDTH + x)
    const [red = 0, blue = 0] = [data[at], data[at + 2]]
    if (Math.abs(red - blue) > 60 || (red > 80 && red < 170)) return undefined
    if (red >= 170) number |= 1 << field
  }
  const light = 1 << FIELDS.digits
  return number & light ? number - light : undefined
}

/** Each point lies somewhere between the clip's colour and the key; nearer to the clip's is found to be person. */
function iouOf(data: Uint8ClampedArray, { rgb, person }: Truth): number {
  let both = 0
  let either = 0
  for (let at = 0; at < person.length; at++) {
    let along = 0
    let whole = 0
    for (let channel = 0; channel < 3; channel++) {
      const key = KEY[channel] ?? 0
      const way = (rgb[3 * at + channel] ?? 0) - key
      along += ((data[4 * at + channel] ?? 0) - key) * way
      whole += way * way
    }
    const found = along / whole >= 0.5 ? 1 : 0
    const right = person[at] ?? 0
    both += found & right
    either += found | right
  }
  return both / either
}
