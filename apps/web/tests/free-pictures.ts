import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** A free photograph (`pictures/README.md`) as a canvas would give it at `side` x `side` points: four bytes each. */
export function freePicture(name: 'astronaut' | 'coffee', side: number): Uint8ClampedArray {
  const rgb = gunzipSync(readFileSync(new URL(`./pictures/${name}.rgb.gz`, import.meta.url)))
  const own = Math.round(Math.sqrt(rgb.length / 3))
  const at = (x: number, y: number, channel: number) => rgb[3 * (y * own + x) + channel] ?? 0
  return drawn(side, (x, y) => {
    const [across, down] = [Math.max(0, x * own - 0.5), Math.max(0, y * own - 0.5)]
    const [left, top] = [Math.floor(across), Math.floor(down)]
    const [right, low] = [Math.min(own - 1, left + 1), Math.min(own - 1, top + 1)]
    const [shareX, shareY] = [across - left, down - top]
    return [0, 1, 2].map(
      (channel) =>
        (at(left, top, channel) * (1 - shareX) + at(right, top, channel) * shareX) * (1 - shareY) +
        (at(left, low, channel) * (1 - shareX) + at(right, low, channel) * shareX) * shareY,
    )
  })
}

/** A picture of `side` x `side` points from the colour at each place, both from 0 to 1. */
export function drawn(side: number, at: (x: number, y: number) => readonly number[]): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(side * side * 4)
  for (let point = 0; point < side * side; point++)
    rgba.set([...at(((point % side) + 0.5) / side, (Math.floor(point / side) + 0.5) / side), 255], 4 * point)
  return rgba
}
