import { writeFileSync } from 'node:fs'
import { toYuv } from '../../e2e/support/pictures.ts'
import { clipAt, HEIGHT, PICTURES, WIDTH } from './clip.ts'

const RATE = 30

/** Writes the clip as a Y4M file, which Chromium plays over and over as its camera. */
export function writeClip(file: string): void {
  const parts: Buffer[] = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${RATE}:1 Ip A1:1 C420jpeg\n`)]
  const points = WIDTH * HEIGHT
  for (let picture = 0; picture < PICTURES; picture++) {
    const luma = Buffer.alloc(points)
    const chroma = Buffer.alloc(points / 2)
    for (let at = 0; at < points; at++) {
      const [column, row] = [at % WIDTH, Math.floor(at / WIDTH)]
      const [y, u, v] = toYuv(clipAt((column + 0.5) / WIDTH, (row + 0.5) / HEIGHT, picture).rgb)
      luma[at] = y
      if (row % 2 || column % 2) continue
      const small = (row / 2) * (WIDTH / 2) + column / 2
      chroma[small] = u
      chroma[points / 4 + small] = v
    }
    parts.push(Buffer.from('FRAME\n'), luma, chroma)
  }
  writeFileSync(file, Buffer.concat(parts))
}
