/**
 * Numbers as text, one printable character for a small one: inside JSON this costs what it weighs, for a compressor sees the numbers
 * as they are, which in base64 it does not. The characters are those of ASCII without `"` and `\`.
 */
const CHARACTERS = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at))
  .filter((character) => character !== '"' && character !== '\\')
  .join('')
const VALUES = new Int8Array(128).fill(-1)
for (let at = 0; at < CHARACTERS.length; at++) VALUES[CHARACTERS.charCodeAt(at)] = at

/** Weights are whole numbers of so many steps to either side. */
export const STEPS_MAX = 46
/** Of a gap, characters from here on mean that more follows. */
const MORE = 46
const GAP_CHARS_MAX = 8

/** Numbers that rise, as the gaps between them. */
export function encodeRising(numbers: readonly number[]): string {
  let text = ''
  let before = -1
  for (const number of numbers) {
    let gap = number - before - 1
    before = number
    for (; gap >= MORE; gap = Math.floor((gap - MORE) / (MORE + 1)))
      text += CHARACTERS[MORE + ((gap - MORE) % (MORE + 1))]
    text += CHARACTERS[gap]
  }
  return text
}

/** The other way; undefined when the text is no such encoding or a number reaches `limit`. */
export function decodeRising(text: string, limit: number): Int32Array | undefined {
  const numbers = new Int32Array(text.length)
  let count = 0
  let before = -1
  for (let at = 0; at < text.length; at++) {
    // Digits come lowest first, the last being the one without "more follows".
    const begin = at
    while (valueAt(text, at) >= MORE) at += 1
    if (at - begin > GAP_CHARS_MAX || at >= text.length || valueAt(text, at) < 0) return undefined
    let gap = valueAt(text, at)
    for (let digit = at - 1; digit >= begin; digit--) gap = gap * (MORE + 1) + MORE + (valueAt(text, digit) - MORE)
    before += gap + 1
    if (before >= limit) return undefined
    numbers[count++] = before
  }
  return numbers.slice(0, count)
}

/** Small whole numbers, from minus to plus STEPS_MAX. */
export function encodeSteps(steps: Iterable<number>): string {
  let text = ''
  for (const step of steps) text += CHARACTERS[step + STEPS_MAX]
  return text
}

export function decodeSteps(text: string): Int8Array | undefined {
  const steps = new Int8Array(text.length)
  for (let at = 0; at < text.length; at++) {
    const value = valueAt(text, at)
    if (value < 0) return undefined
    steps[at] = value - STEPS_MAX
  }
  return steps
}

function valueAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code < 128 ? (VALUES[code] ?? -1) : -1
}
