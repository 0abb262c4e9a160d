/** Seeded 64-bit generator (SplitMix64, Steele et al. 2014): the same seed makes the same choices. Not for keys. */
export type Chance = {
  below(limit: number): number
  oneOf<T>(items: readonly T[]): T
  happens(probability: number): boolean
}

export function createChance(seed: number): Chance {
  let state = BigInt.asUintN(64, BigInt(seed))
  const next = (): bigint => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n)
    let z = state
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n)
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn)
    return z ^ (z >> 31n)
  }
  const below = (limit: number): number => Number(next() % BigInt(limit))
  return {
    below,
    oneOf: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('nothing to choose from')
      return item
    },
    happens: (probability) => below(1_000_000) < probability * 1_000_000,
  }
}
