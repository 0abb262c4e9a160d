import { writeFileSync } from 'node:fs'

const WIDTH = 640
const HEIGHT = 480
const FRAMES = 30

/** Soft light, a large shape that moves and some grain: about what a face in a room costs to encode. */
function lumaAt(x: number, y: number, frame: number): number {
  const light = 70 + 40 * Math.sin(x / 90) + 30 * Math.cos(y / 70)
  const away = Math.hypot(x - 320 - 60 * Math.sin((2 * Math.PI * frame) / FRAMES), y - 240)
  const shape = away < 120 ? 60 + 20 * Math.cos(away / 9) : 0
  const grain = ((x * 7919 + y * 104_729 + frame * 1_299_709) % 7) - 3
  return Math.round(Math.min(235, Math.max(16, light + shape + grain)))
}

/** Writes a second of 640x480 at 30 frames per second (Y4M), which Chromium plays over and over as its camera. */
export function writeMovingPicture(file: string): void {
  const parts: Buffer[] = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F30:1 Ip A1:1 C420jpeg\n`)]
  const chroma = Buffer.alloc((WIDTH / 2) * (HEIGHT / 2) * 2, 128)
  for (let frame = 0; frame < FRAMES; frame++) {
    const luma = Buffer.alloc(WIDTH * HEIGHT)
    for (let y = 0; y < HEIGHT; y++) for (let x = 0; x < WIDTH; x++) luma[y * WIDTH + x] = lumaAt(x, y, frame)
    parts.push(Buffer.from('FRAME\n'), luma, chroma)
  }
  writeFileSync(file, Buffer.concat(parts))
}
