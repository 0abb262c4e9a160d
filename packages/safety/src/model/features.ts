import type { Pack } from '../pack/compile.ts'
import type { Hit } from '../evidence/hits.ts'
import type { Lattice } from '../text/lattice.ts'

/** Buckets of the hash: so many that strange words rarely fall together with known ones. */
export const BUCKETS = 1 << 20

/** One property of a message and the tokens that show it. */
export type Feature = { readonly bucket: number; readonly from: number; readonly to: number; readonly ofRule?: true }

/** Only the beginning of a very long message is weighed; rules see all of it. */
const TOKENS_MAX = 400

/**
 * What the linear model looks at: words, stems, kinds of words (lexicons and shapes), pairs of them side by side and over one word,
 * questions, length, and which rules fit. Version 1; whoever changes it raises `features` in the pack. SPEC SF17.
 */
export function featuresOf(pack: Pack, lattice: Lattice, hits: readonly Hit[], isLate: boolean): readonly Feature[] {
  const tokens = lattice.source.tokens.slice(0, TOKENS_MAX)
  const features = new Map<number, Feature>()
  const add = (text: string, from: number, to: number): void => {
    const bucket = hash(text)
    if (!features.has(bucket)) features.set(bucket, { bucket, from, to })
  }
  const words = tokens.map(
    (token) => token.forms.find((form) => pack.vocabulary.symbolsOf(form).length > 0) ?? token.forms.at(-1) ?? '',
  )
  const kinds = tokens.map((_, at) => kindsAt(pack, lattice, at))
  const general = words.map((word, at) => kinds[at]?.[0]?.name ?? word)
  words.forEach((word, at) => {
    add(`w ${word}`, at, at + 1)
    if (word.length > 5) add(`s ${word.slice(0, 5)}`, at, at + 1)
    if (at + 1 < words.length) add(`b ${word} ${words[at + 1]}`, at, at + 2)
    if (at + 1 < words.length) add(`g ${general[at]} ${general[at + 1]}`, at, at + 2)
    if (at + 2 < words.length) add(`k ${general[at]} ${general[at + 2]}`, at, at + 3)
    for (const { name, to } of kinds[at] ?? []) {
      add(`c ${name}`, at, to)
      if (at > 0) add(`l ${words[at - 1]} ${name}`, at - 1, to)
      if (to < words.length) add(`r ${name} ${words[to]}`, at, to + 1)
    }
    if (tokens[at]?.asked) add(`q ${general[at]}`, at, at + 1)
  })
  if (tokens.some((token) => token.asked)) add('?', 0, tokens.length)
  for (const { index, from, to } of hits) {
    const bucket = hash(`h ${pack.rules[index]?.id}`)
    features.set(bucket, { bucket, from, to, ofRule: true })
  }
  add(`n ${Math.min(5, Math.floor(Math.log2(tokens.length + 1)))}`, 0, tokens.length)
  if (isLate) add('late', 0, tokens.length)
  return [...features.values()]
}

/** Lexicons and shapes of everything that begins at a token, longest first. */
function kindsAt(pack: Pack, lattice: Lattice, at: number): readonly { readonly name: string; readonly to: number }[] {
  const found = new Map<string, number>()
  for (const edge of lattice.edges[at] ?? []) {
    for (const symbol of edge.symbols) {
      const name = pack.vocabulary.nameOf(symbol)
      if (name.startsWith('@') || name.startsWith('<')) found.set(name, Math.max(edge.to, found.get(name) ?? 0))
    }
  }
  return [...found].map(([name, to]) => ({ name, to })).toSorted((a, b) => b.to - a.to || (a.name < b.name ? -1 : 1))
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0
  return (value ^ (value >>> 20)) & (BUCKETS - 1)
}
