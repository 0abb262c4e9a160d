import { merkleLeaf, merkleNode } from '../merkle-hash.ts'

/** The Merkle tree hash of RFC 9162 section 2.1.1, built as leaves come, holding one hash per level. */
export type MerkleTree = {
  add(data: Uint8Array): Promise<void>
  /** Of the leaves so far; at least one. */
  root(): Promise<Uint8Array>
}

export function createMerkleTree(): MerkleTree {
  /** Complete subtrees from left to right, each smaller than the one before. */
  const subtrees: { readonly height: number; readonly hash: Uint8Array }[] = []
  return {
    async add(data) {
      let hash = await merkleLeaf(data)
      let height = 0
      while (subtrees.at(-1)?.height === height) {
        hash = await merkleNode(subtrees.pop()?.hash ?? hash, hash)
        height += 1
      }
      subtrees.push({ height, hash })
    },
    async root() {
      let hash = subtrees.at(-1)?.hash
      for (const { hash: left } of subtrees.slice(0, -1).toReversed()) hash = await merkleNode(left, hash ?? left)
      if (hash === undefined) throw new Error('e2ee: a tree without leaves has no root')
      return hash
    },
  }
}
