import type { Box, Size } from './finds.ts'

/** Where a place of a picture stands in the preview, in shares of it: the preview is filled, cut at two sides and mirrored. */
export function placeInPreview(box: Box, picture: Size, preview: Size): Box {
  const scale = Math.max(preview.width / picture.width, preview.height / picture.height)
  const [shownWide, shownHigh] = [(picture.width * scale) / preview.width, (picture.height * scale) / preview.height]
  const left = clamp(0.5 + (0.5 - box.x - box.width) * shownWide)
  const top = clamp(0.5 + (box.y - 0.5) * shownHigh)
  return {
    x: left,
    y: top,
    width: clamp(0.5 + (0.5 - box.x) * shownWide) - left,
    height: clamp(0.5 + (box.y + box.height - 0.5) * shownHigh) - top,
  }
}

const clamp = (share: number) => Math.min(1, Math.max(0, share))
