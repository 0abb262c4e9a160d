import type { Random } from '@visavis/ports'

/**
 * Seeded chance: SplitMix64 (Steele, Lea, Flood 2014), 64 bits of state so that long simulations do not repeat.
 * Not for secrets, which is why it lives here.
 */
export type SeededRandom = Random & {
  /** A whole number in [0, below). */
  below(below: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
}

const MASK = (1n << 64n) - 1n

export function createSeededRandom(seed: number | bigint): SeededRandom {
  let state = BigInt(seed) & MASK

  function next(): bigint {
    state = (state + 0x9e3779b97f4a7c15n) & MASK
    let mixed = state
    mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & MASK
    return mixed ^ (mixed >> 31n)
  }

  function bytes(count: number): Uint8Array {
    const result = new Uint8Array(count)
    for (let at = 0; at < count; at += 8) {
      let word = next()
      for (let i = at; i < Math.min(count, at + 8); i++) {
        result[i] = Number(word & 0xffn)
        word >>= 8n
      }
    }
    return result
  }

  function uuid(): string {
    const raw = bytes(16)
    raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40
    raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80
    const hex = [...raw].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  }

  const float = () => Number(next() >> 11n) / 2 ** 53
  const below = (limit: number) => Math.floor(float() * limit)

  return {
    bytes,
    uuid,
    float,
    below,
    chance: (probability) => float() < probability,
    pick: (from) => {
      if (from.length === 0) throw new Error('nothing to pick from')
      return from[below(from.length)] as (typeof from)[number]
    },
  }
}
