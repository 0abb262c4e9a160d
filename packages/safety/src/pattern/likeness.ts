/** Words by first letter and length, for those that are looked for without being known exactly. */
export type WordShapes = {
  add(word: string): void
  /** Words with this first letter and length. */
  like(first: string, length: number): Iterable<string>
}

export function createWordShapes(): WordShapes {
  const shapes = new Map<string, Set<string>>()
  return {
    add(word) {
      const shape = `${word.slice(0, 1)}${word.length}`
      const alike = shapes.get(shape)
      if (alike === undefined) shapes.set(shape, new Set([word]))
      else alike.add(word)
    },
    like: (first, length) => shapes.get(`${first}${length}`) ?? [],
  }
}

/** Which beginnings of words exist, without holding each: the words in order, searched by halves. */
export function createBeginnings() {
  const words: string[] = []
  let isSorted = true
  return {
    add(word: string): void {
      words.push(word)
      isSorted = false
    },
    has(beginning: string): boolean {
      if (!isSorted) words.sort()
      isSorted = true
      let low = 0
      let high = words.length
      while (low < high) {
        const middle = (low + high) >> 1
        if ((words[middle] ?? '') < beginning) low = middle + 1
        else high = middle
      }
      return words[low]?.startsWith(beginning) ?? false
    },
  }
}

/** Whether one letter missing, extra, wrong or swapped with its neighbour makes one word the other; the same word is not. */
export function isOneEditApart(a: string, b: string): boolean {
  if (a.length > b.length) return isOneEditApart(b, a)
  if (b.length - a.length > 1 || a === b) return false
  let at = 0
  while (at < a.length && a[at] === b[at]) at += 1
  if (a.length < b.length) return a.slice(at) === b.slice(at + 1)
  const isSwapped = a[at] === b[at + 1] && a[at + 1] === b[at]
  return a.slice(at + 1) === b.slice(at + 1) || (isSwapped && a.slice(at + 2) === b.slice(at + 2))
}
