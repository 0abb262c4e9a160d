/** What may be seen in the room [M11], and where: shares of the picture from its upper left corner, as the camera sees it. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
export type Find =
  | { readonly kind: 'text'; readonly box: Box; readonly text: string }
  | { readonly kind: 'face'; readonly box: Box }
  | { readonly kind: 'paper'; readonly box: Box }

/** A word as Tesseract read it: its box in points, and how sure it is, 0 to 100. */
export type Word = {
  readonly text: string
  readonly sure: number
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}
export type Size = { readonly width: number; readonly height: number }

/** Below it reads things into curtains and shelves. */
export const SURE_MIN = 65
/** So many letters or digits on end are a word; fewer are what noise looks like. */
const WORD = /[\p{L}\p{N}]{3,}/u
/** Words of one line are this near to each other, in heights of the line; lines of one sheet as well. */
const NEAR = 1.6
/** A covered place reaches this much further on every side: what was read may be only part of what is there. */
const MARGIN = 0.015
/** And by so much of its own size: around a face there is hair. */
const REACH = { text: 0.05, paper: 0.05, face: 0.3 } as const
const FINDS_MAX = 12
const TEXT_MAX = 60

/** Readable text, put together: one find for words that stand together. */
export function textFinds(words: readonly Word[], size: Size): Find[] {
  const read = words.filter(({ text, sure }) => sure >= SURE_MIN && /[\p{L}\p{N}]/u.test(text))
  const groups: Word[][] = []
  for (const word of read) {
    const near = groups.filter((group) => group.some((other) => areNear(word, other)))
    for (const group of near) groups.splice(groups.indexOf(group), 1)
    groups.push([...near.flat(), word])
  }
  return groups
    .filter((group) => group.some(({ text }) => WORD.test(text)))
    .map((group) => {
      const high = Math.max(...group.map(({ height }) => height))
      const lineOf = ({ top }: Word) => Math.round(top / high)
      const inOrder = group.toSorted((one, other) => lineOf(one) - lineOf(other) || one.left - other.left)
      const text = inOrder.map((word) => word.text).join(' ')
      return {
        kind: 'text',
        box: around(inOrder, size),
        text: text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text,
      }
    })
}

function areNear(one: Word, other: Word): boolean {
  const reach = NEAR * Math.max(one.height, other.height)
  const apartX = Math.max(one.left, other.left) - Math.min(one.left + one.width, other.left + other.width)
  const apartY = Math.max(one.top, other.top) - Math.min(one.top + one.height, other.top + other.height)
  return apartX <= reach && apartY <= reach
}

function around(words: readonly Word[], { width, height }: Size): Box {
  const left = Math.min(...words.map((word) => word.left))
  const top = Math.min(...words.map((word) => word.top))
  const right = Math.max(...words.map((word) => word.left + word.width))
  const bottom = Math.max(...words.map((word) => word.top + word.height))
  return { x: left / width, y: top / height, width: (right - left) / width, height: (bottom - top) / height }
}

/** All faces but the largest, which is the person's own. */
export function otherFaces(faces: readonly Box[]): Find[] {
  const [, ...others] = faces.toSorted((one, other) => other.width * other.height - one.width * one.height)
  return others.map((box) => ({ kind: 'face', box }))
}

/** What is told: a sheet with readable text on it once, as text, and the largest places when there are very many. */
export function allFinds(finds: readonly Find[]): Find[] {
  const texts = finds.filter(({ kind }) => kind === 'text')
  return finds
    .filter(({ kind, box }) => kind !== 'paper' || !texts.some((text) => overlap(text.box, box) > 0.3))
    .map((find) => ({ ...find, box: widened(find.box, REACH[find.kind]) }))
    .toSorted((one, other) => other.box.width * other.box.height - one.box.width * one.box.height)
    .slice(0, FINDS_MAX)
}

/** Share of the smaller one that the two have in common. */
function overlap(one: Box, other: Box): number {
  const wide = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x)
  const high = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y)
  return (Math.max(0, wide) * Math.max(0, high)) / Math.min(one.width * one.height, other.width * other.height)
}

function widened({ x, y, width, height }: Box, reach: number): Box {
  const left = Math.max(0, x - MARGIN - width * reach)
  const top = Math.max(0, y - MARGIN - height * reach)
  return {
    x: left,
    y: top,
    width: Math.min(1, x + width * (1 + reach) + MARGIN) - left,
    height: Math.min(1, y + height * (1 + reach) + MARGIN) - top,
  }
}

/** Mean colour of a place of the picture: what it is covered with, so that the cover is as quiet as can be. */
export function colourOf(rgba: Uint8ClampedArray, size: Size, box: Box): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0]
  let points = 0
  const [right, bottom] = [(box.x + box.width) * size.width, (box.y + box.height) * size.height]
  for (let y = Math.floor(box.y * size.height); y < Math.min(size.height, bottom); y++) {
    for (let x = Math.floor(box.x * size.width); x < Math.min(size.width, right); x++) {
      const at = 4 * (y * size.width + x)
      for (const channel of [0, 1, 2] as const) sum[channel] += rgba[at + channel] ?? 0
      points += 1
    }
  }
  const mean = (value: number) => (points === 0 ? 128 : Math.round(value / points))
  return [mean(sum[0]), mean(sum[1]), mean(sum[2])]
}
