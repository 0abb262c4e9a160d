import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gcmKey } from '../web-crypto.ts'
import { openBackup, readBackupManifest, sealBackup } from './content.ts'
import { BACKUP_SEGMENT_BYTES_MAX, SEGMENT_PLAIN_BYTES } from './limits.ts'
import {
  createBackupKey,
  createPasskeySalt,
  joinBackupSlots,
  openBackupKey,
  passkeyInput,
  readBackupSlots,
  sealBackupKey,
  type SlotWay,
} from './slot.ts'

const REFUSED = { ok: false, code: 'E2EE_OPEN_FAILED' }
const accountId = 'account-a'
const secret = new Uint8Array(32).fill(1)
const cost = { salt: new Uint8Array(16).fill(2), memoryKib: 65_536, passes: 3 }
const passphrase = { kind: 'passphrase', cost } as const
const place = { credentialId: Uint8Array.from({ length: 20 }, (_, at) => at), salt: new Uint8Array(32).fill(4) }
const passkey = { kind: 'passkey', place } as const
const slots = Uint8Array.of(1, 2, 3)
const backupKey = new Uint8Array(32).fill(3)
const owner = { accountId, backupKey }

function changedAt(bytes: Uint8Array, at: number): Uint8Array {
  const changed = bytes.slice()
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}

/** Multiplication in the field of GHASH (NIST SP 800-38D section 6.3), on blocks as numbers whose top bit comes first. */
function times(x: bigint, y: bigint): bigint {
  let [z, v] = [0n, y]
  for (let bit = 127n; bit >= 0n; bit -= 1n) {
    if ((x >> bit) & 1n) z ^= v
    v = v & 1n ? (v >> 1n) ^ (0xe1n << 120n) : v >> 1n
  }
  return z
}

/** x^(2^128 - 2), which is 1 / x. */
function inverse(x: bigint): bigint {
  let [result, square] = [1n << 127n, x]
  for (let bit = 1; bit < 128; bit += 1) {
    square = times(square, square)
    result = times(result, square)
  }
  return result
}

const toBlock = (bytes: Uint8Array) => bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
const fromBlock = (block: bigint) =>
  Uint8Array.from({ length: 16 }, (_, at) => Number((block >> BigInt(8 * (15 - at))) & 255n))
const lengthOf = (bytes: Uint8Array) => Uint8Array.of(0, 0, bytes.byteLength >> 8, bytes.byteLength & 255)
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]))

/** The hash key and the mask of the tag, found by encrypting: GCM of nothing, and of two blocks of zeros. */
async function gcmSecrets(key: Uint8Array) {
  const { subtle } = globalThis.crypto
  const raw = await subtle.importKey('raw', key.slice(), 'AES-CBC', false, ['encrypt'])
  const block = async (bytes: Uint8Array<ArrayBuffer>) =>
    toBlock(
      new Uint8Array(await subtle.encrypt({ name: 'AES-CBC', iv: new Uint8Array(16) }, raw, bytes)).subarray(0, 16),
    )
  const counter = new Uint8Array(16)
  counter[15] = 1
  return { hash: await block(new Uint8Array(16)), mask: await block(counter) }
}

/** A ciphertext of two blocks that opens under both keys (Dodis, Grubbs, Ristenpart, Woodage 2018, section 3). */
async function salamander(one: Uint8Array, other: Uint8Array): Promise<Uint8Array> {
  const [a, b] = [await gcmSecrets(one), await gcmSecrets(other)]
  const length = 256n // Bits of ciphertext; none of additional data.
  const first = 7n
  const cube = (h: bigint) => times(h, times(h, h))
  const known = (of: typeof a) => times(first, cube(of.hash)) ^ times(length, of.hash) ^ of.mask
  const squares = times(a.hash, a.hash) ^ times(b.hash, b.hash)
  const second = times(known(a) ^ known(b), inverse(squares))
  const tag = known(a) ^ times(second, times(a.hash, a.hash))
  return joined(fromBlock(first), fromBlock(second), fromBlock(tag))
}

describe('the slot of a backup', () => {
  it('[EB1] [K9] gives the backup key to the passphrase it was made with, and tells what Argon2id needs', async () => {
    const slot = await sealBackupKey({ accountId, secret, way: passphrase, backupKey })
    expect(readBackupSlots(joinBackupSlots([slot]))).toEqual([{ ...passphrase, bytes: slot }])
    expect(await openBackupKey({ accountId, secret, slot })).toEqual({ ok: true, value: backupKey })
    expect(createBackupKey()).not.toEqual(createBackupKey())
    const again = await sealBackupKey({ accountId, secret, way: passphrase, backupKey })
    expect(Buffer.compare(slot, again)).not.toBe(0)
  })

  it('[EB2] [K9] refuses another passphrase, another account and any changed, cut or added byte', async () => {
    const slot = await sealBackupKey({ accountId, secret, way: passphrase, backupKey })
    expect(await openBackupKey({ accountId, secret: secret.map(() => 9), slot })).toEqual(REFUSED)
    expect(await openBackupKey({ accountId: 'account-b', secret, slot })).toEqual(REFUSED)
    for (let at = 0; at < slot.byteLength; at += 1)
      expect([at, await openBackupKey({ accountId, secret, slot: changedAt(slot, at) })]).toEqual([at, REFUSED])
    for (const bytes of [slot.subarray(1), slot.subarray(0, -1), joined(slot, new Uint8Array(1)), new Uint8Array()])
      expect(await openBackupKey({ accountId, secret, slot: bytes })).toEqual(REFUSED)
  })

  it('[EB3] [K9] a wrap that AES-GCM opens under two passphrases is opened by one of them at most', async () => {
    const [one, other] = [new Uint8Array(32).fill(11), new Uint8Array(32).fill(22)]
    const both = await salamander(one, other)
    // The attack works where there is no commitment: one ciphertext, two keys, two plaintexts, no complaint.
    for (const key of [one, other]) {
      const opened = await (await gcmKey(key)).open(new Uint8Array(12), both, new Uint8Array())
      expect(opened?.byteLength).toBe(32)
    }
    const mine = await sealBackupKey({ accountId, secret: one, way: passphrase, backupKey })
    const honestSlots = [mine, await sealBackupKey({ accountId, secret: other, way: passphrase, backupKey })]
    for (const slot of honestSlots) {
      const forged = joined(slot.subarray(0, -48), both)
      const answers = [one, other].map((each) => openBackupKey({ accountId, secret: each, slot: forged }))
      expect((await Promise.all(answers)).filter(({ ok }) => ok)).toEqual([])
      const honest = [one, other].map((each) => openBackupKey({ accountId, secret: each, slot }))
      expect((await Promise.all(honest)).filter(({ ok }) => ok)).toHaveLength(1)
    }
  })

  it('[EB4] a slot that asks for more work than the bounds is refused before any', async () => {
    const slot = await sealBackupKey({ accountId, secret, way: passphrase, backupKey })
    const slotsAt = joinBackupSlots([slot]).byteLength - slot.byteLength
    const asking = (memoryKib: number, passes: number) => {
      const bytes = joinBackupSlots([slot])
      const view = new DataView(bytes.buffer, bytes.byteOffset + slotsAt)
      view.setUint32(18, memoryKib)
      view.setUint32(22, passes)
      return readBackupSlots(bytes)
    }
    expect(asking(65_536, 3)?.[0]).toMatchObject(passphrase)
    for (const [memoryKib, passes] of [
      [0, 3],
      [262_145, 3],
      [65_536, 0],
      [65_536, 11],
    ] as const)
      expect(asking(memoryKib, passes)).toBeUndefined()
    const seal = (way: SlotWay, of = secret) => sealBackupKey({ accountId, secret: of, way, backupKey })
    await expect(seal({ kind: 'passphrase', cost: { ...cost, passes: 11 } })).rejects.toThrow('bounds')
    for (const credentialId of [new Uint8Array(), new Uint8Array(1_024)])
      await expect(seal({ kind: 'passkey', place: { ...place, credentialId } })).rejects.toThrow('bounds')
    await expect(seal(passphrase, secret.subarray(1))).rejects.toThrow('32 bytes')
  })
})

describe('the slot of a passkey', () => {
  it('[EB11] [K9] gives the key to the answer of that passkey, and refuses any other and any changed, cut or added byte', async () => {
    const slot = await sealBackupKey({ accountId, secret, way: passkey, backupKey })
    expect(await openBackupKey({ accountId, secret, slot })).toEqual({ ok: true, value: backupKey })
    expect(await openBackupKey({ accountId, secret: secret.map(() => 9), slot })).toEqual(REFUSED)
    expect(await openBackupKey({ accountId: 'account-b', secret, slot })).toEqual(REFUSED)
    for (let at = 0; at < slot.byteLength; at += 1)
      expect([at, await openBackupKey({ accountId, secret, slot: changedAt(slot, at) })]).toEqual([at, REFUSED])
    for (const bytes of [slot.subarray(1), slot.subarray(0, -1), joined(slot, new Uint8Array(1))])
      expect(await openBackupKey({ accountId, secret, slot: bytes })).toEqual(REFUSED)
  })

  it('[EB11] the same 32 bytes make different keys for a passphrase and for a passkey', async () => {
    const [typed, touched] = await Promise.all(
      [passphrase, passkey].map((way) => sealBackupKey({ accountId, secret, way, backupKey })),
    )
    if (!typed || !touched) throw new Error('no slots')
    // What is left of one behind the head of the other: the commitment is another.
    const mixed = joined(touched.subarray(0, -80), typed.subarray(-80))
    expect(await openBackupKey({ accountId, secret, slot: mixed })).toEqual(REFUSED)
  })

  it('[EB12] a passkey is asked for something of its own by every account and every slot', async () => {
    const salts = [place.salt, createPasskeySalt(), createPasskeySalt()]
    const accounts = [accountId, 'account-b']
    const asked = await Promise.all(
      accounts.flatMap((id) => salts.map((salt) => passkeyInput({ accountId: id, salt }))),
    )
    expect(asked.map(({ byteLength }) => byteLength)).toEqual([32, 32, 32, 32, 32, 32])
    expect(new Set(asked.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(6)
    expect(await passkeyInput({ accountId, salt: place.salt })).toEqual(asked[0])
    // Not the salt itself: a slot cannot name what the passkey is to compute.
    expect(asked[0]).not.toEqual(place.salt)
  })

  it('[EB10] [K9] one slot, or two of different kinds: nothing else is made, and nothing else is read', async () => {
    const [typed, touched] = await Promise.all(
      [passphrase, passkey].map((way) => sealBackupKey({ accountId, secret, way, backupKey })),
    )
    if (!typed || !touched) throw new Error('no slots')
    const both = joinBackupSlots([typed, touched])
    expect(readBackupSlots(both)).toEqual([
      { ...passphrase, bytes: typed },
      { ...passkey, bytes: touched },
    ])
    for (const wrong of [[], [typed, typed], [typed, touched, touched], [new Uint8Array(3)]])
      expect(() => joinBackupSlots(wrong)).toThrow('one or two slots')
    const twice = joined(Uint8Array.of(1, 2), ...[touched, touched].map((slot) => joined(lengthOf(slot), slot)))
    for (const bytes of [
      twice,
      both.subarray(0, -1),
      joined(both, Uint8Array.of(0)),
      changedAt(both, 0),
      new Uint8Array(),
    ])
      expect(readBackupSlots(bytes)).toBeUndefined()
  })

  it('[EB10] no bytes of a stranger break the reading of slots, and what is read is written the same way', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const read = readBackupSlots(bytes)
        if (read) expect(joinBackupSlots(read.map((slot) => slot.bytes))).toEqual(bytes)
      }),
    )
  })
})

describe('the content of a backup', () => {
  const content = Uint8Array.from({ length: 2 * SEGMENT_PLAIN_BYTES + 5 }, (_, at) => at % 251)
  const make = (version = 4) => sealBackup({ ...owner, slots, version, madeAtMs: 1_000, content })

  it('[EB5] [K9] comes back from segments of at most 256 KiB, of which no two are alike', async () => {
    const { manifest, segments } = await make()
    expect(segments).toHaveLength(3)
    expect(Math.max(...segments.map(({ byteLength }) => byteLength))).toBe(BACKUP_SEGMENT_BYTES_MAX)
    const opened = await openBackup({ ...owner, slots, manifest, segments })
    expect(opened.ok && Buffer.compare(opened.value, content)).toBe(0)
    const again = await make()
    expect(Buffer.compare(again.segments[0] ?? content, segments[0] ?? content)).not.toBe(0)
    const empty = await sealBackup({ ...owner, slots, version: 1, madeAtMs: 0, content: new Uint8Array() })
    expect(await openBackup({ ...owner, slots, ...empty })).toEqual({ ok: true, value: new Uint8Array() })
  })

  it('[EB6] [K9] a changed, missing, added, repeated or swapped segment is refused', async () => {
    const { manifest, segments } = await make()
    const [a = content, b = content, c = content] = segments
    const other = await make()
    const wrong = [
      [changedAt(a, 9), b, c],
      [a, b, changedAt(c, c.byteLength - 1)],
      [a, b],
      [b, c],
      [a, b, c, c],
      [a, a, c],
      [b, a, c],
      [a, b, other.segments[2] ?? c],
      [a, b, c.subarray(0, -1)],
      [],
    ]
    for (const each of wrong) expect(await openBackup({ ...owner, slots, manifest, segments: each })).toEqual(REFUSED)
  })

  it('[EB7] [K9] a manifest is refused when anything of it was changed, and under another key or account', async () => {
    const { manifest, segments } = await make()
    expect(await readBackupManifest({ ...owner, slots, manifest })).toEqual({
      ok: true,
      value: { version: 4, madeAtMs: 1_000, segments: 3 },
    })
    for (let at = 0; at < manifest.byteLength; at += 1)
      expect([at, await readBackupManifest({ ...owner, slots, manifest: changedAt(manifest, at) })]).toEqual([
        at,
        REFUSED,
      ])
    for (const stranger of [
      { accountId, backupKey: secret },
      { accountId: 'account-b', backupKey },
    ]) {
      expect(await readBackupManifest({ ...stranger, slots, manifest })).toEqual(REFUSED)
      expect(await openBackup({ ...stranger, slots, manifest, segments })).toEqual(REFUSED)
    }
    expect(await readBackupManifest({ ...owner, slots, manifest: manifest.subarray(1) })).toEqual(REFUSED)
  })

  it('[EB13] [K9] a slot that was dropped, added or exchanged is refused with the whole backup', async () => {
    const { manifest, segments } = await make()
    for (const other of [slots.subarray(1), joined(slots, slots), Uint8Array.of(1, 2, 4), new Uint8Array()]) {
      expect(await readBackupManifest({ ...owner, slots: other, manifest })).toEqual(REFUSED)
      expect(await openBackup({ ...owner, slots: other, manifest, segments })).toEqual(REFUSED)
    }
  })

  it('[EB8] [K9] an older backup says that it is older: who remembers a later number notices', async () => {
    const [older, newer] = [await make(4), await make(5)]
    expect(await readBackupManifest({ ...owner, slots, ...older })).toMatchObject({ value: { version: 4 } })
    expect(await readBackupManifest({ ...owner, slots, ...newer })).toMatchObject({ value: { version: 5 } })
    const mixed = { manifest: newer.manifest, segments: older.segments }
    expect(await openBackup({ ...owner, slots, ...mixed })).toEqual(REFUSED)
  })

  it('[EB9] lengths tell little: contents of nearly the same size make segments of the same size', async () => {
    const sizes = [900_000, 900_400].map(async (size) => {
      const made = await sealBackup({ ...owner, slots, version: 1, madeAtMs: 0, content: new Uint8Array(size) })
      return made.segments.map(({ byteLength }) => byteLength)
    })
    const [one, other] = await Promise.all(sizes)
    expect(one).toEqual(other)
  })
})
