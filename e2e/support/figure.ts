/**
 * A drawn person before a room, pixel by pixel, with the exact outline known: a camera picture whose right mask is known.
 * No photograph is in it. The room is made of two colours that nothing of the person has.
 */
export type Pixel = { readonly r: number; readonly g: number; readonly b: number; readonly person: boolean }

export type Figure = {
  /** Colour at a point of the picture, both from 0 to 1. They sway to and fro once in a `turn` from 0 to 1. */
  at(x: number, y: number, turn: number): Pixel
}

const mix = (a: number, b: number, share: number) => a + (b - a) * share
const step = (from: number, to: number, value: number) => {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)))
  return t * t * (3 - 2 * t)
}
/** Below 0 inside an ellipse, about the distance in picture heights near its edge. */
const ellipse = (x: number, y: number, cx: number, cy: number, rx: number, ry: number) =>
  (Math.hypot((x - cx) / rx, (y - cy) / ry) - 1) * Math.min(rx, ry)

export type Room = (x: number, y: number) => readonly [number, number, number]

/** Loud checks: nobody's skin, hair or clothes have these colours, and neither has any background of ours. */
export const LOUD_ROOM: Room = (x, y) =>
  (Math.floor(x * 16) + Math.floor(y * 12)) % 2 === 0 ? [40, 220, 60] : [230, 30, 200]
/** Walls and things as they are in rooms: soft colours, some of them near those of the person. */
export const SOFT_ROOM: Room = (x, y) => [
  120 + 60 * y + (Math.floor(x * 6) % 2) * 20,
  130 - 20 * x + (Math.floor(y * 5) % 2) * 15,
  140 - 30 * y,
]

export function createFigure(aspect: number, room: Room, sway = 0.03): Figure {
  return {
    at(px, py, turn) {
      // Origin in the middle of the head, one unit is the height of the picture.
      const swayed = sway * Math.sin(2 * Math.PI * turn)
      const x = (px - 0.5) * aspect - swayed
      const y = py - 0.4 - 0.01 * Math.sin(2 * Math.PI * turn + 1)
      const lean = x + (y > 0 ? swayed * Math.min(1, y * 1.6) : 0)
      const head = ellipse(x, y, 0, 0, 0.135, 0.19)
      const jaw = ellipse(x, y, 0, 0.05, 0.112, 0.165)
      const hair = Math.min(ellipse(x, y, 0, -0.055, 0.158, 0.185), ellipse(x, y, 0, -0.02, 0.155, 0.15))
      const ears = ellipse(Math.abs(x), y, 0.135, 0.015, 0.022, 0.042)
      const neck = Math.max(Math.abs(x * 0.5 + lean * 0.5) - 0.068 - Math.max(0, y - 0.19) * 0.6, -(y - 0.1), y - 0.36)
      const slope = 0.235 + 0.62 * Math.max(0, Math.abs(lean) - 0.07) ** 1.35
      const torso = Math.max(slope - y, Math.abs(lean) - 0.33 - 0.12 * step(0.3, 0.6, y))
      const isTorso = torso < 0
      const isNeck = neck < 0
      const isFace = head < 0 && jaw < 0.03
      const isHair = hair < 0 && y < 0.1
      const person = isTorso || isNeck || isFace || isHair || ears < 0
      if (!person) {
        const [r, g, b] = room(px, py)
        return { r, g, b, person }
      }
      // Light from the upper left.
      const light = 0.82 + 0.3 * step(0.3, -0.3, x + y * 0.4)
      let r = 0
      let g = 0
      let b = 0
      const paint = (cr: number, cg: number, cb: number, share: number) => {
        r = mix(r, cr, share)
        g = mix(g, cg, share)
        b = mix(b, cb, share)
      }
      if (isTorso) {
        const fold = 0.9 + 0.1 * Math.sin(lean * 40 + y * 12) * step(0.3, 0.6, y)
        paint(58 * fold * light, 66 * fold * light, 84 * fold * light, 1)
        // Collar.
        const collar = Math.abs(y - 0.25 - 0.9 * Math.abs(lean)) - 0.018
        if (collar < 0 && Math.abs(lean) < 0.1) paint(210 * light, 208 * light, 202 * light, 0.9)
      }
      if (isNeck && !(isTorso && y > 0.27 + 0.2 * Math.abs(lean))) {
        const shade = 1 - 0.35 * step(0.24, 0.14, y)
        paint(196 * light * shade, 150 * light * shade, 124 * light * shade, 1)
      }
      if (ears < 0) paint(192 * light, 140 * light, 116 * light, 1)
      if (isHair) {
        const strand = 0.85 + 0.25 * Math.sin(x * 210 + Math.sin(y * 30) * 3)
        paint(52 * strand * light, 36 * strand * light, 26 * strand * light, 1)
      }
      const line = -0.095 + 0.5 * x * x + 0.012 * Math.sin(x * 60)
      if (isFace && (y > line || !isHair) && Math.abs(x) < 0.122 - 0.25 * Math.max(0, -y - 0.02)) {
        const round = 1 - 0.28 * step(0.4, 1, Math.hypot(x / 0.135, y / 0.2))
        paint(216 * light * round, 168 * light * round, 140 * light * round, 1)
        const cheek = ellipse(Math.abs(x), y, 0.068, 0.06, 0.035, 0.03)
        paint(212 * light, 130 * light, 112 * light, 0.35 * step(0.01, -0.02, cheek))
        const ax = Math.abs(x)
        const socket = ellipse(ax, y, 0.056, -0.012, 0.038, 0.024)
        paint(150, 105, 85, 0.35 * step(0.008, -0.014, socket))
        const eye = ellipse(ax, y, 0.056, -0.008, 0.026, 0.0125)
        if (eye < 0) {
          paint(242, 240, 236, 1)
          const iris = Math.hypot(ax - 0.056, y + 0.008) - 0.0115
          if (iris < 0) paint(70, 50, 36, 1)
          if (iris < -0.0065) paint(12, 10, 10, 1)
          if (Math.hypot(x - (x > 0 ? 0.053 : -0.059), y + 0.012) < 0.003) paint(255, 255, 255, 1)
        }
        if (Math.abs(y + 0.021 - 4 * (ax - 0.056) ** 2) < 0.003 && ax > 0.028 && ax < 0.086) paint(40, 26, 20, 1)
        const brow = Math.abs(y + 0.046 - 3.2 * (ax - 0.06) ** 2) - 0.0065
        if (ax > 0.022 && ax < 0.096) paint(48, 34, 26, step(0.003, -0.002, brow))
        // Nose: a bright ridge, a shaded side, nostrils.
        if (y > -0.02 && y < 0.07) {
          paint(240, 200, 172, 0.45 * step(0.014, 0, Math.abs(x + 0.002)))
          paint(150, 100, 80, 0.35 * step(0.012, 0, Math.abs(x - 0.02 - 0.1 * (y - 0.02))))
        }
        paint(120, 74, 60, 0.7 * step(0.004, -0.003, ellipse(ax, y, 0.0125, 0.07, 0.009, 0.005)))
        const lips = ellipse(x, y, 0, 0.112 - 3 * x * x * 0.6, 0.048, 0.0165)
        paint(176, 84, 82, 0.9 * step(0.003, -0.003, lips))
        if (Math.abs(y - 0.112 + 2 * x * x) < 0.0022 && ax < 0.044) paint(96, 40, 44, 1)
        paint(140, 95, 76, 0.3 * step(0.01, 0, Math.abs(y - 0.138) + ax * 0.2))
      }
      return { r: Math.min(255, r), g: Math.min(255, g), b: Math.min(255, b), person }
    },
  }
}
