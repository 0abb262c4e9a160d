import * as z from 'zod/mini'
import { accountId } from './ids.ts'
import { b64, timeMs } from './values.ts'

const hash = b64(32)
/** Leaves of the log, and places in it; not bounded by 32 bits. */
const leaves = z.number().check(z.int(), z.minimum(0))
/** A path has at most one hash for each level, on either side. */
const path = z.array(hash).check(z.maxLength(128))

/** What the operator says of the whole log, signed (e2ee SPEC, key log). */
const checkpoint = z.object({
  size: leaves,
  root: hash,
  atMs: timeMs,
  signature: b64(64),
  /** The log's own Ed25519 key. */
  publicKey: b64(32),
})

/** The public append-only log of device keys [K10]. It holds hashes only, and says nothing of whose they are. */
export const KEY_LOG_ROUTES = {
  /** For whoever wants to keep watch from outside: a later one must grow out of it. */
  getLogCheckpoint: { method: 'GET', path: '/api/key-log', who: 'anyone', response: checkpoint },
  /**
   * The latest entry of an account, for itself and for people it is in touch or in a conversation with; and that the log
   * grew out of the one with `fromSize` leaves. Errors: NOT_FOUND for anybody else, and for an account without devices.
   */
  proveDevices: {
    method: 'POST',
    path: '/api/key-log/proofs',
    who: 'person',
    request: z.strictObject({ accountId, fromSize: leaves }),
    response: z.object({
      logId: hash,
      version: leaves,
      deviceSet: hash,
      /** Null for the account's first entry. */
      previous: z.nullable(leaves),
      index: leaves,
      inclusion: path,
      /** Empty when `fromSize` is 0 or more than there is now. */
      consistency: path,
      checkpoint,
    }),
  },
} as const
