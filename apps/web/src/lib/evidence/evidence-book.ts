import { MINUTE, type Clock } from '@visavis/ports'
import type { CallId } from '@visavis/wire'
import { createCallEvidence, type CallEvidence, type CallEvidenceDeps } from './call-evidence.ts'
import type { EvidenceSource, FrameTap, KeptEvidence } from './types.ts'

/** How long after its end a call's pictures stay in memory, so that one can report who is already gone. */
export const EVIDENCE_AFTER_MS = 2 * MINUTE
/** The present call and the one before it. */
const CALLS_KEPT = 2

type Shared = Pick<CallEvidenceDeps, 'e2ee' | 'clock' | 'random' | 'log' | 'connection'>

export type EvidenceBook = {
  /** For a path with pictures that is being made; undefined where the browser shows no encoded frames. */
  openTap(): FrameTap | undefined
  /** The evidence of a new call. Wipes that of the next but one before it. */
  open(call: Pick<CallEvidenceDeps, 'tap' | 'found' | 'channel' | 'changed'>): CallEvidence
  /** What is kept of a call now, as copies; undefined when nothing is. */
  of(callId: CallId): Promise<KeptEvidence | undefined>
  /** Wipes everything. */
  close(): void
}

/** The evidence of the present call and of the last one, for as long as it is kept: in memory and nowhere else. */
export function createEvidenceBook(
  deps: Shared & { readonly source: EvidenceSource; readonly clock: Clock },
): EvidenceBook {
  type Page = { readonly callId: CallId; readonly evidence: CallEvidence; cancel: (() => void) | undefined }
  let pages: Page[] = []

  function tear(page: Page): void {
    pages = pages.filter((other) => other !== page)
    page.cancel?.()
    page.evidence.end()
    page.evidence.wipe()
  }

  return {
    openTap: () => deps.source.openTap(),
    open(call) {
      const evidence = createCallEvidence({ ...deps, ...call })
      const page: Page = { callId: call.found.callId, evidence, cancel: undefined }
      pages.push(page)
      for (const old of pages.slice(0, -CALLS_KEPT)) tear(old)
      return {
        ...evidence,
        end() {
          if (page.cancel || !pages.includes(page)) return
          evidence.end()
          page.cancel = deps.clock.after(EVIDENCE_AFTER_MS, () => tear(page))
        },
      }
    },
    of: async (callId) => pages.find((page) => page.callId === callId)?.evidence.kept(),
    close() {
      for (const page of pages) tear(page)
    },
  }
}
