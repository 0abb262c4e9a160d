import assert from 'node:assert/strict'
import type { AccountId } from '@visavis/wire'
import type { StoredEntry, StoredMessage } from './stored.ts'

/**
 * What an entry says beside its bytes, as one column: seven columns more would cost a third more per row, and nothing of it
 * is ever searched for. Layout, big endian: `generation u32 | epoch u32 | sender account [16]` and for messages
 * `stamp key id u32 | commitment [32] | stamp [32]`.
 */
const STEP_BYTES = 24
const MESSAGE_BYTES = 92
const [ACCOUNT_AT, KEY_ID_AT, COMMITMENT_AT, STAMP_AT] = [8, 24, 28, 60]

type Head = Pick<StoredEntry, 'generation' | 'epoch' | 'senderAccount' | 'stamping'>

/** Empty for messages of calls. */
export function encodeHead(row: StoredMessage): Uint8Array {
  if (row.kind === 'call') return new Uint8Array(0)
  const { stamping } = row
  const head = Buffer.alloc(stamping ? MESSAGE_BYTES : STEP_BYTES)
  head.writeUInt32BE(row.generation, 0)
  head.writeUInt32BE(row.epoch, 4)
  head.write(row.senderAccount.replaceAll('-', ''), ACCOUNT_AT, 'hex')
  if (!stamping) return head
  head.writeUInt32BE(stamping.keyId, KEY_ID_AT)
  head.set(stamping.commitment, COMMITMENT_AT)
  head.set(stamping.stamp, STAMP_AT)
  return head
}

/** Throws on anything but what `encodeHead` wrote: only this server writes the column. */
export function decodeHead(bytes: Uint8Array): Head {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  assert(head.byteLength === STEP_BYTES || head.byteLength === MESSAGE_BYTES, 'an entry has a head of another length')
  const hex = head.toString('hex', ACCOUNT_AT, KEY_ID_AT)
  const account = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  const step = {
    generation: head.readUInt32BE(0),
    epoch: head.readUInt32BE(4),
    senderAccount: account as AccountId,
  }
  if (head.byteLength === STEP_BYTES) return step
  const stamping = {
    keyId: head.readUInt32BE(KEY_ID_AT),
    commitment: new Uint8Array(head.subarray(COMMITMENT_AT, STAMP_AT)),
    stamp: new Uint8Array(head.subarray(STAMP_AT)),
  }
  return { ...step, stamping }
}
