/**
 * Small numbers for words, so that the pool compares integers. Counted: a word nobody uses any more gives its number
 * back, so memory follows the people who wait and not the words ever typed.
 */
export type Interner = {
  /** The number of this word; one more user of it. Undefined when all `max` numbers are taken. */
  acquire(word: string): number | undefined
  /** One user less. Releasing a word that is not held is a bug and throws. */
  release(word: string): void
  size(): number
}

export function createInterner(max: number): Interner {
  const entries = new Map<string, { readonly id: number; users: number }>()
  const freeIds: number[] = []

  return {
    acquire(word) {
      const entry = entries.get(word)
      if (entry !== undefined) {
        entry.users += 1
        return entry.id
      }
      if (entries.size >= max) return undefined
      const id = freeIds.pop() ?? entries.size
      entries.set(word, { id, users: 1 })
      return id
    },
    release(word) {
      const entry = entries.get(word)
      if (entry === undefined) throw new Error('released a word that is not held')
      entry.users -= 1
      if (entry.users > 0) return
      entries.delete(word)
      freeIds.push(entry.id)
    },
    size: () => entries.size,
  }
}
