import { createByteReader, createByteWriter, sameBytes } from '../byte-codec.ts'
import { createMerkleTree } from '../files/merkle-tree.ts'
import { ID_BYTES_MAX } from '../franking/limits.ts'
import { pad, unpad } from '../padding.ts'
import { assert, ok, OPEN_FAILED, type E2eeResult } from '../result.ts'
import { derive, freshKey, gcmKey, HASH_BYTES, hmac, isHmac, KEY_BYTES, sha256 } from '../web-crypto.ts'
import { BACKUP_CONTENT_BYTES_MAX, BACKUP_SEGMENTS_MAX, SEGMENT_PLAIN_BYTES } from './limits.ts'

/**
 * What a backup holds, sealed in segments, and the manifest that says which segments and slots it is made of (SPEC
 * EB5-EB9, EB13). Manifest: version 2 | number of the backup u64 | time in ms u64 | 32 random bytes | count of segments
 * u32 | root, 32 bytes | SHA-256 of the slots | HMAC-SHA-256 of all that. The number and the time can be read by the
 * server, and changed by nobody.
 */
export type BackupManifest = { readonly version: number; readonly madeAtMs: number; readonly segments: number }
type Owner = { readonly accountId: string; readonly backupKey: Uint8Array }
/** As the server keeps them (`joinBackupSlots`). */
type Slots = { readonly slots: Uint8Array }
type Parsed = BackupManifest & { readonly fresh: Uint8Array; readonly root: Uint8Array; readonly slotsHash: Uint8Array }

const FORMAT = 2
const SEGMENT_LABEL = 'visavis/backup/segment/1'
const MANIFEST_LABEL = 'visavis/backup/manifest/2'
/** The key of a segment is its own: derived from 32 fresh random bytes and its place. */
const NONCE = new Uint8Array(12)
const NOTHING = new Uint8Array()

/**
 * @param given.version of this account's backups: larger than that of the one before
 * @throws when key, version or content are out of bounds
 */
export async function sealBackup(
  given: Owner & Slots & { readonly version: number; readonly madeAtMs: number; readonly content: Uint8Array },
): Promise<{ readonly manifest: Uint8Array; readonly segments: readonly Uint8Array[] }> {
  assert(given.content.byteLength <= BACKUP_CONTENT_BYTES_MAX, 'the content of a backup has its bound')
  const padded = pad(given.content)
  const fresh = freshKey()
  const segments: Uint8Array[] = []
  for (let at = 0; at < padded.byteLength; at += SEGMENT_PLAIN_BYTES) {
    const aes = await segmentKey(given, fresh, segments.length)
    segments.push(await aes.seal(NONCE, padded.subarray(at, at + SEGMENT_PLAIN_BYTES), NOTHING))
  }
  const { version, madeAtMs } = given
  const [root, slotsHash] = [await rootOf(segments), await sha256(given.slots)]
  const body = bodyOf({ version, madeAtMs, segments: segments.length, fresh, root, slotsHash })
  const mac = await hmac(await manifestKey(given), body)
  return { manifest: createByteWriter().raw(body).raw(mac).bytes(), segments }
}

/** Fails with `E2EE_OPEN_FAILED` unless this very key made it for this account and these slots. */
export async function readBackupManifest(
  given: Owner & Slots & { readonly manifest: Uint8Array },
): Promise<E2eeResult<BackupManifest>> {
  const parsed = await verified(given)
  if (!parsed) return OPEN_FAILED
  const { version, madeAtMs, segments } = parsed
  return ok({ version, madeAtMs, segments })
}

/** Fails with `E2EE_OPEN_FAILED` unless manifest and segments are those that were made together, whole and in order. */
export async function openBackup(
  given: Owner & Slots & { readonly manifest: Uint8Array; readonly segments: readonly Uint8Array[] },
): Promise<E2eeResult<Uint8Array>> {
  const parsed = await verified(given)
  if (parsed?.segments !== given.segments.length) return OPEN_FAILED
  if (!sameBytes(await rootOf(given.segments), parsed.root)) return OPEN_FAILED
  const padded = createByteWriter()
  for (const [index, segment] of given.segments.entries()) {
    const plain = await (await segmentKey(given, parsed.fresh, index)).open(NONCE, segment, NOTHING)
    if (!plain) return OPEN_FAILED
    padded.raw(plain)
  }
  const content = unpad(padded.bytes())
  return content ? ok(content) : OPEN_FAILED
}

async function verified(given: Owner & Slots & { readonly manifest: Uint8Array }): Promise<Parsed | undefined> {
  const parsed = parse(given.manifest)
  if (!parsed) return undefined
  const mac = given.manifest.subarray(-HASH_BYTES)
  if (!(await isHmac(await manifestKey(given), bodyOf(parsed), mac))) return undefined
  return sameBytes(await sha256(given.slots), parsed.slotsHash) ? parsed : undefined
}

function parse(manifest: Uint8Array): Parsed | undefined {
  const reader = createByteReader(manifest)
  const format = reader.u8()
  const parsed = {
    version: reader.u64(),
    madeAtMs: reader.u64(),
    fresh: reader.raw(KEY_BYTES),
    segments: reader.u32(),
    root: reader.raw(HASH_BYTES),
    slotsHash: reader.raw(HASH_BYTES),
  }
  reader.raw(HASH_BYTES)
  const isSound = reader.end() && format === FORMAT && parsed.segments >= 1 && parsed.segments <= BACKUP_SEGMENTS_MAX
  return isSound ? parsed : undefined
}

function bodyOf({ version, madeAtMs, fresh, segments, root, slotsHash }: Parsed): Uint8Array {
  const writer = createByteWriter().u8(FORMAT).u64(version).u64(madeAtMs).raw(fresh)
  return writer.u32(segments).raw(root).raw(slotsHash).bytes()
}

async function rootOf(segments: readonly Uint8Array[]): Promise<Uint8Array> {
  const tree = createMerkleTree()
  for (const segment of segments) await tree.add(segment)
  return tree.root()
}

async function segmentKey({ accountId, backupKey }: Owner, fresh: Uint8Array, index: number) {
  assert(backupKey.byteLength === KEY_BYTES, 'a backup key has 32 bytes')
  const writer = createByteWriter().text(SEGMENT_LABEL, ID_BYTES_MAX).text(accountId, ID_BYTES_MAX)
  return gcmKey(await derive(backupKey, writer.raw(fresh).u32(index).bytes(), KEY_BYTES))
}

function manifestKey({ accountId, backupKey }: Owner): Promise<Uint8Array> {
  assert(backupKey.byteLength === KEY_BYTES, 'a backup key has 32 bytes')
  const info = createByteWriter().text(MANIFEST_LABEL, ID_BYTES_MAX).text(accountId, ID_BYTES_MAX).bytes()
  return derive(backupKey, info, KEY_BYTES)
}
