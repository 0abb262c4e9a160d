import { createByteReader, createByteWriter, sameBytes, type ByteReader } from '../byte-codec.ts'
import { ID_BYTES_MAX } from '../franking/limits.ts'
import { assert, ok, OPEN_FAILED, type E2eeResult } from '../result.ts'
import { derive, freshKey, GCM_TAG_BYTES, gcmKey, HASH_BYTES, KEY_BYTES, sha256 } from '../web-crypto.ts'
import {
  BACKUP_SLOT_BYTES_MAX,
  CREDENTIAL_ID_BYTES_MAX,
  PASSKEY_SALT_BYTES,
  STRETCH_MEMORY_KIB_MAX,
  STRETCH_PASSES_MAX,
  STRETCH_SALT_BYTES,
} from './limits.ts'

/**
 * The backup key, wrapped so that one secret opens it (SPEC EB1-EB4, EB10-EB12). Slot: version 2 | kind | what its secret
 * is made from | 32 random bytes | key commitment, 32 bytes | backup key under AES-256-GCM. What stands before the
 * commitment goes into the derivation, so nothing of it can be exchanged. A passphrase's secret is made from salt, 16
 * bytes, KiB of memory u32 and passes u32 (Argon2id); a passkey's from its credential id and 32 bytes of salt.
 */
export type StretchCost = { readonly salt: Uint8Array; readonly memoryKib: number; readonly passes: number }
type PasskeyPlace = { readonly credentialId: Uint8Array; readonly salt: Uint8Array }
/** How the secret of a slot is come by. */
export type SlotWay =
  | { readonly kind: 'passphrase'; readonly cost: StretchCost }
  | { readonly kind: 'passkey'; readonly place: PasskeyPlace }
type BackupSlot = SlotWay & { readonly bytes: Uint8Array }
type Opener = { readonly accountId: string; readonly secret: Uint8Array }

const VERSION = 2
const KINDS = { passphrase: 1, passkey: 2 } as const
const LABELS = { passphrase: 'visavis/backup/slot/passphrase/2', passkey: 'visavis/backup/slot/passkey/2' } as const
const INPUT_LABEL = 'visavis/backup/passkey-input/1'
const SET_VERSION = 1
/** Each derivation is of 32 fresh random bytes, so its key seals once. */
const NONCE = new Uint8Array(12)
const NOTHING = new Uint8Array()
const WRAPPED_BYTES = KEY_BYTES + GCM_TAG_BYTES

/** A fresh backup key, 32 bytes. */
export function createBackupKey(): Uint8Array {
  return freshKey()
}

/** 32 random bytes for a slot of a passkey that is to be made. */
export function createPasskeySalt(): Uint8Array {
  return freshKey()
}

/**
 * What a passkey is to be asked for (WebAuthn level 3 section 10.1.4, prf, `eval.first`): 32 bytes. A hash over purpose
 * and account, so that no slot, whoever made it, has the passkey compute anything else.
 */
export function passkeyInput(given: { readonly accountId: string; readonly salt: Uint8Array }): Promise<Uint8Array> {
  assert(given.salt.byteLength === PASSKEY_SALT_BYTES, 'the salt of a passkey has 32 bytes')
  const writer = createByteWriter().text(INPUT_LABEL, ID_BYTES_MAX).text(given.accountId, ID_BYTES_MAX)
  return sha256(writer.raw(given.salt).bytes())
}

/**
 * @param given.secret 32 bytes: what Argon2id made of the passphrase with `cost`, or what the passkey answered to
 *   `passkeyInput` of its salt
 * @throws when secret, key or way are out of bounds
 */
export async function sealBackupKey(
  given: Opener & { readonly way: SlotWay; readonly backupKey: Uint8Array },
): Promise<Uint8Array> {
  assert(given.backupKey.byteLength === KEY_BYTES, 'a backup key has 32 bytes')
  assert(isWay(given.way), 'the way to a secret out of bounds')
  const header = headerOf(given.way, freshKey())
  const { aes, commitment } = await keysOf(given, given.way, header)
  const wrapped = await aes.seal(NONCE, given.backupKey, NOTHING)
  return createByteWriter().raw(header).raw(commitment).raw(wrapped).bytes()
}

/** Fails with `E2EE_OPEN_FAILED` for another secret, another account and whatever was changed: not told apart. */
export async function openBackupKey(given: Opener & { readonly slot: Uint8Array }): Promise<E2eeResult<Uint8Array>> {
  const parsed = parse(given.slot)
  if (!parsed) return OPEN_FAILED
  const { aes, commitment } = await keysOf(given, parsed.way, parsed.header)
  // First of all: AES-GCM alone can be made to open under many passphrases, and each try would then rule out as many.
  if (!sameBytes(commitment, parsed.commitment)) return OPEN_FAILED
  const backupKey = await aes.open(NONCE, parsed.wrapped, NOTHING)
  return backupKey ? ok(backupKey) : OPEN_FAILED
}

/**
 * The slots of one backup as the server keeps them: version 1 | count u8 | each with its length u32.
 *
 * @throws when it is none, or two of one kind
 */
export function joinBackupSlots(slots: readonly Uint8Array[]): Uint8Array {
  const writer = createByteWriter().u8(SET_VERSION).u8(slots.length)
  for (const slot of slots) writer.v32(slot, BACKUP_SLOT_BYTES_MAX)
  const joined = writer.bytes()
  assert(readBackupSlots(joined) !== undefined, 'a backup has one or two slots, of different kinds')
  return joined
}

/** Undefined for anything that is not one slot or two of different kinds, or that asks for more than the bounds (EB4). */
export function readBackupSlots(bytes: Uint8Array): readonly BackupSlot[] | undefined {
  const reader = createByteReader(bytes)
  const version = reader.u8()
  const count = reader.u8()
  if (version !== SET_VERSION || count < 1 || count > Object.keys(KINDS).length) return undefined
  const slots: BackupSlot[] = []
  for (let at = 0; at < count; at += 1) {
    const slot = reader.v32(BACKUP_SLOT_BYTES_MAX)
    const parsed = parse(slot)
    if (!parsed || slots.some(({ kind }) => kind === parsed.way.kind)) return undefined
    slots.push({ ...parsed.way, bytes: slot })
  }
  return reader.end() ? slots : undefined
}

function headerOf(way: SlotWay, fresh: Uint8Array): Uint8Array {
  const writer = createByteWriter().u8(VERSION).u8(KINDS[way.kind])
  if (way.kind === 'passphrase') {
    const { salt, memoryKib, passes } = way.cost
    writer.raw(salt).u32(memoryKib).u32(passes)
  } else writer.v32(way.place.credentialId, CREDENTIAL_ID_BYTES_MAX).raw(way.place.salt)
  return writer.raw(fresh).bytes()
}

async function keysOf({ accountId, secret }: Opener, way: SlotWay, header: Uint8Array) {
  assert(secret.byteLength === KEY_BYTES, 'the secret of a slot has 32 bytes')
  const info = createByteWriter().text(LABELS[way.kind], ID_BYTES_MAX).text(accountId, ID_BYTES_MAX).raw(header).bytes()
  const derived = await derive(secret, info, KEY_BYTES + HASH_BYTES)
  const aes = await gcmKey(derived.subarray(0, KEY_BYTES))
  derived.fill(0, 0, KEY_BYTES)
  return { aes, commitment: derived.subarray(KEY_BYTES) }
}

function parse(slot: Uint8Array) {
  const reader = createByteReader(slot)
  const version = reader.u8()
  const way = readWay(reader)
  const fresh = reader.raw(KEY_BYTES)
  const commitment = reader.raw(HASH_BYTES)
  const wrapped = reader.raw(WRAPPED_BYTES)
  if (!way || !reader.end() || version !== VERSION || !isWay(way)) return undefined
  return { way, header: headerOf(way, fresh), commitment, wrapped }
}

function readWay(reader: ByteReader): SlotWay | undefined {
  const kind = reader.u8()
  if (kind === KINDS.passphrase) {
    const cost = { salt: reader.raw(STRETCH_SALT_BYTES), memoryKib: reader.u32(), passes: reader.u32() }
    return { kind: 'passphrase', cost }
  }
  if (kind !== KINDS.passkey) return undefined
  const place = { credentialId: reader.v32(CREDENTIAL_ID_BYTES_MAX), salt: reader.raw(PASSKEY_SALT_BYTES) }
  return { kind: 'passkey', place }
}

function isWay(way: SlotWay): boolean {
  if (way.kind === 'passphrase') return isCost(way.cost)
  const { credentialId, salt } = way.place
  if (salt.byteLength !== PASSKEY_SALT_BYTES) return false
  return credentialId.byteLength >= 1 && credentialId.byteLength <= CREDENTIAL_ID_BYTES_MAX
}

function isCost({ salt, memoryKib, passes }: StretchCost): boolean {
  if (salt.byteLength !== STRETCH_SALT_BYTES) return false
  return memoryKib >= 8 && memoryKib <= STRETCH_MEMORY_KIB_MAX && passes >= 1 && passes <= STRETCH_PASSES_MAX
}
