import type { Size } from './mask.ts'

/**
 * The room, blurred, with nothing of the person in it: otherwise a glow of hair and clothes would stand around them. Worked
 * out at half the size of the mask, which is small already; a blur has no more to show.
 */
export type Strength = 'light' | 'strong'
/** Half width of each of three box blurs, in points of a picture 128 points wide. */
const REACH: Readonly<Record<Strength, number>> = { light: 3, strong: 8 }
const PASSES = 3
const CHANNELS = 4

export type RoomBlur = {
  readonly size: Size
  /**
   * Four bytes a point, opaque, valid until the next call. `pixels` is the picture, four bytes a point; `alpha` how much of
   * each point is person, 0 to 255; both of the size given at the beginning.
   */
  blur(pixels: Uint8ClampedArray, alpha: Uint8ClampedArray, strength: Strength): Uint8ClampedArray<ArrayBuffer>
}

export function createRoomBlur({ width, height }: Size): RoomBlur {
  const size = { width: width >> 1, height: height >> 1 }
  const points = size.width * size.height
  const values = new Float32Array(points * CHANNELS)
  const spare = new Float32Array(points * CHANNELS)
  const out = new Uint8ClampedArray(points * 4)

  function gather(pixels: Uint8ClampedArray, alpha: Uint8ClampedArray): void {
    values.fill(0)
    for (let y = 0; y < size.height * 2; y++) {
      for (let x = 0; x < size.width * 2; x++) {
        const from = y * width + x
        const room = 255 - (alpha[from] as number)
        // A point that may be person says nothing about the room.
        if (room < 200) continue
        const to = CHANNELS * ((y >> 1) * size.width + (x >> 1))
        values[to] = (values[to] as number) + (pixels[4 * from] as number)
        values[to + 1] = (values[to + 1] as number) + (pixels[4 * from + 1] as number)
        values[to + 2] = (values[to + 2] as number) + (pixels[4 * from + 2] as number)
        values[to + 3] = (values[to + 3] as number) + 1
      }
    }
  }

  function pass(reach: number): void {
    for (let y = 0; y < size.height; y++) slide(values, spare, y * size.width, 1, size.width, reach)
    for (let x = 0; x < size.width; x++) slide(spare, values, x, size.width, size.height, reach)
  }

  return {
    size,
    blur(pixels, alpha, strength) {
      gather(pixels, alpha)
      const mean = meanOf(values)
      const reach = Math.max(1, Math.round((REACH[strength] * Math.max(size.width, size.height)) / 128))
      for (let i = 0; i < PASSES; i++) pass(reach)
      for (let point = 0; point < points; point++) {
        const weight = values[CHANNELS * point + 3] as number
        for (let channel = 0; channel < 3; channel++)
          // Deep within the person no room is near; hidden there, and on the edge of it the mean is as good as any.
          out[4 * point + channel] =
            weight > 0.02 ? (values[CHANNELS * point + channel] as number) / weight : (mean[channel] as number)
        out[4 * point + 3] = 255
      }
      return out
    },
  }
}

function meanOf(values: Float32Array): readonly number[] {
  const sums = [0, 0, 0, 0]
  for (let i = 0; i < values.length; i++) sums[i % CHANNELS] = (sums[i % CHANNELS] as number) + (values[i] as number)
  const [red = 0, green = 0, blue = 0, weight = 0] = sums
  return [red, green, blue].map((sum) => (weight > 0 ? sum / weight : 128))
}

/** A box blur along one line of `count` points, `stride` apart; the border's values go on beyond it. */
function slide(
  from: Float32Array,
  to: Float32Array,
  start: number,
  stride: number,
  count: number,
  reach: number,
): void {
  const share = 1 / (2 * reach + 1)
  const last = count - 1
  for (let channel = 0; channel < CHANNELS; channel++) {
    const origin = CHANNELS * start + channel
    const step = CHANNELS * stride
    let sum = (from[origin] as number) * (reach + 1)
    for (let i = 1; i <= reach; i++) sum += from[origin + step * (i < last ? i : last)] as number
    for (let i = 0; i < count; i++) {
      to[origin + step * i] = sum * share
      const entering = i + reach + 1
      const leaving = i - reach
      sum += from[origin + step * (entering < last ? entering : last)] as number
      sum -= from[origin + step * (leaving > 0 ? leaving : 0)] as number
    }
  }
}
