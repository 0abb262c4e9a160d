import { sameBytes } from './byte-codec.ts'
import type { MatchContent } from './content.ts'
import { FINGERPRINT_BYTES } from './limits.ts'
import { IDENTITY_MISMATCH, ok, type E2eeResult } from './result.ts'

/**
 * Binds the media to the match: the fingerprint that came with the server's signalling must be the one the partner
 * signed inside MLS, for this call. The server can alter the first and not the second, so a server (or relay) that
 * puts itself in the middle of DTLS is refused here (SPEC ER18).
 *
 * @param content what `session.open` returned: its sender is then known to be the partner
 * @returns the partner's fingerprint, authenticated; or `CALL_IDENTITY_MISMATCH`, upon which the call must end
 */
export function checkIdentity(
  content: MatchContent,
  expected: { readonly callId: string; readonly fingerprintFromSignalling: Uint8Array },
): E2eeResult<Uint8Array> {
  if (content.kind !== 'identity' || content.callId !== expected.callId) return IDENTITY_MISMATCH
  if (content.fingerprint.byteLength !== FINGERPRINT_BYTES) return IDENTITY_MISMATCH
  if (!sameBytes(content.fingerprint, expected.fingerprintFromSignalling)) return IDENTITY_MISMATCH
  return ok(content.fingerprint)
}
