import { createByteWriter, sameBytes } from '../byte-codec.ts'
import { isId, statement } from '../devices/credential.ts'
import { PUBLIC_KEY_BYTES } from '../devices/ed25519.ts'
import { PERSON_ID_BYTES_MAX } from '../limits.ts'
import { merkleLeaf } from '../merkle-hash.ts'
import { assert } from '../result.ts'
import { HASH_BYTES, sha256 } from '../web-crypto.ts'

const SET_LABEL = 'visavis/device-set/1'

/** Names an account in the log, and nothing else does: random, told only to those who may ask for its proofs. */
export const LOG_ID_BYTES = 32

/** The account key and the devices it vouches for at one time. */
export type DeviceSet = {
  readonly accountKey: Uint8Array
  readonly devices: readonly { readonly deviceId: string; readonly deviceKey: Uint8Array }[]
}

/** One entry of an account. Versions count from 1; `previous` is the index of its entry before, undefined for the first. */
export type LogEntry = {
  readonly logId: Uint8Array
  readonly version: number
  readonly deviceSet: Uint8Array
  readonly previous: number | undefined
}

/**
 * SHA-256 over the account key and the devices, sorted by id: the same for the same set in any order. SPEC EL4.
 *
 * @throws on ids or keys out of bounds: whoever has them from others asks `isDeviceSet` first
 */
export async function deviceSetHash({ accountKey, devices }: DeviceSet): Promise<Uint8Array> {
  assert(accountKey.byteLength === PUBLIC_KEY_BYTES, 'an account key has 32 bytes')
  const writer = statement(SET_LABEL, []).raw(accountKey).u32(devices.length)
  const sorted = devices.toSorted((left, right) => (left.deviceId < right.deviceId ? -1 : 1))
  for (const { deviceId, deviceKey } of sorted) {
    assert(deviceKey.byteLength === PUBLIC_KEY_BYTES, 'a device key has 32 bytes')
    writer.text(deviceId, PERSON_ID_BYTES_MAX).raw(deviceKey)
  }
  return sha256(writer.bytes())
}

/** Whether a set that somebody named can be hashed: ids and keys within their bounds, no id twice. */
export function isDeviceSet({ accountKey, devices }: DeviceSet): boolean {
  if (new Set(devices.map(({ deviceId }) => deviceId)).size !== devices.length) return false
  return (
    accountKey.byteLength === PUBLIC_KEY_BYTES &&
    devices.every(({ deviceId, deviceKey }) => isId(deviceId) && deviceKey.byteLength === PUBLIC_KEY_BYTES)
  )
}

/**
 * The hash of an entry's leaf: over log id | version u64 | device-set hash | place of the entry before u64, where a place is
 * the index plus one and 0 is none. SPEC EL4.
 */
export function entryLeaf({ deviceSet, logId, previous, version }: LogEntry): Promise<Uint8Array> {
  assert(logId.byteLength === LOG_ID_BYTES && deviceSet.byteLength === HASH_BYTES, 'a log entry out of bounds')
  const place = previous === undefined ? 0 : previous + 1
  return merkleLeaf(createByteWriter().raw(logId).u64(version).raw(deviceSet).u64(place).bytes())
}

/** An entry and its place in the log. */
export type PlacedEntry = LogEntry & { readonly index: number }

/** Whether somebody could have appended this: within bounds, the first version alone without one before it. */
export function isPlacedEntry({ deviceSet, index, logId, previous, version }: PlacedEntry): boolean {
  if (logId.byteLength !== LOG_ID_BYTES || deviceSet.byteLength !== HASH_BYTES) return false
  if (![index, version].every(Number.isSafeInteger) || index < 0 || version < 1) return false
  if (previous === undefined) return version === 1
  return version > 1 && Number.isSafeInteger(previous) && previous >= 0 && previous < index
}

/** Whether `later` may be what became of `known`: nothing taken back, and no version twice. */
export function mayFollow(known: PlacedEntry, later: PlacedEntry): boolean {
  if (!sameBytes(known.logId, later.logId)) return false
  if (later.version === known.version) {
    const isSamePlace = later.index === known.index && later.previous === known.previous
    return isSamePlace && sameBytes(later.deviceSet, known.deviceSet)
  }
  if (later.version < known.version || later.previous === undefined) return false
  return later.version === known.version + 1 ? later.previous === known.index : later.previous > known.index
}
