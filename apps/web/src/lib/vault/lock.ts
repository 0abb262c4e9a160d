import type { Stretch } from './argon2.ts'

/**
 * The key of the vault and what it is wrapped in [K11]. The data key seals records and is in memory only; what is stored
 * is the data key wrapped with AES-256-GCM, either by a key of this browser that cannot be exported, or, with an app lock,
 * by a key made from the passphrase. A new passphrase therefore costs one small record. See ADR 0009.
 */
export type DeviceKeyRecord = {
  readonly version: 1
  readonly kind: 'device'
  readonly wrapKey: CryptoKey
  readonly nonce: Uint8Array<ArrayBuffer>
  readonly wrapped: Uint8Array<ArrayBuffer>
}
export type PassphraseKeyRecord = {
  readonly version: 1
  readonly kind: 'passphrase'
  readonly salt: Uint8Array<ArrayBuffer>
  readonly memoryKib: number
  readonly passes: number
  /** Tells a wrong passphrase from a damaged record, and binds the record to one passphrase: AES-GCM alone does not. */
  readonly commitment: Uint8Array<ArrayBuffer>
  readonly nonce: Uint8Array<ArrayBuffer>
  readonly wrapped: Uint8Array<ArrayBuffer>
  /** Wrong attempts since the last right one; each is counted before it is tried. */
  readonly failures: number
  readonly refusedUntilMs: number
}
export type KeyRecord = DeviceKeyRecord | PassphraseKeyRecord

/** OWASP asks for 19 MiB and two passes at least; this is the second recommendation of RFC 9106 section 4, on one lane. */
const MEMORY_KIB = 64 * 1024
const PASSES = 3
/** What a damaged record may ask for. */
const MEMORY_KIB_MAX = 256 * 1024
const PASSES_MAX = 10
const SALT_BYTES = 16
const NONCE_BYTES = 12
const HASH_BYTES = 32
const FIRST_WAIT_MS = 1_000
const WAIT_MS_MAX = 15 * 60_000
const AES = { name: 'AES-GCM', length: 256 } as const
const text = new TextEncoder()
const WRAP_INFO = text.encode('visavis vault passphrase v1')

export type KeyWrapping = {
  /** A key for records: extractable, so that it can be wrapped anew, and never stored unwrapped. */
  freshDataKey(): Promise<CryptoKey>
  wrapForDevice(dataKey: CryptoKey): Promise<DeviceKeyRecord>
  wrapForPassphrase(dataKey: CryptoKey, passphrase: string): Promise<PassphraseKeyRecord>
  /** Undefined when the record is damaged. */
  unwrapForDevice(record: DeviceKeyRecord): Promise<CryptoKey | undefined>
  unwrapForPassphrase(record: PassphraseKeyRecord, passphrase: string): Promise<CryptoKey | 'wrong' | undefined>
}

/** `owner` is authenticated with the wrapped key: the key of one account does not open another's vault. */
export function createKeyWrapping(deps: {
  readonly crypto: Crypto
  readonly stretch: Stretch
  readonly owner: string
}): KeyWrapping {
  const { subtle } = deps.crypto
  const fresh = (count: number) => deps.crypto.getRandomValues(new Uint8Array(count))
  const gcm = (iv: Uint8Array<ArrayBuffer>) => ({
    name: 'AES-GCM',
    iv,
    additionalData: text.encode(`visavis vault key v1 ${deps.owner}`),
  })

  async function wrap(dataKey: CryptoKey, wrapKey: CryptoKey) {
    const nonce = fresh(NONCE_BYTES)
    return { nonce, wrapped: new Uint8Array(await subtle.wrapKey('raw', dataKey, wrapKey, gcm(nonce))) }
  }

  async function unwrap(record: KeyRecord, wrapKey: CryptoKey): Promise<CryptoKey | undefined> {
    const { nonce, wrapped } = record
    try {
      return await subtle.unwrapKey('raw', wrapped, wrapKey, gcm(nonce), AES, true, ['encrypt', 'decrypt'])
    } catch {
      // Authentication failed: the caller has one answer for it, whatever was changed.
      return undefined
    }
  }

  async function fromPassphrase(passphrase: string, cost: Pick<PassphraseKeyRecord, 'salt' | 'memoryKib' | 'passes'>) {
    // The same passphrase typed on another keyboard may be other code points for the same characters.
    const hash = await deps.stretch(passphrase.normalize('NFKC'), cost.salt, cost)
    const secret = await subtle.importKey('raw', hash, 'HKDF', false, ['deriveBits'])
    hash.fill(0)
    const how = { name: 'HKDF', hash: 'SHA-256', salt: cost.salt, info: WRAP_INFO }
    const derived = new Uint8Array(await subtle.deriveBits(how, secret, 2 * 8 * HASH_BYTES))
    const wrapKey = await subtle.importKey('raw', derived.slice(0, HASH_BYTES), AES, false, ['wrapKey', 'unwrapKey'])
    return { wrapKey, commitment: derived.slice(HASH_BYTES) }
  }

  return {
    freshDataKey: () => subtle.generateKey(AES, true, ['encrypt', 'decrypt']),
    async wrapForDevice(dataKey) {
      const wrapKey = await subtle.generateKey(AES, false, ['wrapKey', 'unwrapKey'])
      return { version: 1, kind: 'device', wrapKey, ...(await wrap(dataKey, wrapKey)) }
    },
    async wrapForPassphrase(dataKey, passphrase) {
      const cost = { salt: fresh(SALT_BYTES), memoryKib: MEMORY_KIB, passes: PASSES }
      const { wrapKey, commitment } = await fromPassphrase(passphrase, cost)
      const sealed = await wrap(dataKey, wrapKey)
      return { version: 1, kind: 'passphrase', ...cost, commitment, ...sealed, failures: 0, refusedUntilMs: 0 }
    },
    unwrapForDevice: (record) => unwrap(record, record.wrapKey),
    async unwrapForPassphrase(record, passphrase) {
      const { wrapKey, commitment } = await fromPassphrase(passphrase, record)
      if (!areEqual(commitment, record.commitment)) return 'wrong'
      return unwrap(record, wrapKey)
    },
  }
}

/** How long attempts are refused after so many wrong ones: 1, 2, 4, 8 ... seconds, at most a quarter of an hour. */
export function waitMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 20))
}

/** What `storage` gave, when it is a record of ours: `undefined` for nothing there, `damaged` for anything else. */
export function readKeyRecord(stored: unknown): KeyRecord | 'damaged' | undefined {
  if (stored === undefined) return undefined
  if (typeof stored !== 'object' || stored === null) return 'damaged'
  const record = stored as Partial<Record<string, unknown>>
  const isWrapped = record['version'] === 1 && isBytes(record['nonce'], NONCE_BYTES) && isBytes(record['wrapped'])
  if (!isWrapped) return 'damaged'
  if (record['kind'] === 'device') {
    return record['wrapKey'] instanceof CryptoKey ? (stored as DeviceKeyRecord) : 'damaged'
  }
  const isSound =
    record['kind'] === 'passphrase' &&
    isBytes(record['salt'], SALT_BYTES) &&
    isBytes(record['commitment'], HASH_BYTES) &&
    isCount(record['memoryKib'], MEMORY_KIB_MAX) &&
    isCount(record['passes'], PASSES_MAX) &&
    Number.isSafeInteger(record['failures']) &&
    typeof record['refusedUntilMs'] === 'number'
  return isSound ? (stored as PassphraseKeyRecord) : 'damaged'
}

function isBytes(value: unknown, length?: number): boolean {
  return value instanceof Uint8Array && (length === undefined || value.byteLength === length)
}

function isCount(value: unknown, max: number): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= max
}

function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.byteLength ^ right.byteLength
  for (const [at, byte] of left.entries()) difference |= byte ^ (right[at] ?? 0)
  return difference === 0
}
