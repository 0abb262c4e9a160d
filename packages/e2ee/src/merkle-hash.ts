import { createByteWriter } from './byte-codec.ts'
import { sha256 } from './web-crypto.ts'

/**
 * The two hashes of a Merkle tree (RFC 9162 section 2.1.1): leaf = SHA-256(0 | data), node = SHA-256(1 | left | right). The
 * prefixes keep a node from passing as a leaf.
 */
const LEAF = 0
const NODE = 1

export function merkleLeaf(data: Uint8Array): Promise<Uint8Array> {
  const leaf = new Uint8Array(1 + data.byteLength)
  leaf[0] = LEAF
  leaf.set(data, 1)
  return sha256(leaf)
}

export function merkleNode(left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
  return sha256(createByteWriter().u8(NODE).raw(left).raw(right).bytes())
}
