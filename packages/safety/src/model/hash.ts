import { NO_LETTERS, withLetter } from '../text/sieve.ts'

/** Buckets of the hash: so many that strange words rarely fall together with known ones. */
export const BUCKET_BITS = 22
export const BUCKETS = 1 << BUCKET_BITS

/** FNV-1a over UTF-16 units, as a signed 32-bit number. */
export function hashOf(text: string): number {
  let value = NO_LETTERS
  for (let i = 0; i < text.length; i++) value = withLetter(value, text.charCodeAt(i))
  return value
}

/** Two hashes in this order as one. */
export function joined(a: number, b: number): number {
  const mixed = Math.imul(a ^ (a >>> 15), 0x2c1b3c6d) + Math.imul(b ^ (b >>> 13), 0x297a2d39)
  return (mixed ^ (mixed >>> 12)) | 0
}

/** The bucket of a hash, all of whose bits count (the finaliser of MurmurHash3). */
export function bucketOf(hash: number): number {
  let value = hash
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> (32 - BUCKET_BITS)
}
