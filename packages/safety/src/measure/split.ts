import type { Part } from './corpus.ts'

const NEAR = 0.6
const SHINGLE_WORDS = 2

/**
 * Deals lines into develop (two thirds) and held-out (one third) by a hash of the text, so that the same lines always fall the
 * same way. Lines that are nearly the same as one dealt before, in this call or in `dealt`, follow it: a held-out line whose twin was
 * learned from would prove nothing. SPEC SF27.
 */
export function deal(
  lines: readonly string[],
  dealt: Readonly<Record<Part, readonly string[]>>,
): Readonly<Record<Part, readonly string[]>> {
  const known: { readonly words: ReadonlySet<string>; readonly part: Part }[] = []
  const texts = new Set<string>()
  const result: Record<Part, string[]> = { develop: [], 'held-out': [] }
  for (const part of ['develop', 'held-out'] as const) {
    for (const line of dealt[part]) {
      known.push({ words: shingles(line), part })
      texts.add(bare(line))
    }
  }
  for (const line of lines) {
    const text = bare(line)
    if (text === '' || texts.has(text)) continue
    texts.add(text)
    const words = shingles(line)
    const twin = known.find((other) => likeness(words, other.words) >= NEAR)
    const part = twin?.part ?? (hash(text) % 3 === 0 ? 'held-out' : 'develop')
    known.push({ words, part })
    result[part].push(line.trim())
  }
  return result
}

/** The words of a line without sign, tags and flags. */
function bare(line: string): string {
  const text = line.trim()
  if (text.startsWith(';')) return ''
  return text
    .replace(/^[+~-](?:\[\w+\])? +/, '')
    .replace(/(?: #\w+)+$/, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

function shingles(line: string): ReadonlySet<string> {
  const words = bare(line).split(' ')
  if (words.length <= SHINGLE_WORDS) return new Set([words.join(' ')])
  return new Set(words.slice(SHINGLE_WORDS - 1).map((_, at) => words.slice(at, at + SHINGLE_WORDS).join(' ')))
}

function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((each) => b.has(each)).length
  return shared / Math.max(1, a.size + b.size - shared)
}

function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0
  return value ^ (value >>> 15)
}
