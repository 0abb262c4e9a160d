import { createByteWriter, sameBytes } from './byte-codec.ts'
import { ID_BYTES_MAX } from './franking/limits.ts'
import { fromHex, toHex } from './hex.ts'
import { HASH_BYTES, KEY_BYTES, sha256, stretch } from './web-crypto.ts'

/** Whose key is compared: an account and the key that vouches for its devices. */
export type SafetyIdentity = { readonly accountId: string; readonly accountKey: Uint8Array }
export type SafetyCode = {
  /** 60 digits, the same for both people; shown in 12 groups of five. */
  readonly digits: string
  /** Differs for the two: it says who shows it. */
  readonly qr: string
}

/**
 * Numbers two people compare to know that nobody sits between them, after Signal's numeric fingerprints (Marlinspike 2016):
 * 30 digits for each account, from its id and key by iterated hashing, the smaller half first. 30 digits are 99 bits: a
 * server that wants a key with the same digits has to try 2^99 keys, each at the cost of `ITERATIONS` (SPEC EF20).
 */
const ITERATIONS = 100_000
const DIGITS_LABEL = 'visavis/safety-code/digits/1'
const QR_LABEL = 'visavis/safety-code/qr/1'
const QR_PREFIX = 'visavis:safety:1:'
const GROUPS_PER_ACCOUNT = 6
/** Five bytes modulo 100,000: no group of digits is likelier than another by more than one in ten million. */
const BYTES_PER_GROUP = 5

/** The code for the pair of `mine` and `theirs`. Takes some tens of milliseconds. */
export async function safetyCode(mine: SafetyIdentity, theirs: SafetyIdentity): Promise<SafetyCode> {
  const halves = await Promise.all([digitsOf(mine), digitsOf(theirs)])
  const hashes = await Promise.all([qrHashOf(mine), qrHashOf(theirs)])
  return { digits: halves.toSorted().join(''), qr: QR_PREFIX + hashes.map(toHex).join(':') }
}

/**
 * What scanning the other person's code says, on the device of `mine`.
 *
 * @returns `different` when it is a code, but not that of these two people and keys: somebody may be in between, or
 *   it was another person's; `unreadable` when it is no safety code
 */
export async function readSafetyQr(
  qr: string,
  mine: SafetyIdentity,
  theirs: SafetyIdentity,
): Promise<'same' | 'different' | 'unreadable'> {
  if (!qr.startsWith(QR_PREFIX)) return 'unreadable'
  const [shower, seen, ...rest] = qr.slice(QR_PREFIX.length).split(':').map(fromHex)
  if (shower?.byteLength !== HASH_BYTES || seen?.byteLength !== HASH_BYTES || rest.length > 0) return 'unreadable'
  const isSame = sameBytes(shower, await qrHashOf(theirs)) && sameBytes(seen, await qrHashOf(mine))
  return isSame ? 'same' : 'different'
}

async function digitsOf(identity: SafetyIdentity): Promise<string> {
  const hash = await stretch(
    identity.accountKey,
    encode(DIGITS_LABEL, identity),
    ITERATIONS,
    BYTES_PER_GROUP * GROUPS_PER_ACCOUNT,
  )
  let digits = ''
  for (let group = 0; group < GROUPS_PER_ACCOUNT; group += 1) {
    const bytes = hash.subarray(BYTES_PER_GROUP * group, BYTES_PER_GROUP * (group + 1))
    digits += String(bytes.reduce((value, byte) => value * 256 + byte, 0) % 100_000).padStart(5, '0')
  }
  return digits
}

function qrHashOf(identity: SafetyIdentity): Promise<Uint8Array> {
  return sha256(encode(QR_LABEL, identity))
}

function encode(label: string, { accountId, accountKey }: SafetyIdentity): Uint8Array {
  if (accountId === '' || accountKey.byteLength !== KEY_BYTES) throw new RangeError('bad identity')
  return createByteWriter().text(label, ID_BYTES_MAX).text(accountId, ID_BYTES_MAX).raw(accountKey).bytes()
}
