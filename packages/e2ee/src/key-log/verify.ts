import { sameBytes } from '../byte-codec.ts'
import { merkleNode } from '../merkle-hash.ts'
import { HASH_BYTES } from '../web-crypto.ts'
import { emptyRoot } from './tree.ts'

/** A tree as somebody tells of it: how many leaves, and the hash over all. */
export type LogTree = { readonly size: number; readonly root: Uint8Array }

/**
 * Whether a leaf is at this place of the tree (RFC 9162 section 2.1.3.2). `leaf` is the leaf's hash. False, whatever the
 * bytes, for every proof that `inclusionPath` would not have made. SPEC EL2.
 */
export async function verifyInclusion(claim: {
  readonly index: number
  readonly leaf: Uint8Array
  readonly tree: LogTree
  readonly path: readonly Uint8Array[]
}): Promise<boolean> {
  const { index, leaf, path, tree } = claim
  if (!isCount(index) || !isTree(tree) || index >= tree.size) return false
  if (leaf.byteLength !== HASH_BYTES || !path.every(isHash)) return false
  const way = createWay(index, tree.size - 1)
  let hash = leaf
  for (const beside of path) {
    if (way.isAtRoot()) return false
    hash = way.climb() === 'from-right' ? await merkleNode(beside, hash) : await merkleNode(hash, beside)
  }
  return way.isAtRoot() && sameBytes(hash, tree.root)
}

/**
 * Whether the later tree begins with all leaves of the earlier one, unchanged and in order (RFC 9162 section 2.1.4.2).
 * False, whatever the bytes, for every proof that `consistencyPath` would not have made. SPEC EL3.
 */
export async function verifyConsistency(claim: {
  readonly earlier: LogTree
  readonly later: LogTree
  readonly path: readonly Uint8Array[]
}): Promise<boolean> {
  const { earlier, later, path } = claim
  if (!isTree(earlier) || !isTree(later) || earlier.size > later.size || !path.every(isHash)) return false
  if (earlier.size === later.size) return path.length === 0 && sameBytes(earlier.root, later.root)
  if (earlier.size === 0) return path.length === 0 && sameBytes(earlier.root, await emptyRoot())
  const way = createWay(earlier.size - 1, later.size - 1)
  way.skipRights()
  // A tree that is one full subtree is a node of the later one itself, so its root needs no telling.
  const [seed, ...rest] = way.isAtLeft() ? [earlier.root, ...path] : path
  if (seed === undefined) return false
  let before = seed
  let after = seed
  for (const beside of rest) {
    if (way.isAtRoot()) return false
    if (way.climb() === 'from-right') {
      before = await merkleNode(beside, before)
      after = await merkleNode(beside, after)
    } else after = await merkleNode(after, beside)
  }
  return way.isAtRoot() && sameBytes(before, earlier.root) && sameBytes(after, later.root)
}

/**
 * From a node to the root, level by level: `fn` and `sn` of the RFC, which count nodes of one level from the left. Numbers
 * are halved and not shifted: a log may outgrow 32 bits.
 */
function createWay(node: number, last: number) {
  let fn = node
  let sn = last
  /** While the node is a right one, or a left one, of its parent. */
  const upWhile = (odd: 0 | 1) => {
    for (; fn % 2 === odd && fn !== 0; sn = Math.floor(sn / 2)) fn = Math.floor(fn / 2)
  }
  return {
    isAtRoot: () => sn === 0,
    isAtLeft: () => fn === 0,
    skipRights: () => upWhile(1),
    /** One hash further: says on which side of its parent the node stood. A last node without neighbour goes up alone. */
    climb(): 'from-left' | 'from-right' {
      const side = fn % 2 === 1 || fn === sn ? 'from-right' : 'from-left'
      if (side === 'from-right') upWhile(0)
      fn = Math.floor(fn / 2)
      sn = Math.floor(sn / 2)
      return side
    },
  }
}

function isTree({ root, size }: LogTree): boolean {
  return isCount(size) && isHash(root)
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function isHash(hash: Uint8Array): boolean {
  return hash.byteLength === HASH_BYTES
}
