import { sameBytes } from '../byte-codec.ts'
import { verifyCheckpoint, type SignedCheckpoint } from './checkpoint.ts'
import { entryLeaf, isPlacedEntry, mayFollow, type PlacedEntry } from './leaf.ts'
import { verifyConsistency, verifyInclusion } from './verify.ts'

/** What the server answers about an account: its latest entry, and that the log it showed before begins this one. */
export type LogProof = {
  readonly entry: PlacedEntry
  readonly inclusion: readonly Uint8Array[]
  /** From the checkpoint that the asker knew. */
  readonly consistency: readonly Uint8Array[]
  readonly checkpoint: SignedCheckpoint
  /** The log's Ed25519 key. */
  readonly publicKey: Uint8Array
}

/** What a device remembers, each undefined at first: the log as it saw it last, and its last entry of this account. */
export type LogKnowledge = {
  readonly checkpoint?: SignedCheckpoint | undefined
  readonly publicKey?: Uint8Array | undefined
  readonly entry?: PlacedEntry | undefined
}

/**
 * Whether an answer fits itself and everything that was seen of the log before: signed by the same key, grown out of the
 * checkpoint that is known, the entry in it, and nothing of the account's entries taken back. What was known and what is
 * refused here are together the proof that the operator has shown two histories. Never throws, whatever the bytes.
 * Whether the entry's device set is that of the account, the caller compares. SPEC EL6.
 */
export async function verifyLogProof(proof: LogProof, known: LogKnowledge): Promise<boolean> {
  const { checkpoint, consistency, entry, inclusion, publicKey } = proof
  if (known.publicKey && !sameBytes(known.publicKey, publicKey)) return false
  if (!isPlacedEntry(entry) || (known.entry && !mayFollow(known.entry, entry))) return false
  if (!(await verifyCheckpoint(publicKey, checkpoint))) return false
  const earlier = known.checkpoint
  if (earlier && !(await verifyConsistency({ earlier, later: checkpoint, path: consistency }))) return false
  return verifyInclusion({ index: entry.index, leaf: await entryLeaf(entry), tree: checkpoint, path: inclusion })
}
