import { NO_LETTERS, withLetter } from '../text/sieve.ts'
import { bucketOf, hashOf, joined } from './hash.ts'
import type { Kind, Reading, Unit, Window } from './reading.ts'

/**
 * What the model looks at, in groups that are made equally long each, so that a long word does not outweigh a short sentence:
 * words with their neighbours, letters, kinds of words beside words, kinds alone (the same in every language), and rules that fit.
 */
export const GROUPS = ['words', 'letters', 'mixed', 'kinds', 'rules'] as const
export const WORDS = 0
export const LETTERS = 1
export const MIXED = 2
export const KINDS = 3
export const RULES = 4

/** Whoever changes the features raises this: a client that knows another number leaves the model alone. SPEC SF17. */
export const FEATURES_VERSION = 2

/** Rules that fit, by the unit at which their match begins; `hash` is that of the id, `to` the unit behind. */
export type RuleHits = ReadonlyMap<number, readonly Kind[]>

/** Called for each feature, with the units that show it. */
export type Sink = (bucket: number, group: number, from: number, to: number) => void

const [WORD, STEM, PAIR, TRIPLE, SKIP, LETTER, KIND, KIND_PAIR, KIND_SKIP, KIND_FAR] = salts(10, 1)
const [WORD_KIND, KIND_WORD, BOTH, ASKED, FIRST, LAST, LENGTH, FACT, RULE, KIND_TRIPLE] = salts(10, 101)
const [SOUND, SOUND_PAIR] = salts(2, 201)
const START = hashOf('^')
const END = hashOf('$')
const QUESTION = hashOf('?')
const LATE = hashOf('late')
const SEVERAL = hashOf('several sentences')

const BORDER = 0x20
const STEM_CHARS = 5
const GRAM_CHARS_MIN = 2
const GRAM_CHARS_MAX = 5
const WORD_CHARS_MAX = 40
const PAIRED_KINDS_MAX = 24

function salts(count: number, first: number): number[] {
  return Array.from({ length: count }, (_, at) => Math.imul(first + at, 0x9e3779b1))
}

/**
 * Emits every feature of one part of a message. Work is linear in its units and their letters.
 *
 * @param letters emits those of a word's letters, which are the same in every part; who weighs several parts may remember them
 */
export function featuresOf(
  { units }: Reading,
  { from, to }: Window,
  rules: RuleHits,
  isLate: boolean,
  emit: Sink,
  letters = (at: number): void => lettersOf(units[at] as Unit, (bucket) => emit(bucket, LETTERS, at, at + 1)),
): void {
  const put = (salt: number | undefined, hash: number, group: number, start: number, end: number): void =>
    emit(bucketOf(joined((salt ?? 0) + group, hash)), group, start, end)
  const wordAt = (at: number): number => (at < from ? START : at >= to ? END : (units[at]?.hash ?? 0))
  const generalAt = (at: number): number => {
    const unit = units[at]
    if (at < from) return START
    if (at >= to || unit === undefined) return END
    return unit.kinds[0]?.hash ?? unit.hash
  }
  for (let at = from; at < to; at++) {
    const unit = units[at] as Unit
    const { word, hash } = unit
    const before = wordAt(at - 1)
    const next = wordAt(at + 1)
    const after = wordAt(at + 2)
    put(WORD, hash, WORDS, at, at + 1)
    if (word.length > STEM_CHARS) put(STEM, hashOf(word.slice(0, STEM_CHARS)), WORDS, at, at + 1)
    const words = joined(hash, next)
    put(PAIR, words, WORDS, at, Math.min(to, at + 2))
    put(TRIPLE, joined(words, after), WORDS, at, Math.min(to, at + 3))
    if (at + 2 < to) put(SKIP, joined(hash, after), WORDS, at, at + 3)
    if (at === from) put(PAIR, joined(START, hash), WORDS, at, at + 1)
    put(SOUND, unit.sound, WORDS, at, at + 1)
    if (at + 1 < to) put(SOUND_PAIR, joined(unit.sound, (units[at + 1] as Unit).sound), WORDS, at, at + 2)
    letters(at)
    const general = generalAt(at)
    const pair = joined(general, generalAt(at + 1))
    put(KIND_PAIR, pair, MIXED, at, Math.min(to, at + 2))
    if (at + 2 < to) put(KIND_SKIP, joined(general, generalAt(at + 2)), MIXED, at, at + 3)
    if (at + 3 < to) put(KIND_FAR, joined(general, generalAt(at + 3)), MIXED, at, at + 4)
    put(KIND_TRIPLE, joined(pair, generalAt(at + 2)), MIXED, at, Math.min(to, at + 3))
    if (at === from) put(FIRST, general, MIXED, at, at + 1)
    if (at + 1 === to) put(LAST, general, MIXED, at, at + 1)
    if (unit.asked) put(ASKED, general, MIXED, at, at + 1)
    for (const rule of rules.get(at) ?? []) put(RULE, rule.hash, RULES, at, Math.min(to, rule.to))
    for (const kind of unit.kinds) {
      put(WORD_KIND, joined(before, kind.hash), MIXED, Math.max(from, at - 1), Math.min(to, kind.to))
      put(KIND_WORD, joined(kind.hash, wordAt(kind.to)), MIXED, at, Math.min(to, kind.to + 1))
    }
  }
  kindsOf(units, from, to, put)
  if (isLate) put(FACT, LATE, RULES, from, to)
}

/** Buckets of the runs of two to five letters, borders of the word included. Hashed on the way: no text is cut. */
export function lettersOf({ word }: Unit, found: (bucket: number) => void): void {
  const length = Math.min(word.length, WORD_CHARS_MAX)
  const codeAt = (at: number): number => (at < 0 || at >= length ? BORDER : word.charCodeAt(at))
  for (let start = -1; start < length; start++) {
    let hash = NO_LETTERS
    for (let size = 1; size <= GRAM_CHARS_MAX && start + size <= length + 1; size++) {
      hash = withLetter(hash, codeAt(start + size - 1))
      if (size >= GRAM_CHARS_MIN) found(bucketOf(joined((LETTER ?? 0) + LETTERS, hash)))
    }
  }
}

type Put = (salt: number | undefined, hash: number, group: number, start: number, end: number) => void

type Seen = { readonly hash: number; readonly at: number; readonly to: number }

/** What kinds of words there are, and which together: nothing here depends on the language. */
function kindsOf(units: readonly Unit[], from: number, to: number, put: Put): void {
  const seen: Seen[] = []
  const known = new Set<number>()
  let last: Kind | undefined
  let lastAt = from
  let isAsked = false
  let isGoingOn = false
  for (let at = from; at < to; at++) {
    const { kinds, asked } = units[at] as Unit
    isAsked ||= asked
    isGoingOn ||= asked && at + 1 < to
    for (const kind of kinds) {
      put(KIND, kind.hash, KINDS, at, Math.min(to, kind.to))
      if (asked) put(ASKED, kind.hash, KINDS, at, Math.min(to, kind.to))
      if (at === from) put(FIRST, kind.hash, KINDS, at, Math.min(to, kind.to))
      if (known.has(kind.hash) || seen.length >= PAIRED_KINDS_MAX) continue
      known.add(kind.hash)
      seen.push({ hash: kind.hash, at, to: Math.min(to, kind.to) })
    }
    const first = kinds[0]
    if (first === undefined) continue
    if (last !== undefined) put(KIND_PAIR, joined(last.hash, first.hash), KINDS, lastAt, Math.min(to, first.to))
    last = first
    lastAt = at
  }
  for (let index = 0; index < seen.length; index++) {
    const a = seen[index] as Seen
    for (let other = index + 1; other < seen.length; other++) {
      const b = seen[other] as Seen
      put(BOTH, joined(Math.min(a.hash, b.hash), Math.max(a.hash, b.hash)), KINDS, a.at, b.to)
    }
    if (isAsked) put(BOTH, joined(a.hash, QUESTION), KINDS, a.at, a.to)
  }
  if (isAsked) put(FACT, QUESTION, KINDS, from, to)
  put(LENGTH, Math.min(6, Math.floor(Math.log2(to - from + 1))), KINDS, from, to)
  if (isGoingOn) put(FACT, SEVERAL, KINDS, from, to)
}
