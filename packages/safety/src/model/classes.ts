import { fail, ok, type SafetyResult } from '../result.ts'

/**
 * Words that mean the like, by which the model knows more words than it was trained on: `family: mother father broth* ...`. Names
 * are the same in every language, so that what is learned about a class in one serves the others. SPEC SF17.
 */
export type Classes = {
  /** Numbers of the classes of a word: of the whole word, or of its longest known beginning. */
  of(word: string): readonly number[]
  readonly names: readonly string[]
}

const STEM_CHARS_MIN = 3
const STEM_CHARS_MAX = 16
const NONE: readonly number[] = []

export const NO_CLASSES: Classes = { of: () => NONE, names: [] }

/** @param data per class its words with spaces between; `begin*` stands for everything that begins so */
export function readClasses(data: Readonly<Record<string, string>>): SafetyResult<Classes> {
  const names = Object.keys(data)
  const whole = new Map<string, number[]>()
  const stems = new Map<string, number[]>()
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
      if (known === undefined) table.set(word, [index])
      else if (!known.includes(index)) known.push(index)
    }
  }
  return ok({
    names,
    of(word) {
      const found = whole.get(word)
      if (found !== undefined) return found
      for (let length = Math.min(word.length, STEM_CHARS_MAX); length >= STEM_CHARS_MIN; length--) {
        const begun = stems.get(word.slice(0, length))
        if (begun !== undefined) return begun
      }
      return NONE
    },
  })
}
