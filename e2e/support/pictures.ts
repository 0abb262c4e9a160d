import { writeFileSync } from 'node:fs'
import { skinAt } from '../../apps/web/tests/skin-shapes.ts'
import { createFigure, LOUD_ROOM } from './figure.ts'

/**
 * Cameras and microphones that can be told apart: a plain colour with a bright bar that travels over it, and a sine tone.
 * Written as files that Chromium plays as its fake devices (Y4M video, WAV sound).
 */
export type Look = {
  readonly name: string
  readonly rgb: readonly [number, number, number]
  readonly toneHz: number
  /** Without the bar: a plain colour that never changes. */
  readonly isPlain?: boolean
}

export const LOOKS = {
  red: { name: 'red', rgb: [200, 40, 40], toneHz: 300 },
  green: { name: 'green', rgb: [40, 180, 60], toneHz: 500 },
  blue: { name: 'blue', rgb: [50, 70, 210], toneHz: 700 },
  dark: { name: 'dark', rgb: [0, 0, 0], toneHz: 1100, isPlain: true },
  yellow: { name: 'yellow', rgb: [210, 200, 40], toneHz: 900 },
  violet: { name: 'violet', rgb: [150, 60, 200], toneHz: 1300 },
  cyan: { name: 'cyan', rgb: [40, 190, 200], toneHz: 1500 },
} as const satisfies Record<string, Look>

const WIDTH = 320
const HEIGHT = 240
const FRAMES = 30
const RATE = 15

// BT.601, studio range, as Y4M expects.
export function toYuv([r, g, b]: readonly [number, number, number]): [number, number, number] {
  const y = 16 + (65.738 * r + 129.057 * g + 25.064 * b) / 256
  const u = 128 + (-37.945 * r - 74.494 * g + 112.439 * b) / 256
  const v = 128 + (112.439 * r - 94.154 * g - 18.285 * b) / 256
  return [Math.round(y), Math.round(u), Math.round(v)]
}

/** Writes `file` (Y4M, 320x240, 15 fps, two seconds that repeat). */
export function writeCamera(file: string, look: Look): void {
  const [y, u, v] = toYuv(look.rgb)
  const parts: Buffer[] = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${RATE}:1 Ip A1:1 C420jpeg\n`)]
  for (let frame = 0; frame < FRAMES; frame++) {
    const luma = Buffer.alloc(WIDTH * HEIGHT, y)
    const barAt = Math.floor((frame / FRAMES) * (WIDTH - 24))
    for (let row = 90; row < 150 && !look.isPlain; row++) luma.fill(235, row * WIDTH + barAt, row * WIDTH + barAt + 24)
    const chroma = (WIDTH / 2) * (HEIGHT / 2)
    parts.push(Buffer.from('FRAME\n'), luma, Buffer.alloc(chroma, u), Buffer.alloc(chroma, v))
  }
  writeFileSync(file, Buffer.concat(parts))
}

const DRAWN_WIDTH = 640
const DRAWN_HEIGHT = 480

/** Writes `file` (Y4M, 640x480, 15 fps, two seconds that repeat) with a person who sways before a loud room. */
export function writeFigureCamera(file: string): void {
  const figure = createFigure(DRAWN_WIDTH / DRAWN_HEIGHT, LOUD_ROOM)
  writeDrawing(file, (x, y, turn) => {
    const { r, g, b } = figure.at(x, y, turn)
    return [r, g, b]
  })
}

/** Writes `file` like that with what the nudity classifier takes for nudity, and which is nobody; it sways a little. */
export function writeSkinCamera(file: string): void {
  writeDrawing(file, (x, y, turn) => skinAt(x + 0.02 * Math.sin(2 * Math.PI * turn), y))
}

/** Writes `file` (Y4M) from the colour at each place, both from 0 to 1, at a time of the two seconds from 0 to 1. */
function writeDrawing(file: string, at: (x: number, y: number, turn: number) => [number, number, number]): void {
  const points = DRAWN_WIDTH * DRAWN_HEIGHT
  const parts: Buffer[] = [Buffer.from(`YUV4MPEG2 W${DRAWN_WIDTH} H${DRAWN_HEIGHT} F${RATE}:1 Ip A1:1 C420jpeg\n`)]
  for (let frame = 0; frame < FRAMES; frame++) {
    const luma = Buffer.alloc(points)
    const blue = Buffer.alloc(points / 4)
    const red = Buffer.alloc(points / 4)
    for (let point = 0; point < points; point++) {
      const [column, row] = [point % DRAWN_WIDTH, Math.floor(point / DRAWN_WIDTH)]
      const colour = at((column + 0.5) / DRAWN_WIDTH, (row + 0.5) / DRAWN_HEIGHT, frame / FRAMES)
      const [y, u, v] = toYuv(colour)
      luma[point] = y
      if (row % 2 || column % 2) continue
      const small = (row / 2) * (DRAWN_WIDTH / 2) + column / 2
      blue[small] = u
      red[small] = v
    }
    parts.push(Buffer.from('FRAME\n'), luma, blue, red)
  }
  writeFileSync(file, Buffer.concat(parts))
}

/** Writes `file` (WAV, 48 kHz mono, two seconds that repeat) with the look's tone at half loudness. */
export function writeMicrophone(file: string, look: Look): void {
  const rate = 48_000
  const samples = rate * 2
  const data = Buffer.alloc(44 + samples * 2)
  data.write('RIFF', 0)
  data.writeUInt32LE(36 + samples * 2, 4)
  data.write('WAVEfmt ', 8)
  data.writeUInt32LE(16, 16)
  data.writeUInt16LE(1, 20)
  data.writeUInt16LE(1, 22)
  data.writeUInt32LE(rate, 24)
  data.writeUInt32LE(rate * 2, 28)
  data.writeUInt16LE(2, 32)
  data.writeUInt16LE(16, 34)
  data.write('data', 36)
  data.writeUInt32LE(samples * 2, 40)
  for (let i = 0; i < samples; i++)
    data.writeInt16LE(Math.round(16_000 * Math.sin((2 * Math.PI * look.toneHz * i) / rate)), 44 + i * 2)
  writeFileSync(file, data)
}
