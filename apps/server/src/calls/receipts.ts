import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { DAY, type Random } from '@visavis/ports'
import {
  accountId as accountIdSchema,
  CALL_RECEIPT_DAYS,
  MODES,
  type AccountId,
  type CallId,
  type Mode,
} from '@visavis/wire'

/** Whom somebody met in a call, and when. */
export type Met = { readonly accountId: AccountId; readonly mode: Mode; readonly startedAtMs: number }

/**
 * Receipts of calls: what we would have to remember to let somebody report a call later, given to that person to keep. Sealed,
 * so that its holder does not learn who the partner is: AES-256-GCM (NIST SP 800-38D) under a key of that call's own
 * (HKDF-SHA-256, RFC 5869), with a random nonce, bound to call and holder. `version u8 | nonce[12] | ciphertext | tag[16]`.
 */
export type CallReceipts = {
  issue(callId: CallId, holder: AccountId, met: Met): Uint8Array<ArrayBuffer>
  /** Undefined for what this server did not give this holder for this call, and after `CALL_RECEIPT_DAYS`. */
  open(receipt: Uint8Array, callId: CallId, holder: AccountId, nowMs: number): Met | undefined
}

const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32
const TIME_BYTES = 8

export function createCallReceipts(deps: { key: Uint8Array; random: Random }): CallReceipts {
  const keyOf = (callId: CallId) =>
    Buffer.from(hkdfSync('sha256', deps.key, 'visavis/1', `receipt ${callId}`, KEY_BYTES))
  const boundTo = (callId: CallId, holder: AccountId) => Buffer.from(`call-receipt ${callId} ${holder}`)

  return {
    issue(callId, holder, met) {
      const nonce = deps.random.bytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', keyOf(callId), nonce).setAAD(boundTo(callId, holder))
      const body = Buffer.concat([cipher.update(encode(met)), cipher.final()])
      return new Uint8Array(Buffer.concat([Uint8Array.of(VERSION), nonce, body, cipher.getAuthTag()]))
    },

    open(receipt, callId, holder, nowMs) {
      if (receipt[0] !== VERSION || receipt.byteLength < 1 + NONCE_BYTES + TAG_BYTES) return undefined
      const nonce = receipt.subarray(1, 1 + NONCE_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', keyOf(callId), nonce).setAAD(boundTo(callId, holder))
      decipher.setAuthTag(receipt.subarray(-TAG_BYTES))
      let plain: Buffer
      try {
        plain = Buffer.concat([decipher.update(receipt.subarray(1 + NONCE_BYTES, -TAG_BYTES)), decipher.final()])
      } catch {
        return undefined
      }
      const met = decode(plain)
      return met && nowMs - met.startedAtMs <= CALL_RECEIPT_DAYS * DAY ? met : undefined
    },
  }
}

/** `started at u64 | mode u8 | partner`. */
function encode({ accountId, mode, startedAtMs }: Met): Buffer {
  const head = Buffer.alloc(TIME_BYTES + 1)
  head.writeBigUInt64BE(BigInt(startedAtMs))
  head.writeUInt8(MODES.indexOf(mode), TIME_BYTES)
  return Buffer.concat([head, Buffer.from(accountId)])
}

function decode(plain: Buffer): Met | undefined {
  if (plain.byteLength <= TIME_BYTES) return undefined
  const mode = MODES[plain.readUInt8(TIME_BYTES)]
  const account = accountIdSchema.safeParse(plain.toString('utf8', TIME_BYTES + 1))
  if (!mode || !account.success) return undefined
  return { accountId: account.data, mode, startedAtMs: Number(plain.readBigUInt64BE()) }
}
