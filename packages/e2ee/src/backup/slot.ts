import { createByteReader, createByteWriter, sameBytes } from '../byte-codec.ts'
import { ID_BYTES_MAX } from '../franking/limits.ts'
import { assert, ok, OPEN_FAILED, type E2eeResult } from '../result.ts'
import { derive, freshKey, GCM_TAG_BYTES, gcmKey, HASH_BYTES, KEY_BYTES } from '../web-crypto.ts'
import { STRETCH_MEMORY_KIB_MAX, STRETCH_PASSES_MAX, STRETCH_SALT_BYTES } from './limits.ts'

/**
 * The backup key, wrapped so that one passphrase opens it (SPEC EB1-EB4). Slot: version 1 | salt, 16 bytes | KiB of memory
 * u32 | passes u32 | 32 random bytes | key commitment, 32 bytes | backup key under AES-256-GCM. What stands before the
 * commitment goes into the derivation, so nothing of it can be exchanged.
 */
export type StretchCost = { readonly salt: Uint8Array; readonly memoryKib: number; readonly passes: number }
type Place = { readonly accountId: string; readonly secret: Uint8Array }

const VERSION = 1
const LABEL = 'visavis/backup/slot/1'
/** Each derivation is of 32 fresh random bytes, so its key seals once. */
const NONCE = new Uint8Array(12)
const NOTHING = new Uint8Array()
const WRAPPED_BYTES = KEY_BYTES + GCM_TAG_BYTES

/** A fresh backup key, 32 bytes. */
export function createBackupKey(): Uint8Array {
  return freshKey()
}

/**
 * @param given.secret 32 bytes that Argon2id made of the passphrase with `cost`
 * @throws when secret, key or cost are out of bounds
 */
export async function sealBackupKey(
  given: Place & { readonly cost: StretchCost; readonly backupKey: Uint8Array },
): Promise<Uint8Array> {
  assert(given.backupKey.byteLength === KEY_BYTES, 'a backup key has 32 bytes')
  assert(isCost(given.cost), 'the cost of a passphrase out of bounds')
  const header = headerOf(given.cost, freshKey())
  const { aes, commitment } = await keysOf(given, header)
  const wrapped = await aes.seal(NONCE, given.backupKey, NOTHING)
  return createByteWriter().raw(header).raw(commitment).raw(wrapped).bytes()
}

/** What Argon2id is to be given. Undefined for anything that is no slot, or that asks for more than the bounds. */
export function readStretchCost(slot: Uint8Array): StretchCost | undefined {
  return parse(slot)?.cost
}

/** Fails with `E2EE_OPEN_FAILED` for another passphrase, another account and whatever was changed: not told apart. */
export async function openBackupKey(given: Place & { readonly slot: Uint8Array }): Promise<E2eeResult<Uint8Array>> {
  const parsed = parse(given.slot)
  if (!parsed) return OPEN_FAILED
  const { aes, commitment } = await keysOf(given, parsed.header)
  // First of all: AES-GCM alone can be made to open under many passphrases, and each try would then rule out as many.
  if (!sameBytes(commitment, parsed.commitment)) return OPEN_FAILED
  const backupKey = await aes.open(NONCE, parsed.wrapped, NOTHING)
  return backupKey ? ok(backupKey) : OPEN_FAILED
}

function headerOf({ salt, memoryKib, passes }: StretchCost, fresh: Uint8Array): Uint8Array {
  return createByteWriter().u8(VERSION).raw(salt).u32(memoryKib).u32(passes).raw(fresh).bytes()
}

async function keysOf({ accountId, secret }: Place, header: Uint8Array) {
  assert(secret.byteLength === KEY_BYTES, 'a stretched passphrase has 32 bytes')
  const info = createByteWriter().text(LABEL, ID_BYTES_MAX).text(accountId, ID_BYTES_MAX).raw(header).bytes()
  const derived = await derive(secret, info, KEY_BYTES + HASH_BYTES)
  return { aes: await gcmKey(derived.subarray(0, KEY_BYTES)), commitment: derived.subarray(KEY_BYTES) }
}

function parse(slot: Uint8Array) {
  const reader = createByteReader(slot)
  const version = reader.u8()
  const cost = { salt: reader.raw(STRETCH_SALT_BYTES), memoryKib: reader.u32(), passes: reader.u32() }
  const fresh = reader.raw(KEY_BYTES)
  const commitment = reader.raw(HASH_BYTES)
  const wrapped = reader.raw(WRAPPED_BYTES)
  if (!reader.end() || version !== VERSION || !isCost(cost)) return undefined
  return { cost, header: headerOf(cost, fresh), commitment, wrapped }
}

function isCost({ salt, memoryKib, passes }: StretchCost): boolean {
  if (salt.byteLength !== STRETCH_SALT_BYTES) return false
  return memoryKib >= 8 && memoryKib <= STRETCH_MEMORY_KIB_MAX && passes >= 1 && passes <= STRETCH_PASSES_MAX
}
