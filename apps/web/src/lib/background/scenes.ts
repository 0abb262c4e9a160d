import type { Scene } from './choice.ts'

/** Pictures to sit before, drawn by rule: no photograph, nothing to download, sharp at every size. */
export type ScenePen = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D

type Stops = readonly (readonly [at: number, colour: string])[]

export function drawScene(pen: ScenePen, scene: Scene, width: number, height: number): void {
  pen.save()
  // All scenes are drawn 160 wide and 90 high, and cover whatever the picture's shape is.
  const scale = Math.max(width / 160, height / 90)
  pen.translate((width - 160 * scale) / 2, (height - 90 * scale) / 2)
  pen.scale(scale, scale)
  DRAW[scene](pen)
  pen.restore()
}

const DRAW: Readonly<Record<Scene, (pen: ScenePen) => void>> = { dusk, meadow, shelf, plain }

function fillDown(pen: ScenePen, stops: Stops, top = 0, bottom = 90): void {
  const gradient = pen.createLinearGradient(0, top, 0, bottom)
  for (const [at, colour] of stops) gradient.addColorStop(at, colour)
  pen.fillStyle = gradient
  pen.fillRect(0, top, 160, bottom - top)
}

function glow(pen: ScenePen, x: number, y: number, radius: number, colour: string): void {
  const gradient = pen.createRadialGradient(x, y, 0, x, y, radius)
  gradient.addColorStop(0, colour)
  gradient.addColorStop(1, `${colour.slice(0, 7)}00`)
  pen.fillStyle = gradient
  pen.fillRect(x - radius, y - radius, 2 * radius, 2 * radius)
}

/** A line of hills: its height is two waves. */
function hills(pen: ScenePen, base: number, swing: number, phase: number, colour: string): void {
  pen.beginPath()
  pen.moveTo(0, 90)
  for (let x = 0; x <= 160; x += 2)
    pen.lineTo(x, base + swing * (Math.sin(x / 23 + phase) + 0.5 * Math.sin(x / 9 + 2 * phase)))
  pen.lineTo(160, 90)
  pen.closePath()
  pen.fillStyle = colour
  pen.fill()
}

function dusk(pen: ScenePen): void {
  fillDown(pen, [
    [0, '#2e3a63'],
    [0.45, '#8a6f94'],
    [0.7, '#e0a58c'],
    [1, '#f0c8a0'],
  ])
  glow(pen, 112, 54, 38, '#ffdca8cc')
  hills(pen, 62, 3, 0.4, '#6d5f83')
  hills(pen, 70, 3.4, 2.1, '#4c4a70')
  hills(pen, 79, 2.6, 4, '#333659')
}

function meadow(pen: ScenePen): void {
  fillDown(pen, [
    [0, '#a9d3ea'],
    [0.6, '#dff0ee'],
    [1, '#eef5e2'],
  ])
  for (const [x, y, radius] of [
    [34, 20, 17],
    [50, 23, 13],
    [118, 14, 15],
    [132, 17, 11],
  ] as const)
    glow(pen, x, y, radius, '#ffffffd0')
  hills(pen, 58, 2.4, 1.2, '#b4d2a2')
  hills(pen, 66, 2.8, 3.3, '#93bd80')
  hills(pen, 77, 2.2, 5, '#6fa163')
}

function shelf(pen: ScenePen): void {
  fillDown(pen, [
    [0, '#e9dfcf'],
    [1, '#d8c9b2'],
  ])
  const spines = ['#8b4a3b', '#c28a4a', '#4f6b63', '#3f506b', '#a7655a', '#d9b98a', '#6a5a78', '#70845a']
  for (const [row, top] of [6, 34, 62].entries()) {
    pen.fillStyle = '#cbb89b'
    pen.fillRect(10, top, 140, 24)
    // Widths and heights repeat after a rule, so that the shelf looks the same every time.
    let x = 12
    for (let book = 0; x < 142; book++) {
      const turn = (book * 7 + row * 5) % 11
      const width = 2.6 + (turn % 4) * 0.9
      const height = 15 + ((turn * 3) % 7)
      if (turn === 9) x += 7
      pen.fillStyle = spines[(book * 3 + row * 2) % spines.length] ?? '#8b4a3b'
      pen.fillRect(x, top + 24 - height, width, height)
      pen.fillStyle = '#ffffff22'
      pen.fillRect(x + 0.5, top + 26 - height, width - 1, 1)
      x += width + 0.4
    }
    pen.fillStyle = '#9d7f5c'
    pen.fillRect(8, top + 24, 144, 2.2)
  }
  glow(pen, 24, 10, 60, '#fff4d860')
}

function plain(pen: ScenePen): void {
  fillDown(pen, [
    [0, '#d9dee2'],
    [1, '#b9c1c8'],
  ])
  glow(pen, 62, 34, 80, '#ffffff90')
}
