import { isDigit, isLeetSign, isLetter, isPicture, readLeet } from './characters.ts'
import { normalise, type Normalised } from './normalise.ts'

/** How a language is written, as far as words are found. Part of a pack, so that a language is data. */
export type Script = {
  /** Letters with marks that stay what they are, such as `ñ`. */
  readonly kept: string
  /** What stands before an apostrophe as a word of its own: `l`, `j`, `qu` in French. */
  readonly elisions: ReadonlySet<string>
}

/**
 * A word, a number, a picture or a sign of money. `from` and `to` are units of the normalised text. `forms` are the
 * readings of it, as written first: squeezed ("sooo": "soo", "so") and leet ("m0ney": "money").
 */
export type Token = {
  readonly from: number
  readonly to: number
  readonly forms: readonly string[]
  readonly isNumber: boolean
  /** A sentence ends before this token. */
  readonly opens: boolean
  /** No space stands between this token and the one before: `whats-app`, `555-1234`. */
  readonly glued: boolean
  /** The signs between this token and the one before, at most 4. */
  readonly before: string
  /** Whether a question mark follows. */
  readonly asked: boolean
}

export type Tokens = { readonly source: Normalised; readonly tokens: readonly Token[] }

/** Longer words are read in pieces of this length, so that one endless word costs no more than many. */
const WORD_CHARS_MAX = 48
const SIGNS_MAX = 4
export const MONEY_SIGNS = '$€£¥₹₿₽₩₦'

/** Words and numbers of a text, with their readings. Linear in its length. SPEC SF2-SF6. */
export function tokenise(original: string, script: Script): Tokens {
  const source = normalise(original, script.kept)
  const { text } = source
  const tokens: { -readonly [K in keyof Token]: Token[K] }[] = []
  let signs = ''
  let spaced = true
  let opens = true
  for (let i = 0; i < text.length;) {
    const end = wordEnd(text, i, script)
    if (end === i) {
      const character = text[i] ?? ''
      const last = tokens.at(-1)
      if (character === '?' && last !== undefined) last.asked = true
      if (endsSentence(text, i)) opens = true
      if (isSpace(character)) spaced = true
      else if (signs.length < SIGNS_MAX && character !== "'") signs += character
      i += 1
      continue
    }
    const word = text.slice(i, end)
    const glued = tokens.length > 0 && !spaced
    const sign = signs.at(-1) ?? ''
    tokens.push({
      from: i,
      to: end,
      forms: readings(word, !glued && isLeetSign(sign) ? sign : ''),
      isNumber: isNumber(word),
      opens,
      glued,
      before: signs,
      asked: false,
    })
    signs = ''
    spaced = false
    opens = false
    i = end
  }
  return { source, tokens }
}

const isSpace = (character: string): boolean => character === ' ' || character.trim() === ''
const isWordSign = (character: string): boolean => isLetter(character) || isDigit(character)

function isNumber(word: string): boolean {
  for (let at = 0; at < word.length; at++) if (!isDigit(word[at] ?? '')) return false
  return true
}

/** A dot inside "t.me" or "3.50" ends nothing; a line break, a full stop with a space behind it, `!`, `?` and `;` do. */
function endsSentence(text: string, i: number): boolean {
  const character = text[i] ?? ''
  const next = text[i + 1] ?? ' '
  if (character === '\n') return true
  if (character !== '?' && character !== '!' && character !== ';' && character !== '.') return false
  return isSpace(next) || next === character || isPicture(next)
}

/** Where the word that begins at `i` ends; `i` when none begins there. */
function wordEnd(text: string, i: number, script: Script): number {
  const first = characterAt(text, i)
  if (isPicture(first) || MONEY_SIGNS.includes(first)) return i + first.length
  if (!isWordSign(first)) return i
  let end = i + first.length
  while (end < text.length && end - i < WORD_CHARS_MAX) {
    const character = characterAt(text, end)
    if (isWordSign(character)) end += character.length
    else if (character === "'" && isLetter(text[end + 1] ?? '') && !script.elisions.has(text.slice(i, end))) end += 1
    else break
  }
  return end
}

/** The code point at `i`, as text; mostly one unit, which costs less to cut than to make. */
function characterAt(text: string, i: number): string {
  const unit = text[i] ?? ''
  return unit < '\ud800' ? unit : String.fromCodePoint(text.codePointAt(i) ?? 0)
}

/**
 * Every way a word may be read, at most eight, as written first; apostrophes do not count. `sign` is a sign right before
 * it that may stand for its first letter ("$nap").
 */
export function readings(written: string, sign = ''): readonly string[] {
  if (sign === '' && isReadOneWay(written)) return [written]
  const word = written.replaceAll("'", '')
  const found = new Set([word])
  const letters = Array.from(word).filter(isLetter).length
  if (letters > 0 && (letters < Array.from(word).length || sign !== '')) {
    found.add(readLeet(sign + word, 'i'))
    found.add(readLeet(sign + word, 'l'))
    if (sign !== '') found.add(readLeet(word, 'i'))
  }
  for (const form of Array.from(found)) {
    const twice = squeeze(form, 2)
    if (twice !== form) found.add(twice).add(squeeze(form, 1))
  }
  return [...found].slice(0, 8)
}

/** Whether a word has one reading: nothing but letters, or nothing but digits, and no run of three of one letter. */
function isReadOneWay(word: string): boolean {
  if (isNumber(word)) return true
  let run = 0
  for (let at = 0; at < word.length; at++) {
    if (!isLetter(word[at] ?? '')) return false
    run = word[at] === word[at - 1] ? run + 1 : 1
    if (run === 3) return false
  }
  return true
}

/** Runs of three and more of one letter become `times` of it; digits stay, for "5000" is a number. */
function squeeze(word: string, times: number): string {
  let squeezed = ''
  for (let i = 0; i < word.length;) {
    let end = i + 1
    while (word[end] === word[i]) end += 1
    const letter = word[i] ?? ''
    squeezed += letter.repeat(end - i >= 3 && !isDigit(letter) ? times : end - i)
    i = end
  }
  return squeezed
}
