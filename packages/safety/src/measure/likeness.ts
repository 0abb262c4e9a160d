/** How alike lines are: the share of pairs of words they have in common. SPEC SF27. */
export const NEAR = 0.6
const SHINGLE_WORDS = 2

/** The words of a line without sign, tags and flags; of a line without letters and digits its signs. */
export function keyOf(line: string): string {
  const trimmed = line.trim()
  if (trimmed.startsWith(';')) return ''
  const text = trimmed
    .replace(/^[+~-](?:\[\w+\])? +/, '')
    .replace(/(?: #\w+)+$/, '')
    .toLowerCase()
  const words = text.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim()
  if (words !== '') return words
  return Array.from(text.replaceAll(/[\s\p{M}\u200d]+/gu, '')).join(' ')
}

export function shinglesOf(key: string): ReadonlySet<string> {
  const words = key.split(' ')
  if (words.length <= SHINGLE_WORDS) return new Set([words.join(' ')])
  return new Set(words.slice(SHINGLE_WORDS - 1).map((_, at) => words.slice(at, at + SHINGLE_WORDS).join(' ')))
}

/** Lines that were added, findable by likeness. Looks only at lines that share a pair of words. */
export type Likenesses<T> = {
  add(key: string, value: T): void
  /** The first added line that is nearly the same and is accepted. */
  find(key: string, accept?: (value: T) => boolean): T | undefined
}

export function createLikenesses<T>(): Likenesses<T> {
  const added: { readonly shingles: ReadonlySet<string>; readonly value: T }[] = []
  const byShingle = new Map<string, number[]>()
  return {
    add(key, value) {
      const shingles = shinglesOf(key)
      for (const shingle of shingles) {
        const list = byShingle.get(shingle)
        if (list === undefined) byShingle.set(shingle, [added.length])
        else list.push(added.length)
      }
      added.push({ shingles, value })
    },
    find(key, accept = () => true) {
      const shingles = shinglesOf(key)
      const shared = new Map<number, number>()
      for (const shingle of shingles)
        for (const index of byShingle.get(shingle) ?? []) shared.set(index, (shared.get(index) ?? 0) + 1)
      for (const [index, count] of [...shared].toSorted(([a], [b]) => a - b)) {
        const other = added[index]
        if (other === undefined || count / (shingles.size + other.shingles.size - count) < NEAR) continue
        if (accept(other.value)) return other.value
      }
      return undefined
    },
  }
}
