/**
 * Says of most texts at once that they are not in a list, by the hash of their letters, so that nothing is cut out of a word or looked
 * up: a Bloom filter of one hash. `has` may be true for a text that was never added, and is never false for one that was.
 */
export type Sieve = { add(hash: number): void; has(hash: number): boolean }

/** The hash of no letters; one letter more is one step (FNV-1a). */
export const NO_LETTERS = 0x811c9dc5 | 0

export function withLetter(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193)
}

/** @param bits a power of two; with eight for each text about one other text in eight passes */
export function createSieve(bits: number): Sieve {
  const words = new Int32Array(bits >>> 5)
  const mask = bits - 1
  // The high bits of the hash depend on all letters, the low ones alone do not.
  const placeOf = (hash: number): number => (hash ^ (hash >>> 15)) & mask
  return {
    add(hash) {
      const place = placeOf(hash)
      words[place >>> 5] = (words[place >>> 5] ?? 0) | (1 << (place & 31))
    },
    has(hash) {
      const place = placeOf(hash)
      return ((words[place >>> 5] ?? 0) & (1 << (place & 31))) !== 0
    },
  }
}
