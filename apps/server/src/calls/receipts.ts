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
import { decodeBoundaries, encodeBoundaries, type Agreed } from './boundaries.ts'

/** Whom somebody met in a call, when, and what both had chosen before; unknown for calls from before that was kept. */
export type Met = {
  readonly accountId: AccountId
  readonly mode: Mode
  readonly startedAtMs: number
  readonly agreed: Agreed | undefined
}

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

const VERSION = 2
/** Without boundaries; those issued before are good for their 30 days. */
const VERSION_BARE = 1
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
      const version = receipt[0]
      if (version !== VERSION && version !== VERSION_BARE) return undefined
      if (receipt.byteLength < 1 + NONCE_BYTES + TAG_BYTES) return undefined
      const nonce = receipt.subarray(1, 1 + NONCE_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', keyOf(callId), nonce).setAAD(boundTo(callId, holder))
      decipher.setAuthTag(receipt.subarray(-TAG_BYTES))
      let plain: Buffer
      try {
        plain = Buffer.concat([decipher.update(receipt.subarray(1 + NONCE_BYTES, -TAG_BYTES)), decipher.final()])
      } catch {
        return undefined
      }
      const met = version === VERSION ? decode(plain) : decodeBare(plain)
      return met && nowMs - met.startedAtMs <= CALL_RECEIPT_DAYS * DAY ? met : undefined
    },
  }
}

/** `started at u64 | mode u8 | letters u8 | own boundaries | the partner's boundaries | partner`; both of `letters` letters. */
function encode({ accountId, mode, startedAtMs, agreed }: Met): Buffer {
  const head = Buffer.alloc(TIME_BYTES + 2)
  head.writeBigUInt64BE(BigInt(startedAtMs))
  head.writeUInt8(MODES.indexOf(mode), TIME_BYTES)
  const [mine, theirs] = agreed ? [encodeBoundaries(agreed.mine), encodeBoundaries(agreed.theirs)] : ['', '']
  head.writeUInt8(mine.length, TIME_BYTES + 1)
  return Buffer.concat([head, Buffer.from(mine + theirs + accountId)])
}

function decode(plain: Buffer): Met | undefined {
  if (plain.byteLength < TIME_BYTES + 2) return undefined
  const letters = plain.readUInt8(TIME_BYTES + 1)
  const text = plain.toString('utf8', TIME_BYTES + 2)
  const [mine, theirs] = [text.slice(0, letters), text.slice(letters, 2 * letters)].map(decodeBoundaries)
  const agreed = mine && theirs ? { mine, theirs } : undefined
  return metOf(plain, text.slice(2 * letters), agreed)
}

/** `started at u64 | mode u8 | partner`. */
function decodeBare(plain: Buffer): Met | undefined {
  return plain.byteLength > TIME_BYTES ? metOf(plain, plain.toString('utf8', TIME_BYTES + 1), undefined) : undefined
}

function metOf(plain: Buffer, partner: string, agreed: Agreed | undefined): Met | undefined {
  const mode = MODES[plain.readUInt8(TIME_BYTES)]
  const account = accountIdSchema.safeParse(partner)
  if (!mode || !account.success) return undefined
  return { accountId: account.data, mode, startedAtMs: Number(plain.readBigUInt64BE()), agreed }
}
