import { createSieve, NO_LETTERS, withLetter } from '../text/sieve.ts'

/** Words by first letter and length, for those that are looked for without being known exactly. */
export type WordShapes = {
  /** Each word once. */
  add(word: string): void
  /** Words that begin with the first letter of this one and have this length. */
  like(first: string, length: number): readonly string[]
  /** The first word that was added of those one edit apart from this one: of the same length, else longer, else shorter. */
  near(word: string): string | undefined
}

type Shape = { readonly words: string[]; readonly letters: number[] }

const NO_WORDS: readonly string[] = []
const UNITS = 0x1_0000

export function createWordShapes(): WordShapes {
  const shapes = new Map<number, Shape>()
  const shapeOf = (word: string, length: number): number => word.charCodeAt(0) * UNITS + length

  function nearOf(word: string, letters: number, length: number): string | undefined {
    const shape = shapes.get(shapeOf(word, length))
    if (shape === undefined) return undefined
    for (let at = 0; at < shape.words.length; at++) {
      // One edit takes away one letter and brings one at most, so nearly all words are done after this.
      if (!differsByTwoBits(letters, shape.letters[at] ?? 0)) continue
      const other = shape.words[at] ?? ''
      if (isOneEditApart(word, other)) return other
    }
    return undefined
  }

  return {
    add(word) {
      const key = shapeOf(word, word.length)
      const shape = shapes.get(key)
      if (shape === undefined) shapes.set(key, { words: [word], letters: [lettersOf(word)] })
      else {
        shape.words.push(word)
        shape.letters.push(lettersOf(word))
      }
    },
    like: (first, length) => shapes.get(shapeOf(first, length))?.words ?? NO_WORDS,
    near(word) {
      const letters = lettersOf(word)
      const { length } = word
      return nearOf(word, letters, length) ?? nearOf(word, letters, length + 1) ?? nearOf(word, letters, length - 1)
    },
  }
}

/** Which letters a word has, a bit for each. */
function lettersOf(word: string): number {
  let letters = 0
  for (let at = 0; at < word.length; at++) letters |= 1 << (word.charCodeAt(at) & 31)
  return letters
}

function differsByTwoBits(a: number, b: number): boolean {
  const bits = a ^ b
  const withoutOne = bits & (bits - 1)
  return (withoutOne & (withoutOne - 1)) === 0
}

const BEGINNINGS_BITS = 1 << 19
const HEAD_CHARS = 2

/** Which beginnings of words exist, without holding each: a sieve of all, and the words by their first letters for what passes it. */
export function createBeginnings() {
  const sieve = createSieve(BEGINNINGS_BITS)
  const byHead = new Map<string, string[]>()
  return {
    add(word: string): void {
      let hash = NO_LETTERS
      for (let at = 0; at < word.length; at++) {
        hash = withLetter(hash, word.charCodeAt(at))
        sieve.add(hash)
      }
      const head = word.slice(0, HEAD_CHARS)
      const words = byHead.get(head)
      if (words === undefined) byHead.set(head, [word])
      else words.push(word)
    },
    has(beginning: string): boolean {
      let hash = NO_LETTERS
      for (let at = 0; at < beginning.length; at++) hash = withLetter(hash, beginning.charCodeAt(at))
      if (beginning !== '' && !sieve.has(hash)) return false
      const isShort = beginning.length < HEAD_CHARS
      const words = isShort ? byHead.keys() : (byHead.get(beginning.slice(0, HEAD_CHARS)) ?? NO_WORDS)
      for (const word of words) if (word.startsWith(beginning)) return true
      return false
    },
  }
}

/** Whether one letter missing, extra, wrong or swapped with its neighbour makes one word the other; the same word is not. */
export function isOneEditApart(a: string, b: string): boolean {
  if (a.length > b.length) return isOneEditApart(b, a)
  if (b.length - a.length > 1) return false
  let at = 0
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1
  if (a.length < b.length) return endsAlike(a, at, b, at + 1)
  if (at === a.length) return false
  const isSwapped = a[at] === b[at + 1] && a[at + 1] === b[at]
  return endsAlike(a, at + 1, b, at + 1) || (isSwapped && endsAlike(a, at + 2, b, at + 2))
}

/** Whether what stands behind `from` in one word is what stands behind `start` in the other; as long as each other they are. */
function endsAlike(a: string, from: number, b: string, start: number): boolean {
  for (let at = from; at < a.length; at++) if (a.charCodeAt(at) !== b.charCodeAt(at - from + start)) return false
  return true
}
