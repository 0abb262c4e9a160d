import type { Box } from './finds.ts'

/** One box for each face, which may have been found in several parts: the largest one. */
export function apart(boxes: readonly Box[]): Box[] {
  const kept: Box[] = []
  for (const box of boxes.toSorted((one, other) => other.width * other.height - one.width * one.height)) {
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    const isKnown = kept.some(
      (other) => x > other.x && x < other.x + other.width && y > other.y && y < other.y + other.height,
    )
    if (!isKnown) kept.push(box)
  }
  return kept
}
