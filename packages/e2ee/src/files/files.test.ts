import { createHash, hkdfSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { salamander } from '../../tests/salamander.ts'
import { CHUNK_BYTES, fileKeysOf, HEADER_BYTES, sealedFileBytes, SEALED_CHUNK_BYTES } from './file-keys.ts'
import { createFileOpener } from './file-opener.ts'
import { createFileSealer } from './file-sealer.ts'
import { createMerkleTree } from './merkle-tree.ts'

const REFUSED = { ok: false, code: 'E2EE_OPEN_FAILED' }

function bytesOf(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8) * 7 + seed) & 0xff)
}

function chunksOf(plain: Uint8Array): Uint8Array[] {
  const count = Math.max(1, Math.ceil(plain.byteLength / CHUNK_BYTES))
  return Array.from({ length: count }, (_, at) => plain.subarray(CHUNK_BYTES * at, CHUNK_BYTES * (at + 1)))
}

async function seal(plain: Uint8Array, key?: Uint8Array) {
  const sealer = await createFileSealer({ sizeBytes: plain.byteLength, ...(key && { key }) })
  const parts = [sealer.header]
  for (const chunk of chunksOf(plain)) parts.push(await sealer.sealChunk(chunk))
  const { root } = await sealer.finish()
  return { file: { key: sealer.key, root, sizeBytes: plain.byteLength }, sealed: Buffer.concat(parts), sealer }
}

/** Feeds pieces of the given size; the plaintext, or undefined when anything was refused on the way. */
async function open(file: Parameters<typeof createFileOpener>[0], sealed: Uint8Array, pieceBytes = 50_000) {
  const opener = await createFileOpener(file)
  const plains: Uint8Array[] = []
  for (let at = 0; at < sealed.byteLength; at += pieceBytes) {
    const added = await opener.add(sealed.subarray(at, at + pieceBytes))
    if (!added.ok) {
      expect(await opener.add(new Uint8Array(1))).toEqual(REFUSED)
      expect(await opener.finish()).toEqual(REFUSED)
      return undefined
    }
    plains.push(...added.value)
  }
  return (await opener.finish()).ok ? new Uint8Array(Buffer.concat(plains)) : undefined
}

const sizes = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 777]

describe('a file', () => {
  it.each(sizes)('[K2, EF16] of %i bytes comes back, and its sealed size is known before', async (length) => {
    const plain = bytesOf(length)
    const { file, sealed, sealer } = await seal(plain)
    expect(sealed.byteLength).toBe(sealer.sealedBytes)
    expect(sealed.byteLength).toBe(sealedFileBytes(length))
    expect(await open(file, sealed)).toEqual(plain)
  })

  it('[K2, EF18] comes back whatever the pieces it arrives in', async () => {
    const plain = bytesOf(2 * CHUNK_BYTES + 100)
    const { file, sealed } = await seal(plain)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 500, max: 300_000 }), async (pieceBytes) => {
        expect(await open(file, sealed, pieceBytes)).toEqual(plain)
      }),
      { numRuns: 20 },
    )
  })

  it('[K2, EF15] has a key of its own, and nothing of the plaintext outside', async () => {
    const plain = new Uint8Array(1_000).fill(65)
    const [first, second] = [await seal(plain), await seal(plain)]
    expect(first.file.key).not.toEqual(second.file.key)
    expect(first.sealed.equals(second.sealed)).toBe(false)
    expect(first.sealed.includes('AAAA')).toBe(false)
  })

  it('[K2, EF18] of 100 MiB is sealed and opened without being held', { timeout: 60_000 }, async () => {
    const sizeBytes = 100 * 1024 * 1024
    const chunk = bytesOf(CHUNK_BYTES)
    const sealer = await createFileSealer({ sizeBytes })
    // The root comes with the message, after the upload; the opener here gets that of the same sealing.
    const opener = await (async () => {
      for (let at = 0; at < sealer.chunks; at += 1) await sealer.sealChunk(chunk)
      return createFileOpener({ key: sealer.key, sizeBytes, ...(await sealer.finish()) })
    })()
    await opener.add(sealer.header)
    for (let at = 0; at < sealer.chunks; at += 1) {
      const added = await opener.add(await sealer.sealChunkAt(at, chunk))
      if (!added.ok || !Buffer.from(added.value[0] ?? []).equals(chunk)) throw new Error(`chunk ${at}`)
    }
    expect(await opener.finish()).toEqual({ ok: true, value: true })
  })
})

describe('one ciphertext has one meaning', () => {
  it('[T2, EF15] an invisible salamander, which AES-GCM opens under two keys, is refused under the second', async () => {
    const sizeBytes = 64
    const keyBytes = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as const
    const [shown, reported] = await Promise.all(keyBytes.map((key) => fileKeysOf(key, sizeBytes)))
    if (shown === undefined || reported === undefined) throw new Error('no keys')
    const aesKey = (key: Uint8Array) => {
      const info = Buffer.concat([Buffer.from('visavis/file/1\0'), Buffer.from([0, 0, 0, 0, 0, 0, 0, sizeBytes])])
      return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), info, 71)).slice(0, 32)
    }
    const chunk = salamander(
      [
        { key: aesKey(keyBytes[0]), nonce: shown.nonce(0) },
        { key: aesKey(keyBytes[1]), nonce: reported.nonce(0) },
      ],
      bytesOf(sizeBytes),
      shown.header,
    )
    // The attack works on AES-GCM itself: two different plaintexts, both authentic.
    const plains = [
      await shown.aes.open(shown.nonce(0), chunk, shown.header),
      await reported.aes.open(reported.nonce(0), chunk, shown.header),
    ]
    expect(plains.map((plain) => plain?.byteLength)).toEqual([sizeBytes, sizeBytes])
    expect(plains[0]).not.toEqual(plains[1])

    const tree = createMerkleTree()
    for (const part of [shown.header, chunk]) await tree.add(part)
    const root = await tree.root()
    const sealed = Buffer.concat([shown.header, chunk])
    expect(await open({ key: keyBytes[0], root, sizeBytes }, sealed)).toEqual(plains[0])
    expect(await open({ key: keyBytes[1], root, sizeBytes }, sealed)).toBeUndefined()
    // Nor does the header of the second key help: it is authenticated with every chunk.
    expect(await open({ key: keyBytes[1], root, sizeBytes }, Buffer.concat([reported.header, chunk]))).toBeUndefined()
  })

  it('[T2, EF17] a file sealed twice with one key for two contents has two roots', async () => {
    const key = new Uint8Array(32).fill(4)
    const [one, other] = [await seal(bytesOf(100, 1), key), await seal(bytesOf(100, 2), key)]
    expect(one.file.root).not.toEqual(other.file.root)
    expect(await open({ ...one.file, root: other.file.root }, one.sealed)).toBeUndefined()
  })
})

describe('refused', () => {
  it.each<[string, (sealed: Buffer) => Uint8Array]>([
    ['a file cut at the end of a chunk', (sealed) => sealed.subarray(0, HEADER_BYTES + 2 * SEALED_CHUNK_BYTES)],
    ['a file cut within a chunk', (sealed) => sealed.subarray(0, -5)],
    ['nothing but the header', (sealed) => sealed.subarray(0, HEADER_BYTES)],
    ['nothing at all', () => new Uint8Array()],
    ['a file with a byte too many', (sealed) => Buffer.concat([sealed, Buffer.of(0)])],
    ['a file with its last chunk twice', (sealed) => Buffer.concat([sealed, sealed.subarray(-116)])],
    [
      'swapped chunks',
      (sealed) => {
        const at = (chunk: number) => HEADER_BYTES + chunk * SEALED_CHUNK_BYTES
        const parts = [sealed.subarray(0, at(0)), sealed.subarray(at(1), at(2)), sealed.subarray(at(0), at(1))]
        return Buffer.concat([...parts, sealed.subarray(at(2))])
      },
    ],
    [
      'a chunk of the same file in place of another',
      (sealed) => {
        const at = (chunk: number) => HEADER_BYTES + chunk * SEALED_CHUNK_BYTES
        return Buffer.concat([sealed.subarray(0, at(1)), sealed.subarray(at(0), at(1)), sealed.subarray(at(2))])
      },
    ],
  ])('[K2, EF16] %s', async (_, change) => {
    const { file, sealed } = await seal(bytesOf(2 * CHUNK_BYTES + 100))
    expect(await open(file, sealed)).toBeDefined()
    expect(await open(file, change(sealed))).toBeUndefined()
  })

  it('[K2, EF15, EF17] another key, another root, another size', async () => {
    const { file, sealed } = await seal(bytesOf(CHUNK_BYTES + 100))
    expect(await open({ ...file, key: file.key.with(0, (file.key[0] ?? 0) ^ 1) }, sealed)).toBeUndefined()
    expect(await open({ ...file, root: file.root.with(31, (file.root[31] ?? 0) ^ 1) }, sealed)).toBeUndefined()
    expect(await open({ ...file, sizeBytes: file.sizeBytes - 1 }, sealed)).toBeUndefined()
    expect(await open({ ...file, sizeBytes: 100 }, sealed)).toBeUndefined()
  })

  it('[K2, EF16] any one changed bit', async () => {
    const { file, sealed } = await seal(bytesOf(CHUNK_BYTES + 100))
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.byteLength - 1), fc.nat(7), async (at, bit) => {
        const changed = Buffer.from(sealed)
        changed[at] = (changed[at] ?? 0) ^ (1 << bit)
        expect(await open(file, changed)).toBeUndefined()
      }),
      { numRuns: 60 },
    )
  })

  it('[K2, EF18] a file of which something is missing is not finished', async () => {
    const { file, sealed } = await seal(bytesOf(100))
    const opener = await createFileOpener(file)
    expect(await opener.finish()).toEqual(REFUSED)
    expect((await opener.add(sealed.subarray(0, 60))).ok).toBe(true)
    expect(await opener.finish()).toEqual(REFUSED)
    expect((await opener.add(sealed.subarray(60))).ok).toBe(true)
    expect(await opener.finish()).toEqual({ ok: true, value: true })
  })
})

describe('an upload that goes on after a reload', () => {
  it('[K2, EF19] seals the same bytes again, chunk by chunk in any order', async () => {
    const plain = bytesOf(2 * CHUNK_BYTES + 100)
    const { file, sealed } = await seal(plain)
    const again = await createFileSealer({ sizeBytes: plain.byteLength, key: file.key })
    for (const index of [2, 0, 1]) {
      const chunk = await again.sealChunkAt(index, chunksOf(plain)[index] ?? new Uint8Array())
      const at = HEADER_BYTES + index * SEALED_CHUNK_BYTES
      expect(sealed.subarray(at, at + chunk.byteLength).equals(chunk)).toBe(true)
    }
    expect((await seal(plain, file.key)).file.root).toEqual(file.root)
  })

  it('[EF19] takes no chunk of another size, none too many, and does not finish early', async () => {
    const sealer = await createFileSealer({ sizeBytes: CHUNK_BYTES + 5 })
    await expect(sealer.sealChunk(new Uint8Array(5))).rejects.toThrow(RangeError)
    await sealer.sealChunk(new Uint8Array(CHUNK_BYTES))
    await expect(sealer.finish()).rejects.toThrow(RangeError)
    await expect(sealer.sealChunk(new Uint8Array(6))).rejects.toThrow(RangeError)
    await sealer.sealChunk(new Uint8Array(5))
    await expect(sealer.sealChunk(new Uint8Array(5))).rejects.toThrow(RangeError)
    await expect(sealer.sealChunkAt(2, new Uint8Array(5))).rejects.toThrow(RangeError)
    await expect(sealer.sealChunkAt(-1, new Uint8Array(5))).rejects.toThrow(RangeError)
    expect((await sealer.finish()).root.byteLength).toBe(32)
  })
})

it('[EF17] the tree is that of RFC 9162, for any number of leaves', async () => {
  const hash = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
  /** The recursive definition of section 2.1.1, word for word. */
  const expected = (leaves: readonly Uint8Array[]): Uint8Array => {
    const [leaf] = leaves
    if (leaf !== undefined && leaves.length === 1) return hash(Buffer.of(0), leaf)
    const split = 2 ** Math.floor(Math.log2(leaves.length - 1))
    return hash(Buffer.of(1), expected(leaves.slice(0, split)), expected(leaves.slice(split)))
  }
  for (let count = 1; count <= 20; count += 1) {
    const leaves = Array.from({ length: count }, (_, at) => bytesOf(at, at))
    const tree = createMerkleTree()
    for (const leaf of leaves) await tree.add(leaf)
    expect(Buffer.from(await tree.root()).equals(expected(leaves))).toBe(true)
  }
})
