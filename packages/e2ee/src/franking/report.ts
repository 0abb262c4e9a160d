import { createByteReader, createByteWriter, type ByteReader } from '../byte-codec.ts'
import { boxKeysFrom, openBox, sealTo, type BoxKeys } from '../sealed-box.ts'
import { HASH_BYTES, KEY_BYTES } from '../web-crypto.ts'
import * as limits from './limits.ts'
import type { Evidence, ReportEntry } from './types.ts'

/**
 * A report as bytes, sealed to the moderators' key (SPEC EF10). Format: version u8 | number of entries u8 | for each:
 * what the server said, its stamp, and 0, or 1 with franking key and body (u32 length).
 */
const VERSION = 1
const INFO = new TextEncoder().encode('visavis/report/1')
const ABOUT_LABEL = 'visavis/report/about/1'

/** Whose report, and about which conversation: bound into the sealing. */
export type ReportPlace = { readonly reporter: string; readonly conversationId: string }

/** The moderators' keys: X25519, the same for the same 32-byte seed. */
export function createReportKeys(seed: Uint8Array): Promise<BoxKeys> {
  return boxKeysFrom(seed)
}

/**
 * Seals chosen messages for the moderators. Entries without `evidence` only show that a message was there. Nothing but
 * what is in `entries` leaves the device.
 *
 * @param report.publicKey 32 bytes, from the server: whoever owns it reads the report
 * @param report.entries 1 to 40, in the order of their positions
 * @throws RangeError on values outside their bounds
 */
export async function sealReport(
  report: ReportPlace & { readonly publicKey: Uint8Array; readonly entries: readonly ReportEntry[] },
): Promise<Uint8Array> {
  return sealTo(report.publicKey, encodeReport(report.entries), boxFor(report))
}

/** The entries, or undefined for anything that `sealReport` would not have made for this place. */
export async function openReport(
  privateKey: Uint8Array,
  sealed: Uint8Array,
  place: ReportPlace,
): Promise<readonly ReportEntry[] | undefined> {
  if (sealed.byteLength > limits.SEALED_REPORT_BYTES_MAX) return undefined
  const plain = await openBox(privateKey, sealed, boxFor(place))
  return plain && decodeReport(plain)
}

function boxFor({ reporter, conversationId }: ReportPlace) {
  const about = createByteWriter().text(ABOUT_LABEL, limits.ID_BYTES_MAX).text(reporter, limits.ID_BYTES_MAX)
  return { cipher: 'aes-128', info: INFO, additional: about.text(conversationId, limits.ID_BYTES_MAX).bytes() } as const
}

export function encodeReport(entries: readonly ReportEntry[]): Uint8Array {
  if (entries.length === 0 || entries.length > limits.REPORT_ENTRIES_MAX) throw new RangeError('bad report length')
  const writer = createByteWriter().u8(VERSION).u8(entries.length)
  for (const { stamped, stamp, evidence } of entries) {
    const { stampKeyId, senderAccount, senderDevice, conversationId, generation, position, sentAtMs } = stamped
    if ([senderAccount, senderDevice, conversationId].includes('')) throw new RangeError('an id is empty')
    if (stamped.commitment.byteLength !== HASH_BYTES || stamp.byteLength !== limits.STAMP_BYTES)
      throw new RangeError('bad stamp')
    writer.u32(stampKeyId)
    for (const id of [senderAccount, senderDevice, conversationId]) writer.text(id, limits.ID_BYTES_MAX)
    writer.u64(generation).u64(position).u64(sentAtMs).raw(stamped.commitment).raw(stamp)
    writer.u8(evidence === undefined ? 0 : 1)
    if (evidence === undefined) continue
    if (evidence.frankingKey.byteLength !== KEY_BYTES) throw new RangeError('bad franking key')
    writer.raw(evidence.frankingKey).v32(evidence.body, limits.BODY_BYTES_MAX)
  }
  return writer.bytes()
}

export function decodeReport(bytes: Uint8Array): readonly ReportEntry[] | undefined {
  const reader = createByteReader(bytes)
  const version = reader.u8()
  const count = reader.u8()
  if (version !== VERSION || count === 0 || count > limits.REPORT_ENTRIES_MAX) return undefined
  const entries: ReportEntry[] = []
  for (let at = 0; at < count; at += 1) {
    const entry = readEntry(reader)
    if (entry === undefined) return undefined
    entries.push(entry)
  }
  return reader.end() ? entries : undefined
}

function readEntry(reader: ByteReader): ReportEntry | undefined {
  const stamped = {
    stampKeyId: reader.u32(),
    senderAccount: reader.text(limits.ID_BYTES_MAX),
    senderDevice: reader.text(limits.ID_BYTES_MAX),
    conversationId: reader.text(limits.ID_BYTES_MAX),
    generation: reader.u64(),
    position: reader.u64(),
    sentAtMs: reader.u64(),
    commitment: reader.raw(HASH_BYTES),
  }
  const stamp = reader.raw(limits.STAMP_BYTES)
  const has = reader.u8()
  if ([stamped.senderAccount, stamped.senderDevice, stamped.conversationId].includes('') || has > 1) return undefined
  if (has === 0) return { stamped, stamp }
  const evidence: Evidence = { frankingKey: reader.raw(KEY_BYTES), body: reader.v32(limits.BODY_BYTES_MAX) }
  return { stamped, stamp, evidence }
}
