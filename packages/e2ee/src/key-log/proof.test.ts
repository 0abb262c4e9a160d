import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { flipped } from '../../tests/pair.ts'
import { createAccountKeys, type DeviceSet, type PlacedEntry } from '../index.ts'
import { merkleLeaf } from '../merkle-hash.ts'
import { signCheckpoint, verifyCheckpoint } from './checkpoint.ts'
import { deviceSetHash, entryLeaf, isDeviceSet } from './leaf.ts'
import { verifyLogProof, type LogProof } from './proof.ts'
import { appendLeaf, consistencyPath, emptyRoot, inclusionPath, peaksOf, type ReadNodes } from './tree.ts'
import { verifyConsistency } from './verify.ts'

const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill)
const keys = await createAccountKeys()

/** An operator's log: `append` gives an entry, `prove` what the server would answer about it. */
async function createLog(noise = 0) {
  const stored = new Map<string, Uint8Array>()
  const read: ReadNodes = async (nodes) => nodes.map(({ level, place }) => stored.get(`${level}/${place}`)!)
  let tree = { size: 0, root: await emptyRoot() }
  async function addLeaf(leaf: Uint8Array): Promise<void> {
    const { nodes, root } = await appendLeaf(tree.size, await read(peaksOf(tree.size)), leaf)
    for (const { hash, level, place } of nodes) stored.set(`${level}/${place}`, hash)
    tree = { size: tree.size + 1, root }
  }
  for (let at = 0; at < noise; at += 1) await addLeaf(await merkleLeaf(Uint8Array.of(at)))
  return {
    addLeaf,
    tree: () => tree,
    async append(of: Omit<PlacedEntry, 'index'>): Promise<PlacedEntry> {
      const entry = { ...of, index: tree.size }
      await addLeaf(await entryLeaf(entry))
      return entry
    },
    async prove(entry: PlacedEntry, fromSize = 0): Promise<LogProof> {
      const checkpoint = { ...tree, atMs: 5 }
      return {
        entry,
        inclusion: await inclusionPath(entry.index, tree.size, read),
        consistency: await consistencyPath(fromSize, tree.size, read),
        checkpoint: { ...checkpoint, signature: await signCheckpoint(keys.privateKey, checkpoint) },
        publicKey: keys.publicKey,
      }
    },
  }
}

const first = { logId: bytes(32, 1), version: 1, deviceSet: bytes(32, 2), previous: undefined }

describe('an entry', () => {
  const device = (id: string, fill: number) => ({ deviceId: id, deviceKey: bytes(32, fill) })
  const set: DeviceSet = { accountKey: bytes(32, 9), devices: [device('a', 1), device('b', 2)] }

  it('[EL4] covers account key and devices in whatever order, and each part of them', async () => {
    const hash = await deviceSetHash(set)
    expect(await deviceSetHash({ ...set, devices: set.devices.toReversed() })).toEqual(hash)
    const others: readonly DeviceSet[] = [
      { ...set, accountKey: bytes(32, 8) },
      { ...set, devices: [] },
      { ...set, devices: [device('a', 1)] },
      { ...set, devices: [device('a', 1), device('b', 3)] },
      { ...set, devices: [device('a', 2), device('b', 1)] },
      { ...set, devices: [device('a', 1), device('ab', 2)] },
    ]
    const hashes = await Promise.all([set, ...others].map(deviceSetHash))
    expect(new Set(hashes.map(String)).size).toBe(1 + others.length)
  })

  it('[EL4] of what is no device set is not made', async () => {
    expect(isDeviceSet(set)).toBe(true)
    expect(isDeviceSet({ ...set, devices: [] })).toBe(true)
    const none: readonly DeviceSet[] = [
      { ...set, accountKey: bytes(31, 9) },
      { ...set, devices: [device('a', 1), device('a', 2)] },
      { ...set, devices: [device('', 1)] },
      { ...set, devices: [device('a'.repeat(65), 1)] },
      { ...set, devices: [{ deviceId: 'a', deviceKey: bytes(33, 1) }] },
    ]
    for (const each of none) expect(isDeviceSet(each)).toBe(false)
    await expect(deviceSetHash({ ...set, accountKey: bytes(31, 9) })).rejects.toThrow('32 bytes')
  })

  it('[EL4] is a leaf of its own for every log id, version, set and place before', async () => {
    const entries = [
      first,
      { ...first, logId: bytes(32, 7) },
      { ...first, version: 2 },
      { ...first, deviceSet: bytes(32, 7) },
      { ...first, version: 2, previous: 0 },
      { ...first, version: 2, previous: 1 },
    ]
    const leaves = await Promise.all(entries.map(entryLeaf))
    expect(new Set(leaves.map(String)).size).toBe(entries.length)
  })
})

describe('a checkpoint', () => {
  it('[EL5] is signed with its size, root and time, and with nothing else under this key', async () => {
    const checkpoint = { size: 7, root: bytes(32, 3), atMs: 99 }
    const signature = await signCheckpoint(keys.privateKey, checkpoint)
    const signed = { ...checkpoint, signature }
    expect(await verifyCheckpoint(keys.publicKey, signed)).toBe(true)
    const changed = [
      { ...signed, size: 8 },
      { ...signed, size: -1 },
      { ...signed, size: 0.5 },
      { ...signed, atMs: 98 },
      { ...signed, root: bytes(32, 4) },
      { ...signed, root: bytes(31, 3) },
      { ...signed, signature: flipped(signature, 9, 1) },
      { ...signed, signature: new Uint8Array() },
    ]
    for (const each of changed) expect(await verifyCheckpoint(keys.publicKey, each)).toBe(false)
    expect(await verifyCheckpoint((await createAccountKeys()).publicKey, signed)).toBe(false)
    expect(await verifyCheckpoint(new Uint8Array(3), signed)).toBe(false)
  })
})

describe('what the server answers', () => {
  let before: LogProof
  let after: LogProof
  beforeAll(async () => {
    const log = await createLog(5)
    const one = await log.append(first)
    before = await log.prove(one)
    await log.addLeaf(bytes(32, 1))
    const two = await log.append({ ...first, version: 2, deviceSet: bytes(32, 4), previous: one.index })
    await log.addLeaf(bytes(32, 2))
    after = await log.prove(two, before.checkpoint.size)
  })
  const known = () => ({ ...before })

  it('[EL6] is accepted at first sight, and later when it grew out of what is known', async () => {
    expect(await verifyLogProof(before, {})).toBe(true)
    expect(await verifyLogProof(after, known())).toBe(true)
    expect(await verifyLogProof(after, { ...known(), entry: undefined })).toBe(true)
  })

  it('[EL6] is refused under another key, and with any part of the answer changed', async () => {
    const stranger = await createAccountKeys()
    const signature = await signCheckpoint(stranger.privateKey, after.checkpoint)
    const resigned = { ...after, publicKey: stranger.publicKey, checkpoint: { ...after.checkpoint, signature } }
    expect(await verifyLogProof(resigned, {})).toBe(true)
    const { checkpoint, entry } = after
    const changed: readonly LogProof[] = [
      resigned,
      { ...after, inclusion: after.inclusion.slice(1) },
      { ...after, consistency: after.consistency.slice(1) },
      { ...after, consistency: [] },
      { ...after, checkpoint: { ...checkpoint, size: checkpoint.size + 1 } },
      { ...after, checkpoint: { ...checkpoint, signature: flipped(checkpoint.signature, 1, 1) } },
      { ...after, entry: { ...entry, logId: bytes(32, 5) } },
      { ...after, entry: { ...entry, logId: new Uint8Array() } },
      { ...after, entry: { ...entry, version: 3 } },
      { ...after, entry: { ...entry, version: 1, previous: undefined } },
      { ...after, entry: { ...entry, deviceSet: bytes(32, 5) } },
      { ...after, entry: { ...entry, index: entry.index - 1 } },
      { ...after, entry: { ...entry, previous: entry.index } },
      { ...after, entry: { ...entry, previous: undefined } },
    ]
    for (const each of changed) expect(await verifyLogProof(each, known())).toBe(false)
  })

  it('[EL6] refuses an older log, an older entry, and two entries of one version', async () => {
    expect(await verifyLogProof(before, { ...after, entry: undefined })).toBe(false)
    expect(await verifyLogProof(before, { entry: after.entry })).toBe(false)
    const log = await createLog(5)
    const one = await log.append(first)
    const twice = await log.append({ ...first, deviceSet: bytes(32, 9) })
    expect(await verifyLogProof(await log.prove(twice), {})).toBe(true)
    expect(await verifyLogProof(await log.prove(twice), { entry: one })).toBe(false)
    const skipping = await log.append({ ...first, version: 2, previous: 0 })
    expect(await verifyLogProof(await log.prove(skipping), { entry: one })).toBe(false)
  })

  it('[EL6] finds out an operator that rewrites the past or cuts it off, whatever proofs it makes', async () => {
    const rewritten = await createLog(5)
    await rewritten.append({ ...first, deviceSet: bytes(32, 66) })
    const entry = await rewritten.append({ ...first, version: 2, deviceSet: bytes(32, 4), previous: 5 })
    await rewritten.addLeaf(bytes(32, 2))
    for (const from of [0, 1, 5, 6]) {
      expect(await verifyLogProof(await rewritten.prove(entry, from), { ...known(), entry: undefined })).toBe(false)
    }
    const cut = await createLog(3)
    const late = await cut.append(first)
    expect(await verifyLogProof(await cut.prove(late), known())).toBe(false)
  })

  it('[EL6] two people who were shown different logs have the proof when they compare their checkpoints', async () => {
    const { size, root } = after.checkpoint
    const other = await createLog(size)
    const entry = await other.append(first)
    const shownToOther = await other.prove(entry, size)
    expect(await verifyLogProof(shownToOther, {})).toBe(true)
    const claim = { earlier: { size, root }, later: shownToOther.checkpoint, path: shownToOther.consistency }
    expect(await verifyConsistency(claim)).toBe(false)
    expect(await verifyConsistency({ ...claim, later: { size, root: bytes(32, 0) }, path: [] })).toBe(false)
  })

  it('[EL6] is refused and nothing is thrown, whatever the numbers and bytes', async () => {
    const number = fc.oneof(fc.integer(), fc.double(), fc.nat(9))
    const some = fc.uint8Array({ maxLength: 65 })
    await fc.assert(
      fc.asyncProperty(number, number, number, some, some, fc.array(some), async (a, b, c, one, two, path) => {
        const entry = { logId: one, version: a, deviceSet: two, index: b, previous: c }
        const checkpoint = { size: b, root: one, atMs: c, signature: two }
        const hostile = { entry, inclusion: path, consistency: path, checkpoint, publicKey: two }
        expect(await verifyLogProof(hostile, {})).toBe(false)
        expect(await verifyLogProof({ ...after, entry }, known())).toBe(false)
        expect(await verifyLogProof({ ...after, checkpoint }, known())).toBe(false)
        expect(await verifyLogProof({ ...after, inclusion: path }, known())).toBe(false)
        expect(await verifyLogProof({ ...after, consistency: path }, known())).toBe(false)
      }),
    )
  })
})
