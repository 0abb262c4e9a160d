import { merkleNode } from '../merkle-hash.ts'
import { assert } from '../result.ts'
import { sha256 } from '../web-crypto.ts'

/**
 * An append-only Merkle tree (RFC 9162 section 2.1) over stored subtrees. Kept are the hashes of all full subtrees, which
 * never change once they are there; whatever else is asked for is joined from at most two for each level. These functions
 * only say which ones: the caller reads them, all at once, from wherever it keeps them. SPEC EL1 to EL3.
 */

/** A full subtree: covers the leaves from `place * 2^level` on, `2^level` of them. Level 0 is a leaf. */
export type LogNode = { readonly level: number; readonly place: number }
export type HashedNode = LogNode & { readonly hash: Uint8Array }

/** Gives the hashes of nodes that were stored, in the order asked for. */
export type ReadNodes = (nodes: readonly LogNode[]) => Promise<readonly Uint8Array[]>

type Range = { readonly from: number; readonly to: number }

/** MTH({}): the root of the log without leaves. */
export function emptyRoot(): Promise<Uint8Array> {
  return sha256(new Uint8Array())
}

/** The full subtrees that make up a tree of this size, from left to right, each smaller than the one before. */
export function peaksOf(size: number): readonly LogNode[] {
  return nodesOf({ from: 0, to: size })
}

/**
 * Adds a leaf to a tree of `size` leaves.
 *
 * @param peaks hashes of `peaksOf(size)`
 * @returns the nodes to store, one for each subtree that is full now, and the root of the grown tree
 */
export async function appendLeaf(
  size: number,
  peaks: readonly Uint8Array[],
  leaf: Uint8Array,
): Promise<{ readonly nodes: readonly HashedNode[]; readonly root: Uint8Array }> {
  const left = [...peaks]
  let node: HashedNode = { level: 0, place: size, hash: leaf }
  const nodes = [node]
  while (node.place % 2 === 1) {
    const before = left.pop()
    assert(before !== undefined, 'a peak of the log is missing')
    node = { level: node.level + 1, place: (node.place - 1) / 2, hash: await merkleNode(before, node.hash) }
    nodes.push(node)
  }
  return { nodes, root: await joined([...left, node.hash]) }
}

/** PATH(index, D[size]) of RFC 9162 section 2.1.3.1: at most one hash for each level. */
export function inclusionPath(index: number, size: number, read: ReadNodes): Promise<readonly Uint8Array[]> {
  assert(index < size, 'a leaf outside of the log')
  return pathOf(inclusionRanges(index, { from: 0, to: size }), read)
}

/**
 * PROOF(from, D[size]) of RFC 9162 section 2.1.4.1. Empty for the same size, and for a beginning without leaves, which
 * everything is consistent with.
 */
export function consistencyPath(from: number, size: number, read: ReadNodes): Promise<readonly Uint8Array[]> {
  assert(from <= size, 'a log does not get smaller')
  if (from === 0) return Promise.resolve([])
  return pathOf(consistencyRanges(from, { from: 0, to: size }, true), read)
}

function inclusionRanges(index: number, tree: Range): readonly Range[] {
  if (tree.to - tree.from === 1) return []
  const { left, right } = split(tree)
  return index < left.to ? [...inclusionRanges(index, left), right] : [...inclusionRanges(index, right), left]
}

/** SUBPROOF; `isKnown`: whether the verifier has the hash of this very range, because it is its whole tree. */
function consistencyRanges(size: number, tree: Range, isKnown: boolean): readonly Range[] {
  if (size === tree.to) return isKnown ? [] : [tree]
  const { left, right } = split(tree)
  return size <= left.to
    ? [...consistencyRanges(size, left, isKnown), right]
    : [...consistencyRanges(size, right, false), left]
}

function split({ from, to }: Range): { readonly left: Range; readonly right: Range } {
  const middle = from + powerBelow(to - from)
  return { left: { from, to: middle }, right: { from: middle, to } }
}

/** The largest power of two that is smaller than `size`, which is at least 2. */
function powerBelow(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}

/** A range that begins where a subtree of its size would: its full subtrees from left to right. */
function nodesOf({ from, to }: Range): readonly LogNode[] {
  const nodes: LogNode[] = []
  let level = 0
  let width = 1
  while (width * 2 <= to - from) {
    level += 1
    width *= 2
  }
  for (let at = from; at < to; at += width) {
    while (width > to - at) {
      level -= 1
      width /= 2
    }
    nodes.push({ level, place: at / width })
  }
  return nodes
}

async function pathOf(ranges: readonly Range[], read: ReadNodes): Promise<readonly Uint8Array[]> {
  const wanted = ranges.map(nodesOf)
  const all = wanted.flat()
  const hashes = all.length === 0 ? [] : await read(all)
  assert(hashes.length === all.length, 'nodes of the log are missing')
  const path: Uint8Array[] = []
  let at = 0
  for (const { length } of wanted) {
    path.push(await joined(hashes.slice(at, at + length)))
    at += length
  }
  return path
}

/** One hash over neighbouring full subtrees, each smaller than the one before. */
async function joined(hashes: readonly Uint8Array[]): Promise<Uint8Array> {
  let hash = hashes.at(-1)
  assert(hash !== undefined, 'nothing to join')
  for (const left of hashes.slice(0, -1).toReversed()) hash = await merkleNode(left, hash)
  return hash
}
