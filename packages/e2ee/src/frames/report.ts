import { createByteReader, createByteWriter, type ByteReader } from '../byte-codec.ts'
import { ID_BYTES_MAX, SEALED_REPORT_BYTES_MAX, STAMP_BYTES } from '../franking/limits.ts'
import { openBox, sealTo } from '../sealed-box.ts'
import { HASH_BYTES, KEY_BYTES } from '../web-crypto.ts'
import { ROLE_BYTES } from './commitments.ts'
import { stillMime } from './key-frame.ts'
import * as limits from './limits.ts'
import type { CallRole, FrameEvidence, FrameReport } from './types.ts'

/**
 * Chosen key frames of a call as bytes, sealed to the moderators' key (SPEC EV5). Format: version u8 | number of frames u8 |
 * for each: call | role u8 | count u64 | time u64 | key id u32 | stamp | commitment | franking key | frame (u32 length) |
 * number of stills u8 | each with a u32 length | notes. Texts are UTF-8 with a 16-bit length.
 */
const VERSION = 1
const INFO = new TextEncoder().encode('visavis/frames/report/1')
const ABOUT_LABEL = 'visavis/frames/report/about/1'
const U32 = 2 ** 32

/** Whose report, and about which call: bound into the sealing. */
export type FrameReportPlace = { readonly reporter: string; readonly callId: string }

/**
 * Seals chosen key frames, stills and notes for the moderators; nothing else leaves the device.
 *
 * @param report.publicKey 32 bytes, from the server: the same as for reports of messages
 * @throws RangeError unless `isFrameReport`
 */
export async function sealFrameReport(
  report: FrameReportPlace & FrameReport & { readonly publicKey: Uint8Array },
): Promise<Uint8Array> {
  return sealTo(report.publicKey, encodeFrameReport(report), boxFor(report))
}

/** What was sealed, or undefined for anything that `sealFrameReport` would not have made for this place. */
export async function openFrameReport(
  privateKey: Uint8Array,
  sealed: Uint8Array,
  place: FrameReportPlace,
): Promise<FrameReport | undefined> {
  if (sealed.byteLength > SEALED_REPORT_BYTES_MAX) return undefined
  const plain = await openBox(privateKey, sealed, boxFor(place))
  return plain && decodeFrameReport(plain)
}

function boxFor({ reporter, callId }: FrameReportPlace) {
  const about = createByteWriter().text(ABOUT_LABEL, ID_BYTES_MAX).text(reporter, ID_BYTES_MAX)
  return { cipher: 'aes-128', info: INFO, additional: about.text(callId, ID_BYTES_MAX).bytes() } as const
}

/** Whether a report keeps every bound, so that it can be sealed. */
export function isFrameReport({ frames, stills, notes }: FrameReport): boolean {
  if (frames.length > limits.REPORT_FRAMES_MAX || stills.length > limits.REPORT_STILLS_MAX) return false
  const pictures = [...frames.map(({ frame }) => frame), ...stills]
  const picturesBytes = pictures.reduce((sum, { byteLength }) => sum + byteLength, 0)
  return (
    picturesBytes <= limits.REPORT_PICTURES_BYTES_MAX &&
    frames.every(isEvidence) &&
    stills.every((still) => still.byteLength <= limits.REPORT_STILL_BYTES_MAX && stillMime(still) !== undefined) &&
    textBytes(notes) <= limits.REPORT_NOTES_BYTES_MAX
  )
}

/** Bounds only: whether it proves anything is the server's to find. */
function isEvidence(evidence: FrameEvidence): boolean {
  const { callId, count, atMs, stampKeyId, stamp, commitment, frankingKey, frame } = evidence
  const isWithin = (value: number, min: number, max: number) =>
    Number.isSafeInteger(value) && value >= min && value <= max
  return (
    callId !== '' &&
    textBytes(callId) <= ID_BYTES_MAX &&
    isWithin(count, 1, limits.FRAME_COUNT_MAX) &&
    isWithin(atMs, 0, Number.MAX_SAFE_INTEGER) &&
    isWithin(stampKeyId, 0, U32 - 1) &&
    stamp.byteLength === STAMP_BYTES &&
    commitment.byteLength === HASH_BYTES &&
    frankingKey.byteLength === KEY_BYTES &&
    frame.byteLength <= limits.KEY_FRAME_BYTES_MAX
  )
}

function textBytes(text: string): number {
  return new TextEncoder().encode(text).byteLength
}

export function encodeFrameReport(report: FrameReport): Uint8Array {
  if (!isFrameReport(report)) throw new RangeError('a report of frames outside its bounds')
  const writer = createByteWriter().u8(VERSION).u8(report.frames.length)
  for (const evidence of report.frames) {
    writer.text(evidence.callId, ID_BYTES_MAX).u8(ROLE_BYTES[evidence.sender])
    writer.u64(evidence.count).u64(evidence.atMs).u32(evidence.stampKeyId)
    writer.raw(evidence.stamp).raw(evidence.commitment).raw(evidence.frankingKey)
    writer.v32(evidence.frame, limits.KEY_FRAME_BYTES_MAX)
  }
  writer.u8(report.stills.length)
  for (const still of report.stills) writer.v32(still, limits.REPORT_STILL_BYTES_MAX)
  return writer.text(report.notes, limits.REPORT_NOTES_BYTES_MAX).bytes()
}

export function decodeFrameReport(bytes: Uint8Array): FrameReport | undefined {
  const reader = createByteReader(bytes)
  if (reader.u8() !== VERSION) return undefined
  const frames = readList(reader, limits.REPORT_FRAMES_MAX, readEvidence)
  const stills = readList(reader, limits.REPORT_STILLS_MAX, () => reader.v32(limits.REPORT_STILL_BYTES_MAX))
  const notes = reader.text(limits.REPORT_NOTES_BYTES_MAX)
  if (!reader.end() || frames === undefined || stills === undefined) return undefined
  const report = { frames, stills, notes }
  return isFrameReport(report) ? report : undefined
}

function readList<T>(
  reader: ByteReader,
  lengthMax: number,
  read: (reader: ByteReader) => T | undefined,
): readonly T[] | undefined {
  const length = reader.u8()
  if (length > lengthMax) return undefined
  const items: T[] = []
  for (let at = 0; at < length; at += 1) {
    const item = read(reader)
    if (item === undefined) return undefined
    items.push(item)
  }
  return items
}

function readEvidence(reader: ByteReader): FrameEvidence | undefined {
  const callId = reader.text(ID_BYTES_MAX)
  const role = reader.u8()
  const sender = (['creator', 'joiner'] satisfies CallRole[]).find((each) => ROLE_BYTES[each] === role)
  if (sender === undefined) return undefined
  return {
    callId,
    sender,
    count: reader.u64(),
    atMs: reader.u64(),
    stampKeyId: reader.u32(),
    stamp: reader.raw(STAMP_BYTES),
    commitment: reader.raw(HASH_BYTES),
    frankingKey: reader.raw(KEY_BYTES),
    frame: reader.v32(limits.KEY_FRAME_BYTES_MAX),
  }
}
