import { hashOf } from '../model/hash.ts'
import { fail, ok, type SafetyResult } from '../result.ts'
import type { Script } from '../text/tokens.ts'
import { createBeginnings, createWordShapes } from './likeness.ts'
import { wordsOf } from './parse.ts'
import { createSieve, NO_LETTERS, withLetter } from '../text/sieve.ts'

/** Words and phrases that belong together. `fuzzy`: recognised misspelt, split and run together as well. */
export type Lexicon = { readonly name: string; readonly entries: readonly string[]; readonly fuzzy: boolean }

/** A node of the phrases: what follows, and the symbols of a phrase that ends here. */
export type PhraseNode = { readonly next: Map<string, PhraseNode>; readonly symbols: number[] }

/**
 * Numbers ("symbols") for everything that patterns speak of, and which symbols a written word has. All lookups are by
 * whole words of bounded length, so a word costs a bounded number of them.
 */
export type Vocabulary = {
  /** The symbol of a key of a pattern; made when first asked for. */
  symbol(key: string): number
  nameOf(symbol: number): string
  /** The hash of the name of a lexicon or a shape; undefined for words and their parts. */
  kindOf(symbol: number): number | undefined
  count(): number
  symbolsOf(form: string): readonly number[]
  /** Symbols of the word that `form` probably is a misspelling of. */
  misspelt(form: string): readonly number[]
  /** Symbols of a word that people write in pieces on purpose. */
  pieced(form: string): readonly number[]
  /** Symbols of words that begin and end so, with `stars` letters between. */
  starred(beginning: string, stars: number, ending: string): readonly number[]
  /** Symbols of exactly this word; stems and endings do not count. */
  exactly(form: string): readonly number[]
  /** Whether a pattern or a phrase has this word. */
  isWord(form: string): boolean
  /** Whether any word begins so: where none does, putting pieces together may stop. */
  begins(form: string): boolean
  readonly phrases: PhraseNode
}

export const PHRASE_WORDS_MAX = 6
const FUZZY_CHARS_MIN = 6
const FUZZY_CHARS_MAX = 24
const STEM_CHARS_MIN = 3
const STARRED_CHARS_MIN = 2
const STEMS_BITS = 1 << 16
const NONE: readonly number[] = []

/** The vocabulary of a pack's lexicons. Lexicons may name others as `@name`; a circle is refused. SPEC SF10. */
export function createVocabulary(lexicons: readonly Lexicon[], script: Script): SafetyResult<Vocabulary> {
  const table = createTable()
  const byName = new Map(lexicons.map((lexicon) => [lexicon.name, lexicon]))
  for (const lexicon of lexicons) {
    const entries = entriesOf(lexicon.name, byName, [])
    if (entries === undefined) return fail('SAFETY_PACK_MALFORMED', `lexicon @${lexicon.name}`)
    for (const { entry, fuzzy } of entries) {
      const problem = table.add(entry, `@${lexicon.name}`, fuzzy, script)
      if (problem) return fail('SAFETY_PACK_MALFORMED', `lexicon @${lexicon.name}: "${entry}"`)
    }
  }
  return ok(table.vocabulary)
}

type Entry = { readonly entry: string; readonly fuzzy: boolean }

function entriesOf(
  name: string,
  lexicons: ReadonlyMap<string, Lexicon>,
  above: readonly string[],
): readonly Entry[] | undefined {
  const lexicon = lexicons.get(name)
  if (lexicon === undefined || above.includes(name)) return undefined
  const found: Entry[] = []
  for (const entry of lexicon.entries) {
    if (!entry.startsWith('@')) found.push({ entry, fuzzy: lexicon.fuzzy })
    else {
      const inner = entriesOf(entry.slice(1), lexicons, [...above, name])
      if (inner === undefined) return undefined
      found.push(...inner)
    }
  }
  return found
}

function createTable() {
  const symbols = new Map<string, number>()
  const keys: string[] = []
  const kinds: (number | undefined)[] = []
  const words = new Map<string, number[]>()
  const parts = createParts()
  const fuzzyWords = new Map<string, number[]>()
  const fuzzyShapes = createWordShapes()
  const beginnings = createBeginnings()
  const phraseWords = new Set<string>()
  const shapes = createWordShapes()
  const phrases: PhraseNode = { next: new Map(), symbols: [] }

  function addWord(word: string, id: number): void {
    if (!append(words, word, id)) return
    beginnings.add(word)
    shapes.add(word)
  }

  function symbol(key: string): number {
    const known = symbols.get(key)
    if (known !== undefined) return known
    const fresh = keys.length
    symbols.set(key, fresh)
    keys.push(key)
    const isKind = key.startsWith('@') || key.startsWith('<')
    kinds.push(isKind ? hashOf(key) : undefined)
    if (!isKind) {
      if (key.endsWith('*')) parts.addStem(key.slice(0, -1), fresh)
      else if (key.startsWith('*')) parts.addEnding(key.slice(1), fresh)
      else addWord(key, fresh)
    }
    return fresh
  }

  /** Answers true when the entry cannot be understood. */
  function add(entry: string, key: string, fuzzy: boolean, script: Script): boolean {
    const own = symbol(key)
    const all = wordsOf(entry.replaceAll('*', ''), script)
    const word = all[0]
    if (word === undefined || all.length > PHRASE_WORDS_MAX) return true
    if (entry.includes('*')) {
      if (all.length > 1 || word.length < STEM_CHARS_MIN) return true
      if (entry.startsWith('*')) parts.addEnding(word, own)
      else parts.addStem(word, own)
      return false
    }
    if (all.length === 1) addWord(word, own)
    else include(addPhrase(all), own)
    if (fuzzy) addFuzzy(all.join(''), own)
    return false
  }

  function addPhrase(all: readonly string[]): number[] {
    let node = phrases
    for (const word of all) {
      if (!phraseWords.has(word)) beginnings.add(word)
      phraseWords.add(word)
      const next = node.next.get(word) ?? { next: new Map(), symbols: [] }
      node.next.set(word, next)
      node = next
    }
    return node.symbols
  }

  function addFuzzy(joined: string, own: number): void {
    if (joined.length < FUZZY_CHARS_MIN) return
    if (!append(fuzzyWords, joined, own)) return
    beginnings.add(joined)
    fuzzyShapes.add(joined)
  }

  function symbolsOf(form: string): readonly number[] {
    const whole = words.get(form) ?? NONE
    const inside = parts.of(form)
    return inside.length === 0 ? whole : [...whole, ...inside]
  }

  function misspelt(form: string): readonly number[] {
    if (form.length < FUZZY_CHARS_MIN || form.length > FUZZY_CHARS_MAX) return NONE
    return fuzzyWords.get(fuzzyShapes.near(form) ?? '') ?? NONE
  }

  function starred(beginning: string, stars: number, ending: string): readonly number[] {
    if (beginning.length + ending.length < STARRED_CHARS_MIN) return NONE
    const found: number[] = []
    for (const word of shapes.like(beginning, beginning.length + stars + ending.length)) {
      if (word.startsWith(beginning) && word.endsWith(ending)) found.push(...(words.get(word) ?? NONE))
    }
    return found
  }

  const vocabulary: Vocabulary = {
    symbol,
    nameOf: (id) => keys[id] ?? '',
    kindOf: (id) => kinds[id],
    count: () => keys.length,
    symbolsOf,
    misspelt,
    starred,
    pieced: (form) => fuzzyWords.get(form) ?? NONE,
    exactly: (form) => words.get(form) ?? NONE,
    isWord: (form) => words.has(form) || phraseWords.has(form),
    begins: (form) => beginnings.has(form),
    phrases,
  }
  return { vocabulary, add }
}

/** Beginnings and endings of words and what they mean. */
function createParts() {
  const stems = new Map<string, number[]>()
  const endings = new Map<string, number[]>()
  const stemSieve = createSieve(STEMS_BITS)
  const endingSieve = createSieve(STEMS_BITS)
  return {
    addStem(stem: string, symbol: number): void {
      append(stems, stem, symbol)
      stemSieve.add(hashOf(stem))
    },
    addEnding(ending: string, symbol: number): void {
      append(endings, ending, symbol)
      let hash = NO_LETTERS
      for (let at = ending.length - 1; at >= 0; at--) hash = withLetter(hash, ending.charCodeAt(at))
      endingSieve.add(hash)
    },
    /** The symbols of all beginnings and endings of a word, the shortest first. */
    of(word: string): readonly number[] {
      let found: number[] | undefined
      let [begun, ended] = [NO_LETTERS, NO_LETTERS]
      for (let length = 1; length <= word.length; length++) {
        begun = withLetter(begun, word.charCodeAt(length - 1))
        ended = withLetter(ended, word.charCodeAt(word.length - length))
        if (length < STEM_CHARS_MIN) continue
        if (stemSieve.has(begun)) (found ??= []).push(...(stems.get(word.slice(0, length)) ?? NONE))
        if (endingSieve.has(ended)) (found ??= []).push(...(endings.get(word.slice(word.length - length)) ?? NONE))
      }
      return found ?? NONE
    },
  }
}

function include(list: number[], symbol: number): void {
  if (!list.includes(symbol)) list.push(symbol)
}

/** Answers true when the key is new. */
function append(lists: Map<string, number[]>, key: string, symbol: number): boolean {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [symbol])
  else include(list, symbol)
  return list === undefined
}
