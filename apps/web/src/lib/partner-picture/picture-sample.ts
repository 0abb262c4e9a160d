/** How large the picture is when it is looked at. Small enough to cost nothing, large enough that a face moving changes it. */
export const SAMPLE_WIDTH = 32
export const SAMPLE_HEIGHT = 24

/** Cells of a coarse picture: each is the mean brightness of a block of the sample. */
export const CELLS_WIDE = 8
export const CELLS_HIGH = 6
export const CELLS = CELLS_WIDE * CELLS_HIGH

/** What is kept of one look at a picture. Nobody can be recognised in it, and it never leaves the page. */
export type PictureSample = {
  /** Mean brightness, 0 black to 255 white. */
  readonly brightness: number
  /** Standard deviation of brightness over the picture, 0 for one colour. */
  readonly spread: number
  /** Brightness of `CELLS` blocks, row by row. */
  readonly cells: Uint8Array
  /** FNV-1a over all bytes: equal for equal pictures, and by chance once in 2^32. */
  readonly digest: number
}

/**
 * Sums up one picture of `SAMPLE_WIDTH` x `SAMPLE_HEIGHT`.
 *
 * @param rgba four bytes a pixel, row by row, as a canvas gives them
 */
export function samplePicture(rgba: Uint8ClampedArray): PictureSample {
  const count = SAMPLE_WIDTH * SAMPLE_HEIGHT
  const sums = new Float64Array(CELLS)
  let sum = 0
  let squares = 0
  let digest = 0x811c9dc5
  for (let pixel = 0; pixel < count; pixel++) {
    const [red, green, blue] = [rgba[4 * pixel] ?? 0, rgba[4 * pixel + 1] ?? 0, rgba[4 * pixel + 2] ?? 0]
    // BT.601 luma, which is what video codecs carry.
    const luma = 0.299 * red + 0.587 * green + 0.114 * blue
    sum += luma
    squares += luma * luma
    for (const byte of [red, green, blue]) digest = Math.imul(digest ^ byte, 0x01000193)
    sums[cellOf(pixel)] = (sums[cellOf(pixel)] ?? 0) + luma
  }
  const brightness = sum / count
  const cells = Uint8Array.from(sums, (total) => Math.round((total * CELLS) / count))
  return {
    brightness,
    spread: Math.sqrt(Math.max(0, squares / count - brightness * brightness)),
    cells,
    digest: digest >>> 0,
  }
}

function cellOf(pixel: number): number {
  const column = Math.floor(((pixel % SAMPLE_WIDTH) * CELLS_WIDE) / SAMPLE_WIDTH)
  const row = Math.floor((Math.floor(pixel / SAMPLE_WIDTH) * CELLS_HIGH) / SAMPLE_HEIGHT)
  return row * CELLS_WIDE + column
}

/** Mean difference of two coarse pictures, in steps of brightness. */
export function distance(one: Uint8Array, other: Uint8Array): number {
  let sum = 0
  for (let cell = 0; cell < CELLS; cell++) sum += Math.abs((one[cell] ?? 0) - (other[cell] ?? 0))
  return sum / CELLS
}
