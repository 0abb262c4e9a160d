import type { Vocabulary, PhraseNode } from '../pattern/vocabulary.ts'
import { PHRASE_WORDS_MAX } from '../pattern/vocabulary.ts'
import { isPlainWord, readLeet } from './characters.ts'
import { findNumbers, type Numbers } from './numbers.ts'
import { findStructures } from './structures.ts'
import { tokenise, type Script, type Token, type Tokens } from './tokens.ts'

/**
 * A text in all its readings: between tokens run edges, each with the symbols of what it may mean. "tele gram" has the
 * edges `tele`, `gram` and, over both, `telegram`. A pattern matches along any path. SPEC SF5-SF9.
 */
export type Lattice = {
  readonly source: Tokens
  readonly edges: readonly (readonly Edge[])[]
  /** Bounds of the sentences, as token indices: [0, 4, 9] are two sentences. */
  readonly sentences: readonly number[]
  /** Whether the sentence that ends before token `end` is a question. */
  isQuestion(end: number): boolean
}

export type Edge = {
  readonly to: number
  readonly symbols: readonly number[]
  /** Whether this is one word as written; gaps pass only over these. */
  readonly isWord: boolean
  /** Of a number: its digits; of an address: as normalised. */
  readonly value?: string
}

export type Language = { readonly script: Script; readonly numbers: Numbers }

/** A sentence that does not end is ended here, so that the work on one is bounded. */
const SENTENCE_TOKENS_MAX = 64
/** "Send. me. money." is one sentence: a stop counts only behind so many words. */
const SENTENCE_TOKENS_MIN = 3
const PIECES_MAX = 12
const LETTERS_MAX = 24
const JOINED_CHARS_MIN = 3
const READINGS_MAX = 4
const PHRASE_STEPS_MAX = 4

/** Builds the lattice of a text. Linear in its length: every token has a bounded number of edges. */
export function readLattice(text: string, language: Language, vocabulary: Vocabulary): Lattice {
  const source = tokenise(text, language.script)
  const { tokens } = source
  const edges: Edge[][] = tokens.map(() => [])
  const hidden = vocabulary.symbol('<hidden>')
  const joins = tokens.map((_, at) => joinsAt(tokens, at, vocabulary))
  tokens.forEach((token, at) => {
    edges[at]?.push({ to: at + 1, symbols: symbolsOfWord(token, vocabulary), isWord: true })
    for (const { to, symbols } of phrasesAt(tokens, joins, at, vocabulary.phrases)) {
      edges[at]?.push({ to, symbols, isWord: false })
    }
    for (const { to, symbols } of joins[at] ?? []) {
      if (symbols.length > 0) edges[at]?.push({ to, symbols: [...symbols, hidden], isWord: false })
    }
    const starred = starredAt(tokens, at, vocabulary)
    if (starred) edges[at]?.push({ to: starred.to, symbols: [...starred.symbols, hidden], isWord: false })
  })
  for (const found of [...findNumbers(source, language.numbers), ...findStructures(source)]) {
    const symbols = found.names.map((name) => vocabulary.symbol(name))
    edges[found.from]?.push({ to: found.to, symbols, isWord: false, value: found.value })
  }
  return { source, edges, sentences: sentencesOf(tokens), isQuestion: (end) => tokens[end - 1]?.asked ?? false }
}

function symbolsOfWord({ forms }: Token, vocabulary: Vocabulary): readonly number[] {
  const found = forms.length === 1 ? distinct(vocabulary.symbolsOf(forms[0] ?? '')) : symbolsOfForms(forms, vocabulary)
  return found.length > 0 ? found : distinct(vocabulary.misspelt(forms[0] ?? ''))
}

function symbolsOfForms(forms: readonly string[], vocabulary: Vocabulary): readonly number[] {
  const found: number[] = []
  for (const form of forms) found.push(...vocabulary.symbolsOf(form))
  return distinct(found)
}

/** Each symbol once. Words have few, so no set is made for them. */
function distinct(symbols: readonly number[]): readonly number[] {
  if (symbols.length < 2) return symbols
  const found: number[] = []
  for (const symbol of symbols) if (!found.includes(symbol)) found.push(symbol)
  return found
}

type Span = { readonly to: number; readonly symbols: readonly number[] }

/** A word put together of several tokens, as the vocabulary writes it. */
type Join = Span & { readonly words: readonly string[] }

const NO_JOINS: readonly Join[] = []

type PhraseStep = { readonly node: PhraseNode; readonly at: number }

/** Phrases of lexicons that begin at a token; each of their words may itself be in pieces. */
function phrasesAt(
  tokens: readonly Token[],
  joins: readonly (readonly Join[])[],
  at: number,
  root: PhraseNode,
): readonly Span[] {
  const found: Span[] = []
  let steps: readonly PhraseStep[] = [{ node: root, at }]
  for (let length = 0; length < PHRASE_WORDS_MAX && steps.length > 0; length++) {
    const next: PhraseStep[] = []
    for (const step of steps) {
      followPhrase(step.node, tokens[step.at]?.forms ?? [], step.at + 1, next)
      for (const join of joins[step.at] ?? NO_JOINS) followPhrase(step.node, join.words, join.to, next)
    }
    for (const { node, at: to } of next) if (node.symbols.length > 0) found.push({ to, symbols: node.symbols })
    steps = next
  }
  return found
}

function followPhrase(node: PhraseNode, words: readonly string[], to: number, next: PhraseStep[]): void {
  for (const word of words) {
    const found = node.next.get(word)
    // A text has few readings that are part of any phrase; four at a time are plenty and keep the work bounded.
    if (found !== undefined && next.length < PHRASE_STEPS_MAX) next.push({ node: found, at: to })
  }
}

/**
 * Words written in pieces: "whats-app", "w.h.a.t.s", "w h a t s", "p!cs", "snap chat". Goes on only while what is put together
 * begins some word, so that nearly every token is done after one step.
 */
function joinsAt(tokens: readonly Token[], at: number, vocabulary: Vocabulary): readonly Join[] {
  const first = tokens[at]
  if (first === undefined) return NO_JOINS
  let joins: Join[] | undefined
  let pieces: readonly string[] = leetReadings(first.forms[0] ?? '')
  let isGlued = true
  let isLetters = (first.forms[0] ?? '').length === 1
  for (let to = at + 1; to < tokens.length && to - at < LETTERS_MAX; to++) {
    const token = tokens[to] as Token
    const word = token.forms[0] ?? ''
    isGlued &&= token.glued && to - at < PIECES_MAX
    isLetters &&= word.length === 1
    if (!isGlued && !isLetters && to - at > 2) break
    pieces = longerPieces(pieces, isGlued ? token.before : '', word, vocabulary)
    if (pieces.length === 0) break
    const isWhole = isGlued || isLetters
    const words = isWhole ? pieces.filter((piece) => piece.length >= JOINED_CHARS_MIN && vocabulary.isWord(piece)) : []
    const symbols = isWhole ? lookUp(pieces, vocabulary) : vocabulary.pieced(pieces[0] ?? '')
    if (symbols.length > 0 || words.length > 0) (joins ??= []).push({ to: to + 1, symbols, words })
  }
  return joins ?? NO_JOINS
}

/** What begins some word of: each piece, the sign behind it or none, and the next word, in their readings. */
function longerPieces(
  pieces: readonly string[],
  sign: string,
  word: string,
  vocabulary: Vocabulary,
): readonly string[] {
  const signs = sign === '' ? NO_SIGN : ['', ...leetReadings(sign)]
  const parts = leetReadings(word)
  const longer: string[] = []
  for (const piece of pieces) {
    for (const between of signs) {
      for (const part of parts) {
        const whole = piece + between + part
        if (!vocabulary.begins(whole) || longer.includes(whole)) continue
        longer.push(whole)
        if (longer.length === READINGS_MAX) return longer
      }
    }
  }
  return longer
}

const NO_SIGN: readonly string[] = ['']

/** At most three: as written, and with `1` as either letter. */
function leetReadings(word: string): readonly string[] {
  if (word === '') return []
  if (isPlainWord(word)) return [word]
  return [...new Set([word, readLeet(word, 'i'), readLeet(word, 'l')])]
}

function lookUp(pieces: readonly string[], vocabulary: Vocabulary): readonly number[] {
  const found: number[] = []
  for (const piece of pieces) {
    if (piece.length >= JOINED_CHARS_MIN) found.push(...vocabulary.exactly(piece))
    found.push(...vocabulary.pieced(piece))
  }
  return distinct(found)
}

/** "n*des": a star between two pieces stands for a letter that the reader adds. */
function starredAt(tokens: readonly Token[], at: number, vocabulary: Vocabulary): Span | undefined {
  const next = tokens[at + 1]
  if (next === undefined || !next.glued || !next.before.startsWith('*')) return undefined
  const symbols = vocabulary.starred(tokens[at]?.forms[0] ?? '', next.before.length, next.forms[0] ?? '')
  return symbols.length > 0 ? { to: at + 2, symbols } : undefined
}

function sentencesOf(tokens: readonly Token[]): readonly number[] {
  const bounds = [0]
  tokens.forEach((token, at) => {
    const length = at - (bounds.at(-1) ?? 0)
    if (length >= SENTENCE_TOKENS_MAX || (token.opens && length >= SENTENCE_TOKENS_MIN)) bounds.push(at)
  })
  if (tokens.length > 0) bounds.push(tokens.length)
  return bounds
}
