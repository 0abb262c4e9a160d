import { drawn, isInvisible, isMark, lookAlike } from './characters.ts'

/**
 * A text as a reader sees it, in one alphabet, with the way back: `starts[i]` and `ends[i]` bound the UTF-16 units of the
 * original that unit `i` of `text` came from, so that what is found can be quoted as it was written. SPEC SF2-SF4.
 */
export type Normalised = { readonly text: string; readonly starts: readonly number[]; readonly ends: readonly number[] }

/** Marks after one letter that are looked at; more is decoration ("zalgo") and is dropped. */
const MARKS_MAX = 4

/**
 * Lower case, compatibility forms (NFKC), look-alikes of other scripts and drawn letters as Latin, marks folded except
 * on the letters of `kept` (such as `ñ`), nothing invisible. One pass, constant work per code point.
 */
export function normalise(original: string, kept = ''): Normalised {
  const pieces: string[] = []
  const starts: number[] = []
  const ends: number[] = []
  let i = 0
  while (i < original.length) {
    const plain = plainEnd(original, i)
    if (plain > i) {
      pieces.push(original.slice(i, plain).toLowerCase())
      for (; i < plain; i++) {
        starts.push(i)
        ends.push(i + 1)
      }
      continue
    }
    const point = original.codePointAt(i) ?? 0
    const start = i
    i += point > 0xffff ? 2 : 1
    if (isInvisible(point) || isMark(String.fromCodePoint(point))) continue
    let cluster = original.slice(start, i)
    let marks = 0
    for (; i < original.length;) {
      const next = original.codePointAt(i) ?? 0
      const character = String.fromCodePoint(next)
      if (!isMark(character) && !(isInvisible(next) && marks > 0)) break
      if (marks < MARKS_MAX && !isInvisible(next)) cluster += character
      marks += 1
      i += character.length
    }
    emit(drawn(point) ?? fold(cluster, kept), start, i)
  }
  return { text: pieces.join(''), starts, ends }

  function emit(text: string, start: number, end: number): void {
    pieces.push(text)
    for (let unit = 0; unit < text.length; unit++) {
      starts.push(start)
      ends.push(end)
    }
  }
}

/** How far letters and signs of ASCII reach: most text, and each of them one unit that becomes one unit. */
function plainEnd(text: string, from: number): number {
  let to = from
  while (to < text.length && isPlain(text.charCodeAt(to))) to += 1
  // The last may carry marks that follow it.
  return to > from && to < text.length && text.charCodeAt(to) >= 0x300 ? to - 1 : to
}

const isPlain = (unit: number): boolean => unit < 0x80 && !isInvisible(unit)

function fold(cluster: string, kept: string): string {
  const quote = QUOTES.get(cluster)
  if (quote !== undefined) return quote
  const compatible = cluster.normalize('NFKC').toLowerCase()
  let folded = ''
  for (const character of compatible) {
    if (kept.includes(character)) folded += character
    else for (const part of character.normalize('NFD')) if (!isMark(part)) folded += lookAlike(part)
  }
  return folded
}

/** Typographic signs that mean the same as a plain one. */
const QUOTES = new Map([
  ['’', "'"],
  ['‘', "'"],
  ['ʼ', "'"],
  ['`', "'"],
  ['´', "'"],
  ['–', '-'],
  ['—', '-'],
  ['‐', '-'],
  ['‑', '-'],
  ['−', '-'],
])
