import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../hex.ts'
import { merkleLeaf } from '../merkle-hash.ts'
import { createMerkleTree } from '../files/merkle-tree.ts'
import { appendLeaf, consistencyPath, emptyRoot, inclusionPath, peaksOf, type ReadNodes } from './tree.ts'
import { verifyConsistency, verifyInclusion } from './verify.ts'

// The tree beside the recursive definitions of RFC 9162 section 2.1, written down here once more with Node's hash; and the
// eight leaves whose roots every implementation of Certificate Transparency is tested with.

const sha = (...parts: readonly Uint8Array[]) =>
  new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest())
const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)
const below = (size: number) => 2 ** Math.floor(Math.log2(size - 1))

/** MTH of section 2.1.1, over data and not over hashes. */
function mth(data: readonly Uint8Array[]): Uint8Array {
  if (data.length <= 1) return data[0] ? sha(LEAF, data[0]) : sha()
  const k = below(data.length)
  return sha(NODE, mth(data.slice(0, k)), mth(data.slice(k)))
}

/** PATH of section 2.1.3.1. */
function pathIn(m: number, data: readonly Uint8Array[]): Uint8Array[] {
  if (data.length === 1) return []
  const k = below(data.length)
  return m < k
    ? [...pathIn(m, data.slice(0, k)), mth(data.slice(k))]
    : [...pathIn(m - k, data.slice(k)), mth(data.slice(0, k))]
}

/** SUBPROOF of section 2.1.4.1. */
function subproof(m: number, data: readonly Uint8Array[], isWhole: boolean): Uint8Array[] {
  if (m === data.length) return isWhole ? [] : [mth(data)]
  const k = below(data.length)
  return m <= k
    ? [...subproof(m, data.slice(0, k), isWhole), mth(data.slice(k))]
    : [...subproof(m - k, data.slice(k), false), mth(data.slice(0, k))]
}

/** A log in memory; counts what is read. */
async function grow(data: readonly Uint8Array[]) {
  const stored = new Map<string, Uint8Array>()
  const asked: number[] = []
  const read: ReadNodes = async (nodes) => {
    asked.push(nodes.length)
    return nodes.map(({ level, place }) => stored.get(`${level}/${place}`)!)
  }
  const roots = [await emptyRoot()]
  for (const [size, each] of data.entries()) {
    const { nodes, root } = await appendLeaf(size, await read(peaksOf(size)), await merkleLeaf(each))
    for (const { hash, level, place } of nodes) {
      expect(stored.has(`${level}/${place}`)).toBe(false)
      stored.set(`${level}/${place}`, hash)
    }
    roots.push(root)
  }
  return { roots, read, asked, stored }
}

const dataOf = (size: number) => Array.from({ length: size }, (_, at) => Uint8Array.of(at >> 8, at & 0xff, 7))
const SIZE = 70
const data = dataOf(SIZE)
const log = await grow(data)
const tree = (size: number) => ({ size, root: log.roots.at(size)! })

/** The test data of the reference implementations of Certificate Transparency. */
const VECTORS = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

describe('the tree', () => {
  it('[EL1] has the roots of the known test data', async () => {
    const { roots } = await grow(VECTORS.map((text) => fromHex(text)!))
    expect(roots.map(toHex)).toEqual(ROOTS)
  })

  it('[EL1] has, at every size, the root that the definition gives, which is also the root of a file with these leaves', async () => {
    for (let size = 0; size <= SIZE; size += 1) expect(log.roots[size]).toEqual(mth(data.slice(0, size)))
    const file = createMerkleTree()
    for (const each of data) await file.add(each)
    expect(await file.root()).toEqual(log.roots[SIZE])
  })

  it('[EL1] stores each full subtree once, and reads and writes no more than its levels', async () => {
    expect(log.stored.size).toBeLessThan(2 * SIZE)
    expect(Math.max(...log.asked)).toBeLessThanOrEqual(Math.ceil(Math.log2(SIZE)))
    const before = log.asked.length
    await inclusionPath(3, SIZE, log.read)
    await consistencyPath(13, SIZE, log.read)
    expect(log.asked.slice(before)).toHaveLength(2)
    expect(Math.max(...log.asked.slice(before))).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(SIZE)))
  })
})

describe('proofs', () => {
  it('[EL2] of every leaf at every size are those of the definition, and hold', async () => {
    for (let size = 1; size <= 34; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const path = await inclusionPath(index, size, log.read)
        expect(path).toEqual(pathIn(index, data.slice(0, size)))
        const leaf = await merkleLeaf(data.at(index)!)
        expect(await verifyInclusion({ index, leaf, path, tree: tree(size) })).toBe(true)
      }
    }
  })

  it('[EL3] between every two sizes are those of the definition, and hold', async () => {
    for (let to = 0; to <= 34; to += 1) {
      for (let from = 0; from <= to; from += 1) {
        const path = await consistencyPath(from, to, log.read)
        expect(path).toEqual(from === 0 ? [] : subproof(from, data.slice(0, to), true))
        expect(await verifyConsistency({ earlier: tree(from), later: tree(to), path })).toBe(true)
      }
    }
  })

  it('[EL2] [EL3] hold for trees of more than 2^32 leaves', async () => {
    // Every full subtree is the same, so a tree nobody could fill has a hash for each level only.
    const leaf = await merkleLeaf(Uint8Array.of(1))
    const levels = [leaf]
    for (let node = leaf; levels.length < 44; levels.push(node)) node = sha(NODE, node, node)
    const read: ReadNodes = async (nodes) => nodes.map(({ level }) => levels.at(level)!)
    const rootOf = async (size: number) => (await appendLeaf(size - 1, await read(peaksOf(size - 1)), leaf)).root
    const [size, later] = [2 ** 41 + 2 ** 33 + 5, 2 ** 43 + 3]
    const [small, large] = [
      { size, root: await rootOf(size) },
      { size: later, root: await rootOf(later) },
    ]
    const index = 2 ** 40 + 12_345
    const path = await inclusionPath(index, later, read)
    expect(await verifyInclusion({ index, leaf, path, tree: large })).toBe(true)
    const consistency = await consistencyPath(size, later, read)
    expect(await verifyConsistency({ earlier: small, later: large, path: consistency })).toBe(true)
    expect(await verifyConsistency({ earlier: { ...small, size: size + 1 }, later: large, path: consistency })).toBe(
      false,
    )
  })

  const changed = (path: readonly Uint8Array[], at: number, kind: number): readonly Uint8Array[] => {
    const place = path.length === 0 ? 0 : at % path.length
    if (kind === 0) return path.map((hash, number) => (number === place ? sha(hash) : hash))
    if (kind === 1) return path.filter((_, number) => number !== place)
    if (kind === 2) return path.toSpliced(place, 0, sha(Uint8Array.of(at & 0xff)))
    if (kind === 3) return [...path, path[place] ?? sha()]
    if (kind === 4) return path.map((hash, number) => (number === place ? hash.slice(1) : hash))
    return path.toReversed()
  }
  const same = (left: readonly Uint8Array[], right: readonly Uint8Array[]) =>
    left.map(toHex).join() === right.map(toHex).join()

  it('[EL2] that were changed, cut, made longer or made for another place or tree are refused', async () => {
    const sizes = fc.integer({ min: 1, max: SIZE })
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.nat(), fc.nat(5), fc.nat(SIZE), async (size, number, at, kind, other) => {
        const index = number % size
        const leaf = await merkleLeaf(data.at(index)!)
        const path = await inclusionPath(index, size, log.read)
        const claim = { index, leaf, path, tree: tree(size) }
        const hostile = changed(path, at, kind)
        if (!same(path, hostile)) expect(await verifyInclusion({ ...claim, path: hostile })).toBe(false)
        if (other !== index) expect(await verifyInclusion({ ...claim, index: other })).toBe(false)
        expect(await verifyInclusion({ ...claim, leaf: sha(leaf) })).toBe(false)
        if (other !== size) expect(await verifyInclusion({ ...claim, tree: tree(other) })).toBe(false)
      }),
    )
  })

  it('[EL3] that were changed, cut, made longer or made for other trees are refused', async () => {
    const sizes = fc.integer({ min: 1, max: SIZE })
    await fc.assert(
      fc.asyncProperty(sizes, sizes, fc.nat(), fc.nat(5), sizes, async (one, two, at, kind, other) => {
        const [from, to] = [Math.min(one, two), Math.max(one, two)]
        const path = await consistencyPath(from, to, log.read)
        const claim = { earlier: tree(from), later: tree(to), path }
        const hostile = changed(path, at, kind)
        if (!same(path, hostile)) expect(await verifyConsistency({ ...claim, path: hostile })).toBe(false)
        const forged = { size: from, root: sha(tree(from).root) }
        expect(await verifyConsistency({ ...claim, earlier: forged })).toBe(false)
        expect(await verifyConsistency({ ...claim, later: { size: to, root: sha(tree(to).root) } })).toBe(false)
        if (other !== from) expect(await verifyConsistency({ ...claim, earlier: tree(other) })).toBe(false)
        if (from < to) expect(await verifyConsistency({ ...claim, earlier: tree(to), later: tree(from) })).toBe(false)
      }),
    )
  })

  it('[EL2] [EL3] of garbage are refused without throwing', async () => {
    const number = fc.oneof(fc.integer(), fc.double(), fc.nat(80))
    const bytes = fc.uint8Array({ minLength: 31, maxLength: 33 })
    await fc.assert(
      fc.asyncProperty(number, number, fc.array(bytes, { maxLength: 8 }), bytes, async (a, b, path, root) => {
        expect(await verifyInclusion({ index: a, leaf: root, path, tree: { size: b, root: sha(root) } })).toBe(false)
        const claim = { earlier: { size: a, root }, later: { size: b, root: sha(root) }, path }
        expect(await verifyConsistency(claim)).toBe(false)
      }),
    )
  })
})
