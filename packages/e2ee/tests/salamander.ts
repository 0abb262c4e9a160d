import { createCipheriv } from 'node:crypto'

/**
 * One ciphertext with one tag that AES-256-GCM opens under two keys ("invisible salamander"; Dodis, Grubbs, Ristenpart,
 * Woodage 2018, section 3.2). GHASH is linear in every block of ciphertext, so one free block makes both tags meet.
 * Elements of GF(2^128) are BigInts in the bit order of SP 800-38D: the first bit is the highest.
 */
export type GcmUse = { readonly key: Uint8Array; readonly nonce: Uint8Array }

const REDUCTION = 0xe1n << 120n
const ONE = 1n << 127n
const BLOCK_BYTES = 16

function multiply(x: bigint, y: bigint): bigint {
  let product = 0n
  let shifted = y
  for (let bit = 127n; bit >= 0n; bit -= 1n) {
    if ((x >> bit) & 1n) product ^= shifted
    shifted = shifted & 1n ? (shifted >> 1n) ^ REDUCTION : shifted >> 1n
  }
  return product
}

/** x^(2^128 - 2), by Fermat. */
function invert(x: bigint): bigint {
  let result = ONE
  let square = x
  for (let step = 0; step < 127; step += 1) {
    square = multiply(square, square)
    result = multiply(result, square)
  }
  return result
}

const numberOf = (block: Uint8Array): bigint => BigInt(`0x${Buffer.from(block).toString('hex')}`)
const blockOf = (value: bigint): Uint8Array => Buffer.from(value.toString(16).padStart(2 * BLOCK_BYTES, '0'), 'hex')

function encryptBlock(key: Uint8Array, block: Uint8Array): bigint {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
  return numberOf(cipher.update(block))
}

function blocksOf(bytes: Uint8Array): bigint[] {
  const count = Math.ceil(bytes.byteLength / BLOCK_BYTES)
  return Array.from({ length: count }, (_, at) => {
    const block = new Uint8Array(BLOCK_BYTES)
    block.set(bytes.subarray(BLOCK_BYTES * at, BLOCK_BYTES * (at + 1)))
    return numberOf(block)
  })
}

function ghash(subkey: bigint, blocks: readonly bigint[]): bigint {
  return blocks.reduce((sum, block) => multiply(sum ^ block, subkey), 0n)
}

/** @param cipher any bytes, whole blocks; the last block is replaced. Returns ciphertext and tag together. */
export function salamander(uses: readonly [GcmUse, GcmUse], cipher: Uint8Array, additional: Uint8Array): Uint8Array {
  const lengths = (BigInt(8 * additional.byteLength) << 64n) | BigInt(8 * cipher.byteLength)
  const blocksWith = (last: bigint) => [...blocksOf(additional), ...blocksOf(cipher).slice(0, -1), last, lengths]
  const [first, second] = uses.map(({ key, nonce }) => {
    const subkey = encryptBlock(key, new Uint8Array(BLOCK_BYTES))
    const mask = encryptBlock(key, Uint8Array.of(...nonce, 0, 0, 0, 1))
    // The free block stands before the lengths, so it is multiplied by the square of the subkey.
    return { square: multiply(subkey, subkey), tag: (last: bigint) => ghash(subkey, blocksWith(last)) ^ mask }
  })
  if (first === undefined || second === undefined) throw new Error('two keys are needed')
  const free = multiply(first.tag(0n) ^ second.tag(0n), invert(first.square ^ second.square))
  return Uint8Array.of(...cipher.subarray(0, -BLOCK_BYTES), ...blockOf(free), ...blockOf(first.tag(free)))
}
