/**
 * The outline of the person, as a share from 0 (room) to 1 (person) for every point of a small picture, row by row. What the
 * model says trembles from picture to picture and is blunt at hair and shoulders; here it is made calm and brought to the
 * edges that are in the picture.
 */
export type Size = { readonly width: number; readonly height: number }

/** A change up to this is taken for trembling and followed slowly; beyond, somebody moved and it is followed at once. */
const TREMBLE_MAX = 0.35
const CALM_SHARE = 0.45

/** Brings `mask` to what follows `before` calmly. Writes into `before`, which then is the mask to use. */
export function steadyMask(before: Float32Array, mask: Float32Array): void {
  for (let i = 0; i < mask.length; i++) {
    const old = before[i] as number
    const step = (mask[i] as number) - old
    const size = step < 0 ? -step : step
    before[i] = size >= TREMBLE_MAX ? old + step : old + step * (CALM_SHARE + ((1 - CALM_SHARE) * size) / TREMBLE_MAX)
  }
}

const REACH = 2
const UNSURE_MIN = 0.06
const UNSURE_MAX = 0.94
/** Weight of a neighbour by how much its colour differs (sum over red, green and blue): nearly nothing beyond 120. */
const LIKENESS = Float32Array.from({ length: 766 }, (_, difference) => Math.exp(-((difference / 48) ** 2)))

/**
 * A joint bilateral filter (Petschnigg et al. 2004) where the model is unsure: a point there is as much person as the
 * neighbours that look like it. `pixels` is the picture the mask was made from, four bytes a point, of the same size.
 */
export function refineMask(mask: Float32Array, pixels: Uint8ClampedArray, { width, height }: Size): Float32Array {
  const refined = mask.slice()
  for (let y = REACH; y < height - REACH; y++) {
    for (let x = REACH; x < width - REACH; x++) {
      const at = y * width + x
      const own = mask[at] as number
      if (own < UNSURE_MIN || own > UNSURE_MAX) continue
      refined[at] = likeNeighbours(mask, pixels, at, width)
    }
  }
  return refined
}

function likeNeighbours(mask: Float32Array, pixels: Uint8ClampedArray, at: number, width: number): number {
  const red = pixels[4 * at] as number
  const green = pixels[4 * at + 1] as number
  const blue = pixels[4 * at + 2] as number
  let sum = 0
  let weights = 0
  for (let dy = -REACH; dy <= REACH; dy++) {
    for (let dx = -REACH; dx <= REACH; dx++) {
      const other = at + dy * width + dx
      const difference =
        Math.abs((pixels[4 * other] as number) - red) +
        Math.abs((pixels[4 * other + 1] as number) - green) +
        Math.abs((pixels[4 * other + 2] as number) - blue)
      const weight = LIKENESS[difference] as number
      sum += weight * (mask[other] as number)
      weights += weight
    }
  }
  return sum / weights
}

const ROOM_MAX = 0.3
const PERSON_MIN = 0.75

/** How much of the camera's picture is shown at each point, 0 to 255. Leans to the room: doubt is covered. */
export function alphaOf(mask: Float32Array, alpha: Uint8ClampedArray): void {
  for (let i = 0; i < mask.length; i++) {
    const share = ((mask[i] as number) - ROOM_MAX) / (PERSON_MIN - ROOM_MAX)
    // The array clamps what is outside 0 and 255.
    alpha[i] = share <= 0 ? 0 : share >= 1 ? 255 : share * share * (3 - 2 * share) * 255
  }
}
