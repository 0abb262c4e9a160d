/**
 * A picture of nobody that the nudity classifier takes for nudity: five soft ellipses in colours of skin, found by trying
 * (`docs/nudity.md`). Nothing in it is a photograph or a drawing of a body, and so anybody can look at what tests look at.
 */
type Ellipse = {
  readonly x: number
  readonly y: number
  readonly across: number
  readonly along: number
  /** Radians. */
  readonly turned: number
  /** How sharp its edge is. */
  readonly edge: number
  readonly colour: readonly [number, number, number]
}
const GROUND = [127, 117, 98] as const
const ELLIPSES: readonly Ellipse[] = [
  { x: 0.191, y: 0.042, across: 0.216, along: 0.128, turned: 0.33, edge: 33, colour: [199, 146, 119] },
  { x: 0.174, y: -0.269, across: 0.121, along: 0.307, turned: 0.462, edge: 41, colour: [242, 177, 145] },
  { x: -0.018, y: 0.244, across: 0.084, along: 0.154, turned: 1.038, edge: 39, colour: [158, 116, 95] },
  { x: -0.077, y: 0.299, across: 0.325, along: 0.162, turned: 0.601, edge: 41, colour: [216, 158, 129] },
  { x: -0.091, y: 0.01, across: 0.086, along: 0.448, turned: 2.685, edge: 31, colour: [247, 181, 148] },
]

/** Colour at a point of the picture, both from 0 to 1. */
export function skinAt(x: number, y: number): [number, number, number] {
  let [red, green, blue]: readonly number[] = GROUND
  for (const { colour, across, along, turned, edge, ...place } of ELLIPSES) {
    const [cos, sin] = [Math.cos(turned), Math.sin(turned)]
    const [dx, dy] = [x - 0.5 - place.x, y - 0.5 - place.y]
    const far = Math.hypot((dx * cos + dy * sin) / across, (dy * cos - dx * sin) / along)
    const share = 1 / (1 + Math.exp((far - 1) * edge))
    const light = 1 - 0.105 * (dx / across + dy / along) - 0.25 * far * far
    const lit = colour.map((value) => Math.min(255, Math.max(0, value * light)))
    red = (red ?? 0) * (1 - share) + (lit[0] ?? 0) * share
    green = (green ?? 0) * (1 - share) + (lit[1] ?? 0) * share
    blue = (blue ?? 0) * (1 - share) + (lit[2] ?? 0) * share
  }
  return [red ?? 0, green ?? 0, blue ?? 0]
}
