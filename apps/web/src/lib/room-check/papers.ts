import type { Box, Find, Size } from './finds.ts'

/**
 * Sheets of paper, letters, screens full of white: bright places without colour that are nearly rectangles. What is written on
 * them may be too small for us to read and large enough for somebody with a better picture.
 */
/** From which brightness on, and up to which difference of the colours, a point is white for its surroundings. */
const BRIGHT_MIN = 165
const ABOVE_MEAN_MIN = 45
const COLOUR_MAX = 40
/** Shares of the picture: smaller is nothing, larger is a wall or a window. */
const AREA_MIN = 0.008
const AREA_MAX = 0.25
/** How much of its box a sheet fills, also when it lies a little askew. */
const FILLED_MIN = 0.72
/** Longer than a sheet, a screen or an envelope: a shelf, a frame, a strip of light. */
const LONG_MAX = 3

/** @param rgba a small picture, about 160 points wide, four bytes each, row by row */
export function findPapers(rgba: Uint8ClampedArray, size: Size): Find[] {
  const count = size.width * size.height
  const isWhite = whitePoints(rgba, count)
  const found: Find[] = []
  for (let start = 0; start < count; start++) {
    if (isWhite[start] !== 1) continue
    const { points, left, top, right, bottom } = fill(isWhite, start, size)
    const [width, height] = [right - left + 1, bottom - top + 1]
    const share = points / count
    const isSheet =
      share >= AREA_MIN &&
      share <= AREA_MAX &&
      points >= FILLED_MIN * width * height &&
      Math.max(width / height, height / width) <= LONG_MAX
    if (isSheet) found.push({ kind: 'paper', box: shareOf({ left, top, width, height }, size) })
  }
  return found
}

function whitePoints(rgba: Uint8ClampedArray, count: number): Uint8Array {
  const brightness = new Uint8Array(count)
  let sum = 0
  for (let point = 0; point < count; point++) {
    const [red, green, blue] = [rgba[4 * point] ?? 0, rgba[4 * point + 1] ?? 0, rgba[4 * point + 2] ?? 0]
    const luma = 0.299 * red + 0.587 * green + 0.114 * blue
    sum += luma
    brightness[point] = Math.max(red, green, blue) - Math.min(red, green, blue) <= COLOUR_MAX ? luma : 0
  }
  const least = Math.max(BRIGHT_MIN, sum / count + ABOVE_MEAN_MIN)
  return brightness.map((value) => (value >= least ? 1 : 0))
}

/** All points that hang together with `start`; they are marked as seen. */
function fill(isWhite: Uint8Array, start: number, { width, height }: Size) {
  const open = [start]
  isWhite[start] = 2
  let points = 0
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (let point = open.pop(); point !== undefined; point = open.pop()) {
    const [x, y] = [point % width, Math.floor(point / width)]
    points += 1
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
    for (const [dx, dy] of [
      [-1, 0],
      [1, 0],
      [0, -1],
      [0, 1],
    ] as const) {
      const [nextX, nextY] = [x + dx, y + dy]
      const next = nextY * width + nextX
      if (nextX < 0 || nextY < 0 || nextX >= width || nextY >= height || isWhite[next] !== 1) continue
      isWhite[next] = 2
      open.push(next)
    }
  }
  return { points, left, top, right, bottom }
}

function shareOf(place: { left: number; top: number; width: number; height: number }, { width, height }: Size): Box {
  return { x: place.left / width, y: place.top / height, width: place.width / width, height: place.height / height }
}
