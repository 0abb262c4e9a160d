/** Something that can be found: where it is, its heading, and what it says. */
export type Passage = {
  readonly address: string
  readonly section: string
  readonly heading: string
  readonly texts: readonly string[]
}
export type Piece = { readonly text: string; readonly isMarked: boolean }
export type Hit = {
  readonly address: string
  readonly section: string
  readonly heading: readonly Piece[]
  /** The sentence that fits best; empty when the heading alone fits. */
  readonly sentence: readonly Piece[]
}

export const QUERY_CHARS_MAX = 100
export const HITS_MAX = 30
const WORDS_MAX = 8
/** Shorter words fit at the beginning of a word only: two letters are inside of everything. */
const INSIDE_CHARS_MIN = 3
const SENTENCE_CHARS_MAX = 240

const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', œ: 'oe', æ: 'ae', ø: 'o', ł: 'l', đ: 'd', ı: 'i' }
const MARK = /\p{M}/u
const WORD = /[\p{L}\p{N}]/u

/** A text without case and accents, and for each of its places where it stands in the text as written. */
export type Folded = { readonly text: string; readonly places: readonly number[] }

export function fold(text: string): Folded {
  let folded = ''
  const places: number[] = []
  let place = 0
  for (const written of text) {
    const lower = written.toLowerCase()
    for (const part of (LETTERS[lower] ?? lower).normalize('NFD')) {
      if (MARK.test(part)) continue
      folded += part
      for (let unit = 0; unit < part.length; unit++) places.push(place)
    }
    place += written.length
  }
  return { text: folded, places }
}

export function wordsOf(query: string): readonly string[] {
  const words = fold(query.slice(0, QUERY_CHARS_MAX)).text.split(/[^\p{L}\p{N}]+/u)
  return [...new Set(words.filter((word) => word !== ''))].slice(0, WORDS_MAX)
}

type Span = { readonly from: number; readonly to: number; readonly isBeginning: boolean }

function findWord(folded: string, word: string): readonly Span[] {
  const spans: Span[] = []
  for (let from = folded.indexOf(word); from >= 0; from = folded.indexOf(word, from + word.length)) {
    const isBeginning = from === 0 || !WORD.test(folded[from - 1] ?? '')
    if (isBeginning || word.length >= INSIDE_CHARS_MIN) spans.push({ from, to: from + word.length, isBeginning })
  }
  return spans
}

/** The text in pieces, those that fit a word of the query marked. Put together they are the text as written. */
export function mark(text: string, words: readonly string[]): readonly Piece[] {
  const folded = fold(text)
  const marked = new Uint8Array(text.length)
  for (const { from, to } of words.flatMap((word) => findWord(folded.text, word))) {
    const begin = folded.places[from] ?? text.length
    // To where the next letter stands, so that accents written apart belong to theirs.
    marked.fill(1, begin, Math.max(folded.places[to] ?? text.length, begin + 1))
  }
  const pieces: { text: string; isMarked: boolean }[] = []
  for (let place = 0; place < text.length; place++) {
    const isMarked = marked[place] === 1
    const last = pieces.at(-1)
    if (last?.isMarked === isMarked) last.text += text[place]
    else pieces.push({ text: text[place] ?? '', isMarked })
  }
  return pieces
}

export function sentencesOf(text: string): readonly string[] {
  return text.split(/(?<=[.!?…])\s+/u).filter((sentence) => sentence !== '')
}

/** Text that is long goes on around its first mark. */
function excerpt(pieces: readonly Piece[]): readonly Piece[] {
  const [first, second] = pieces
  const length = pieces.reduce((sum, { text }) => sum + text.length, 0)
  if (length <= SENTENCE_CHARS_MAX || !first) return pieces
  const cut = first.isMarked || first.text.length < 60 ? first : { ...first, text: `… ${first.text.slice(-50)}` }
  let left = SENTENCE_CHARS_MAX - cut.text.length
  const kept = [cut]
  for (const piece of second ? pieces.slice(1) : []) {
    if (left <= 0) return [...kept, { text: ' …', isMarked: false }]
    kept.push(piece.text.length > left ? { ...piece, text: piece.text.slice(0, left) } : piece)
    left -= piece.text.length
  }
  return left < 0 ? [...kept, { text: ' …', isMarked: false }] : kept
}

const has = (text: string, word: string) => findWord(text, word).length > 0
const begins = (text: string, word: string) => findWord(text, word).some(({ isBeginning }) => isBeginning)

function scoreOf(heading: string, body: string, words: readonly string[]): number {
  let score = 0
  for (const word of words) {
    if (begins(heading, word)) score += 8
    else if (has(heading, word)) score += 4
    else if (begins(body, word)) score += 3
    else if (has(body, word)) score += 1
    else return 0
  }
  return score
}

/** Every word has to be somewhere in a passage; case and accents are ignored. The best first, then as on the page. */
export function search(passages: readonly Passage[], query: string): readonly Hit[] {
  const words = wordsOf(query)
  if (words.length === 0) return []
  return passages
    .map((passage) => {
      const heading = fold(passage.heading).text
      return { passage, score: scoreOf(heading, fold(passage.texts.join('\n')).text, words) }
    })
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, HITS_MAX)
    .map(({ passage: { address, section, heading, texts } }) => ({
      address,
      section,
      heading: mark(heading, words),
      sentence: excerpt(mark(bestSentence(texts, words), words)),
    }))
}

function bestSentence(texts: readonly string[], words: readonly string[]): string {
  let best = ''
  let most = 0
  for (const sentence of texts.flatMap(sentencesOf)) {
    const folded = fold(sentence).text
    const count = words.filter((word) => has(folded, word)).length
    if (count > most) {
      best = sentence
      most = count
    }
  }
  return best
}
