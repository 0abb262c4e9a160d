import type { Pack } from '../pack/compile.ts'
import { isDigit, isLetter, readLeet } from '../text/characters.ts'
import type { Lattice } from '../text/lattice.ts'
import type { Token } from '../text/tokens.ts'
import type { Classes } from './classes.ts'
import { NO_LETTERS, withLetter } from '../text/sieve.ts'
import { hashOf } from './hash.ts'

/** A word as the model sees it: "n u m b e r" and "p!cs" are one. `from` and `to` are tokens. */
export type Unit = {
  readonly word: string
  readonly hash: number
  /** Hash of how it sounds, so to speak: without vowels, which hasty and hiding people leave out and change. */
  readonly sound: number
  readonly from: number
  readonly to: number
  readonly asked: boolean
  /** What kinds of thing begin here, widest first: classes, lexicons and shapes. */
  readonly kinds: readonly Kind[]
}
/** `hash` is that of the name; `to` the unit behind. */
export type Kind = { readonly hash: number; readonly to: number }

/** Parts of a message that are weighed apart, as units: the whole if it is short, and each sentence. */
export type Window = { readonly from: number; readonly to: number }

export type Reading = {
  readonly units: readonly Unit[]
  readonly windows: readonly Window[]
  /** For each token its unit. */
  readonly unitAt: Int32Array
}

const LETTERS_RUN_MIN = 3
const LETTERS_RUN_MAX = 32
const KINDS_MAX = 6
/** Longer messages are weighed in parts of this length. */
const WINDOW_UNITS_MAX = 64
/** Of an endless message so much is weighed; rules see all of it. */
const UNITS_MAX = 4_000
const SHORT = 2

/** A message as the model sees it. Linear in its length. SPEC SF17. */
export function readForModel(pack: Pack, lattice: Lattice, classes: Classes): Reading {
  const units: Unit[] = []
  const { tokens } = lattice.source
  const unitAt = new Int32Array(tokens.length + 1)
  const bare: { readonly word: string; readonly from: number; readonly to: number }[] = []
  for (let at = 0; at < tokens.length && bare.length < UNITS_MAX;) {
    const unit = wordAt(pack, tokens, at)
    for (let token = at; token < unit.to; token++) unitAt[token] = bare.length
    bare.push({ ...unit, from: at })
    at = unit.to
  }
  const end = bare.at(-1)?.to ?? 0
  unitAt.fill(bare.length, end)
  for (const { word, from, to } of bare) {
    const asked = tokens[to - 1]?.asked ?? false
    units.push({
      word,
      hash: hashOf(word),
      sound: soundOf(word),
      from,
      to,
      asked,
      kinds: kindsOf(pack, lattice, classes, word, from, to, unitAt),
    })
  }
  return { units, windows: windowsOf(lattice, unitAt, end, units.length), unitAt }
}

/** The word that begins at a token: letters that stand apart and words with a sign for a letter are put together. */
function wordAt(pack: Pack, tokens: readonly Token[], at: number): { readonly word: string; readonly to: number } {
  const token = tokens[at] as Token
  const run = lettersFrom(tokens, at)
  if (run - at >= LETTERS_RUN_MIN) {
    const letters = tokens.slice(at, run).map(({ forms }) => readLeet(forms[0] ?? '', 'i'))
    return { word: letters.join(''), to: run }
  }
  if (token.isNumber) return { word: `#${Math.min(8, token.to - token.from)}`, to: at + 1 }
  const next = tokens[at + 1]
  const sign = next?.before ?? ''
  if (next?.glued && sign.length === 1 && sign !== '-' && isWord(token) && isWord(next)) {
    const letter = readLeet(sign, 'i')
    if (letter !== sign || sign === '*') {
      return { word: bestForm(pack, token) + (sign === '*' ? '*' : letter) + bestForm(pack, next), to: at + SHORT }
    }
  }
  return { word: bestForm(pack, token), to: at + 1 }
}

function lettersFrom(tokens: readonly Token[], at: number): number {
  let to = at
  while (to < tokens.length && to - at < LETTERS_RUN_MAX && isSingle(tokens[to] as Token)) to += 1
  return to
}

function isSingle({ forms, isNumber }: Token): boolean {
  const word = forms[0] ?? ''
  return word.length === 1 && !isNumber && isLetter(word)
}

const isWord = ({ forms }: Token): boolean => isLetter((forms[0] ?? '')[0] ?? '') || isDigit((forms[0] ?? '')[0] ?? '')

function bestForm(pack: Pack, { forms }: Token): string {
  if (forms.length === 1) return forms[0] ?? ''
  return forms.find((form) => pack.vocabulary.symbolsOf(form).length > 0) ?? forms.at(-1) ?? ''
}

function kindsOf(
  pack: Pack,
  lattice: Lattice,
  classes: Classes,
  word: string,
  from: number,
  to: number,
  unitAt: Int32Array,
): readonly Kind[] {
  const own = unitAt[from] ?? 0
  const found: { readonly hash: number; to: number }[] = []
  for (const index of classes.of(word)) found.push({ hash: classes.hashes[index] ?? 0, to: own + 1 })
  for (const edge of lattice.edges[from] ?? []) {
    const behind = Math.max(own + 1, unitAt[Math.max(edge.to, to)] ?? 0)
    for (const symbol of edge.symbols) {
      const hash = pack.vocabulary.kindOf(symbol)
      if (hash === undefined) continue
      const known = found.find((kind) => kind.hash === hash)
      if (known === undefined) found.push({ hash, to: behind })
      else known.to = Math.max(known.to, behind)
    }
  }
  return found.length > 1 ? found.toSorted((a, b) => b.to - a.to || a.hash - b.hash).slice(0, KINDS_MAX) : found
}

/** The message in parts of bounded length that end with sentences, and, where it has several, each sentence. */
function windowsOf(lattice: Lattice, unitAt: Int32Array, end: number, count: number): readonly Window[] {
  const bounds = [...new Set(lattice.sentences.filter((at) => at < end).map((at) => unitAt[at] ?? 0)), count]
  const sentences: Window[] = []
  for (const [index, from] of bounds.slice(0, -1).entries()) {
    const to = bounds[index + 1] ?? count
    if (to > from) sentences.push({ from, to })
  }
  const parts: { from: number; to: number }[] = []
  for (const { from, to } of sentences) {
    const last = parts.at(-1)
    if (last !== undefined && to - last.from <= WINDOW_UNITS_MAX) last.to = to
    else parts.push({ from, to })
  }
  return sentences.length > parts.length ? [...parts, ...sentences] : parts
}

/** Per letter of ASCII the one that sounds the same. */
const SOUNDS = Uint8Array.from({ length: 128 }, (_, code) => code)
for (const [letter, same] of ['ck', 'qk', 'zs', 'yi', 'vf', 'wu']) SOUNDS[letter!.charCodeAt(0)] = same!.charCodeAt(0)
const VOWELS = new Set(Array.from('aeiou', (vowel) => vowel.charCodeAt(0)))

/** The hash of a word's consonants: vowels behind the first letter and repetitions do not count. */
function soundOf(word: string): number {
  let hash = NO_LETTERS
  let before = -1
  for (let at = 0; at < word.length; at++) {
    const point = word.codePointAt(at) ?? 0
    const sound = SOUNDS[point] ?? point
    if (sound !== before && (before < 0 || !VOWELS.has(sound))) hash = withPoint(hash, sound)
    before = sound
    if (point > 0xff_ff) at += 1
  }
  return hash
}

function withPoint(hash: number, point: number): number {
  if (point <= 0xff_ff) return withLetter(hash, point)
  const over = point - 0x1_00_00
  return withLetter(withLetter(hash, 0xd800 + (over >>> 10)), 0xdc00 + (over & 0x3ff))
}
