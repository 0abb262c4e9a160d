import { createHmac } from 'node:crypto'
import type { ReportEntry } from '@visavis/e2ee'

/** What who lies can do with the entries of a report: all that needs no key of the server's. */

type Opened = ReportEntry & Required<Pick<ReportEntry, 'evidence'>>

/** The opened entry with these words, and its place in the report. */
export function entryWith(entries: readonly ReportEntry[], words: string): Opened & { readonly at: number } {
  const at = entries.findIndex(({ evidence }) => evidence && Buffer.from(evidence.body).includes(words))
  const { stamped, stamp, evidence } = entries[at] ?? {}
  if (!stamped || !stamp || !evidence) throw new Error(`nothing says ${words}`)
  return { stamped, stamp, evidence, at }
}

/** The same evidence with other words; they have to be as long. */
export function reworded({ evidence }: Opened, from: string, to: string): Opened['evidence'] {
  const body = Buffer.from(evidence.body)
  const at = body.indexOf(from)
  if (at === -1 || Buffer.byteLength(to) !== Buffer.byteLength(from)) throw new Error('these words do not fit')
  body.write(to, at)
  return { frankingKey: evidence.frankingKey, body: new Uint8Array(body) }
}

/** The commitment that fits this evidence (e2ee SPEC EF8). */
export function commitmentOf(evidence: Opened['evidence']): Uint8Array {
  const label = 'visavis/franking/commit/1\0'
  return new Uint8Array(createHmac('sha256', evidence.frankingKey).update(label).update(evidence.body).digest())
}
