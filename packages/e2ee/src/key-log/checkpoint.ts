import { statement } from '../devices/credential.ts'
import { isSignedBy, sign } from '../devices/ed25519.ts'
import { HASH_BYTES } from '../web-crypto.ts'
import type { LogTree } from './verify.ts'

const CHECKPOINT_LABEL = 'visavis/key-log/checkpoint/1'

/** What the operator says of the whole log at one time, and cannot take back: the signature proves that it said so. */
export type Checkpoint = LogTree & { readonly atMs: number }
export type SignedCheckpoint = Checkpoint & { readonly signature: Uint8Array }

/** label | size u64 | root | time in ms u64. SPEC EL5. */
function encodeCheckpoint({ atMs, root, size }: Checkpoint): Uint8Array {
  return statement(CHECKPOINT_LABEL, []).u64(size).raw(root).u64(atMs).bytes()
}

/** @param privateKey an Ed25519 seed (RFC 8032), 32 bytes */
export function signCheckpoint(privateKey: Uint8Array, checkpoint: Checkpoint): Promise<Uint8Array> {
  return sign(privateKey, encodeCheckpoint(checkpoint))
}

/** Whether the key signed this. False also for what is none. */
export async function verifyCheckpoint(publicKey: Uint8Array, checkpoint: SignedCheckpoint): Promise<boolean> {
  const { atMs, root, size } = checkpoint
  const isWellFormed = [size, atMs].every((value) => Number.isSafeInteger(value) && value >= 0)
  if (!isWellFormed || root.byteLength !== HASH_BYTES) return false
  return isSignedBy(publicKey, encodeCheckpoint(checkpoint), checkpoint.signature)
}
