import { createByteWriter, sameBytes } from './byte-codec.ts'
import { CALL_ID_BYTES_MAX, CALL_NONCE_BYTES, FINGERPRINT_BYTES } from './limits.ts'
import type { MatchSession } from './match.ts'
import { assert } from './result.ts'
import { sha256 } from './web-crypto.ts'

/**
 * The short code of a call, which two people compare by voice to know that nobody, our server included, sits between
 * them. A short code over known values can be ground until both sides show the same, so the creator commits to its nonce
 * before the joiner's is chosen, and reveals it only after (as in ZRTP, RFC 6189 section 4.4.1.1): one guess per call,
 * right once in 2^30. See SPEC EC1 to EC3.
 */
export const CALL_CODE_SYMBOLS = 5
/** Each symbol is one of this many. */
export const CALL_CODE_ALPHABET = 64

const COMMIT_LABEL = 'visavis/call-code/commit/1'
const CODE_LABEL = 'visavis/call-code/1'

/** SHA-256 over label, call and nonce; goes out with the creator's identity. */
export async function commitToNonce(callId: string, nonce: Uint8Array): Promise<Uint8Array> {
  assert(nonce.byteLength === CALL_NONCE_BYTES, 'nonce length')
  const writer = createByteWriter().text(COMMIT_LABEL, 255).text(callId, CALL_ID_BYTES_MAX).raw(nonce)
  return sha256(writer.bytes())
}

/** Whether the nonce that was revealed is the one that was committed to. */
export async function isCommittedNonce(callId: string, nonce: Uint8Array, commitment: Uint8Array): Promise<boolean> {
  return nonce.byteLength === CALL_NONCE_BYTES && sameBytes(await commitToNonce(callId, nonce), commitment)
}

/**
 * Five numbers below 64, the same on both sides if and only if both are in the same MLS group, use the fingerprints the
 * other sees, and heard the same nonces. The exporter covers group, leaf keys and epoch.
 */
export async function callCode(
  session: Pick<MatchSession, 'exporter'>,
  facts: {
    readonly callId: string
    readonly creatorFingerprint: Uint8Array
    readonly joinerFingerprint: Uint8Array
    readonly creatorNonce: Uint8Array
    readonly joinerNonce: Uint8Array
  },
): Promise<readonly number[]> {
  const { callId, creatorFingerprint, joinerFingerprint, creatorNonce, joinerNonce } = facts
  for (const fingerprint of [creatorFingerprint, joinerFingerprint])
    assert(fingerprint.byteLength === FINGERPRINT_BYTES, 'fingerprint length')
  for (const nonce of [creatorNonce, joinerNonce]) assert(nonce.byteLength === CALL_NONCE_BYTES, 'nonce length')
  const writer = createByteWriter().text(callId, CALL_ID_BYTES_MAX).raw(creatorFingerprint).raw(joinerFingerprint)
  const transcript = writer.raw(creatorNonce).raw(joinerNonce).bytes()
  const secret = await session.exporter(CODE_LABEL, await sha256(transcript), CALL_CODE_SYMBOLS)
  return [...secret].map((byte) => byte % CALL_CODE_ALPHABET)
}
