import { sameBytes } from '../byte-codec.ts'
import { isHmac } from '../web-crypto.ts'
import { commitTo, decodeBody, type Body } from './body.ts'
import { REPORT_WINDOW_MS } from './limits.ts'
import { openReport, type ReportPlace } from './report.ts'
import { stampInput } from './stamp.ts'
import type { Evidence, ReportEntry, ReportFault, Verdict, VerifiedEntry } from './types.ts'

export type ReportToVerify = ReportPlace & {
  readonly privateKey: Uint8Array
  readonly sealed: Uint8Array
  /** The key of that day, 32 bytes, or undefined once it was destroyed. */
  readonly stampKey: (id: number) => Promise<Uint8Array | undefined>
  readonly nowMs: number
}
type Checked = VerifiedEntry & { readonly fault?: ReportFault; readonly body?: Body }
type Fault = Verdict['faults'][number]

/**
 * Opens a report and says what of it is proven (SPEC EF11-EF14). An entry is proven when the server's stamp for this
 * reporter is right and, if it is opened, the evidence fits the stamped commitment and place. Its sender is who the stamp
 * names, never a name inside the body. Faults of one entry do not hide the others; `order`, `gap` and `own-only` are
 * about the selection, and leave what is proven proven.
 *
 * Never throws for what the reporter sent; pure but for `stampKey`.
 *
 * @param report.reporter the account of the session that sent the report
 */
export async function openAndVerifyReport(report: ReportToVerify): Promise<Verdict> {
  const entries = await openReport(report.privateKey, report.sealed, report)
  if (entries === undefined) return { isVerified: false, faults: [{ fault: 'unreadable' }], entries: [] }
  const checked = await Promise.all(entries.map((entry) => checkEntry(report, entry)))
  const faults = [
    ...checked.flatMap(({ fault, stamped }): readonly Fault[] =>
      fault === undefined ? [] : [{ fault, position: stamped.position }],
    ),
    ...orderFaults(checked),
    ...chainFaults(checked),
  ]
  const isByOther = checked.some(
    ({ isProven, content, stamped }) => isProven && content !== undefined && stamped.senderAccount !== report.reporter,
  )
  if (!isByOther) faults.push({ fault: 'own-only' })
  return {
    isVerified: faults.length === 0,
    faults,
    entries: checked.map(({ stamped, isProven, content }) =>
      content === undefined ? { stamped, isProven } : { stamped, isProven, content },
    ),
  }
}

/** Content is told only once it is proven: what is not, may be anybody's words. */
async function checkEntry(report: ReportToVerify, { stamped, stamp, evidence }: ReportEntry): Promise<Checked> {
  const refused = (fault: ReportFault): Checked => ({ stamped, isProven: false, fault })
  if (stamped.conversationId !== report.conversationId) return refused('other-conversation')
  if (report.nowMs - stamped.sentAtMs > REPORT_WINDOW_MS) return refused('too-old')
  const key = await report.stampKey(stamped.stampKeyId)
  if (key === undefined) return refused('too-old')
  if (!(await isHmac(key, stampInput({ ...stamped, recipient: report.reporter }), stamp)))
    return refused((await isOfElsewhere(stamped, evidence)) ? 'other-conversation' : 'stamp')
  if (evidence === undefined) return { stamped, isProven: true }
  const commitment = await commitTo(evidence.frankingKey, evidence.body)
  if (!sameBytes(commitment, stamped.commitment)) return refused('commitment')
  const body = decodeBody(evidence.body)
  if (body === undefined || body.deviceId !== stamped.senderDevice) return refused('body')
  const { conversationId, generation } = body.group
  if (conversationId !== stamped.conversationId || generation !== stamped.generation)
    return refused('other-conversation')
  return { stamped, isProven: true, content: body.content, body }
}

/**
 * A message that was carried over from another conversation and given a place in this one: the commitment itself, which
 * its sender made for another conversation, gives it away. Only names what is refused already.
 */
async function isOfElsewhere(
  { commitment, conversationId }: Checked['stamped'],
  evidence?: Evidence,
): Promise<boolean> {
  if (evidence === undefined || !sameBytes(await commitTo(evidence.frankingKey, evidence.body), commitment))
    return false
  const body = decodeBody(evidence.body)
  return body !== undefined && body.group.conversationId !== conversationId
}

/** Positions rise by one and times never fall; a hole is told at the position after it. */
function orderFaults(entries: readonly Checked[]): readonly Fault[] {
  return entries.slice(1).flatMap(({ stamped }, index): readonly Fault[] => {
    const before = entries[index]?.stamped
    if (before === undefined) return []
    const { position } = stamped
    if (position <= before.position || stamped.sentAtMs < before.sentAtMs) return [{ fault: 'order', position }]
    return position === before.position + 1 ? [] : [{ fault: 'gap', position }]
  })
}

/**
 * The commitments of one device's messages form a chain, and stamps show commitments of withheld messages too. Where no
 * position is missing but the chain is broken, a message got lost before the server counted it. Told once per
 * message, and only where its neighbours are proven.
 */
function chainFaults(entries: readonly Checked[]): readonly Fault[] {
  const lastOf = new Map<string, Checked['stamped']>()
  const faults: Fault[] = []
  let expected: number | undefined
  for (const { stamped, isProven, body } of entries) {
    if (stamped.position !== expected || !isProven) lastOf.clear()
    expected = stamped.position + 1
    if (!isProven) continue
    const before = lastOf.get(stamped.senderDevice)
    if (before && body && !sameBytes(body.chain.previous, before.commitment))
      faults.push({ fault: 'gap', position: stamped.position })
    lastOf.set(stamped.senderDevice, stamped)
  }
  return faults
}
