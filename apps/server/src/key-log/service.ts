import {
  appendLeaf,
  consistencyPath,
  deviceSetHash,
  entryLeaf,
  inclusionPath,
  LOG_ID_BYTES,
  peaksOf,
  type DeviceSet,
  type LogProof,
  type SignedCheckpoint,
} from '@visavis/e2ee'
import type { Clock, Random } from '@visavis/ports'
import { fail, ok, type AccountId, type Result } from '@visavis/wire'
import type { Kysely } from 'kysely'
import { createSigner } from './signer.ts'
import { createKeyLogStore, type KeyLogTables } from './store.ts'

/**
 * The public append-only log of device keys [K10]: every change of an account's devices or key becomes a leaf, and what
 * was shown once cannot be taken back unnoticed (e2ee SPEC EL). Appending and proving cost a few statements and as many
 * rows as the tree has levels. All reject when the storage is away.
 */
export type KeyLog = {
  /**
   * Within the transaction that changes the devices: both happen or neither. Appends wait for each other until the
   * transaction ends, so nothing else is done after it. The same set again appends nothing.
   */
  append(txn: Kysely<KeyLogTables>, accountId: AccountId, set: DeviceSet): Promise<void>
  checkpoint(): Promise<SignedCheckpoint & { readonly publicKey: Uint8Array }>
  /**
   * The latest entry of an account, and that the log grew out of the one with `fromSize` leaves: no hashes when that is
   * more than there are. Errors: NOT_FOUND for an account without entries. Who may ask is the caller's to decide.
   */
  prove(accountId: AccountId, fromSize: number): Promise<Result<LogProof>>
}

export type KeyLogDeps = {
  readonly db: Kysely<KeyLogTables>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly random: Pick<Random, 'bytes'>
  /** Of the Ed25519 key that signs checkpoints. */
  readonly seed: Uint8Array
}

export function createKeyLog(deps: KeyLogDeps): KeyLog {
  const { random } = deps
  const store = createKeyLogStore(deps.db)
  const signer = createSigner(deps)

  async function append(txn: Kysely<KeyLogTables>, accountId: AccountId, set: DeviceSet): Promise<void> {
    const within = createKeyLogStore(txn)
    const deviceSet = await deviceSetHash(set)
    const { size } = await within.headToAppend()
    const before = await within.entryOf(accountId)
    if (before && Buffer.from(before.deviceSet).equals(deviceSet)) return
    const logId = before?.logId ?? random.bytes(LOG_ID_BYTES)
    const entry = { logId, version: (before?.version ?? 0) + 1, deviceSet, previous: before?.index, index: size }
    const peaks = await within.nodes(peaksOf(size))
    const { nodes, root } = await appendLeaf(size, peaks, await entryLeaf(entry))
    await within.append({ accountId, entry, nodes, head: { size: size + 1, root } })
  }

  async function prove(accountId: AccountId, fromSize: number): Promise<Result<LogProof>> {
    const { head, entry } = await store.headAndEntry(accountId)
    if (!entry) return fail('NOT_FOUND')
    const { size } = head
    return ok({
      entry,
      inclusion: await inclusionPath(entry.index, size, store.nodes),
      consistency: fromSize <= size ? await consistencyPath(fromSize, size, store.nodes) : [],
      checkpoint: await signer.sign(head),
      publicKey: signer.publicKey,
    })
  }

  return {
    append,
    prove,
    checkpoint: async () => ({ ...(await signer.sign(await store.head())), publicKey: signer.publicKey }),
  }
}
