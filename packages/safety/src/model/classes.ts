import { createSieve, NO_LETTERS, withLetter, type Sieve } from '../text/sieve.ts'
import { fail, ok, type SafetyResult } from '../result.ts'
import { hashOf } from './hash.ts'

/**
 * Words that mean the like, by which the model knows more words than it was trained on: `family: mother father broth* ...`. Names
 * are the same in every language, so that what is learned about a class in one serves the others. SPEC SF17.
 */
export type Classes = {
  /** Numbers of the classes of a word: of the whole word, or of its longest known beginning. */
  of(word: string): readonly number[]
  /** Of each class the hash of its name. */
  readonly hashes: readonly number[]
}

const STEM_CHARS_MIN = 3
const STEM_CHARS_MAX = 16
const STEMS_BITS = 1 << 16
const NONE: readonly number[] = []

export const NO_CLASSES: Classes = { of: () => NONE, hashes: [] }

/** @param data per class its words with spaces between; `begin*` stands for everything that begins so */
export function readClasses(data: Readonly<Record<string, string>>): SafetyResult<Classes> {
  const names = Object.keys(data)
  const whole = new Map<string, number[]>()
  const stems = new Map<string, number[]>()
  const sieve = createSieve(STEMS_BITS)
  for (const [index, [name, list]] of Object.entries(data).entries()) {
    for (const entry of list.split(' ')) {
      const isStem = entry.endsWith('*')
      const word = isStem ? entry.slice(0, -1) : entry
      if (
        word === '' ||
        word.includes('*') ||
        (isStem && (word.length < STEM_CHARS_MIN || word.length > STEM_CHARS_MAX))
      )
        return fail('SAFETY_PACK_MALFORMED', `class ${name}: "${entry}"`)
      const table = isStem ? stems : whole
      const known = table.get(word)
      if (known === undefined) {
        table.set(word, [index])
        if (isStem) sieve.add(hashOf(word))
      } else if (!known.includes(index)) known.push(index)
    }
  }
  return ok({
    hashes: names.map(hashOf),
    of: (word) => whole.get(word) ?? stems.get(longestStem(word, sieve, stems)) ?? NONE,
  })
}

/** The longest beginning of a word that is a stem; no letters if none is. */
function longestStem(word: string, sieve: Sieve, stems: ReadonlyMap<string, unknown>): string {
  let longest = ''
  let hash = NO_LETTERS
  for (let length = 1; length <= word.length && length <= STEM_CHARS_MAX; length++) {
    hash = withLetter(hash, word.charCodeAt(length - 1))
    if (length < STEM_CHARS_MIN || !sieve.has(hash)) continue
    const stem = word.slice(0, length)
    if (stems.has(stem)) longest = stem
  }
  return longest
}
