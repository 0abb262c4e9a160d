import { stillMime, stillOf, type FrameReportToVerify, type FrameVerdict } from '@visavis/e2ee'
import { fail, ok, toB64, type ReportId, type Result, type RouteResponse } from '@visavis/wire'
import { frameVerdictWords } from './frame-verdict-words.ts'
import type { ReportKeys } from './report-keys.ts'
import { subjectOf } from './service.ts'
import type { ReportStore } from './store.ts'
import type { CallReport } from './types.ts'
import type { WordsSeal } from './words-seal.ts'

export type CallEvidenceDeps = {
  readonly store: Pick<ReportStore, 'findCall'>
  readonly seal: WordsSeal
  readonly keys: ReportKeys
  readonly verify: (report: FrameReportToVerify) => Promise<FrameVerdict>
  /** The key of that day's stamps; undefined once it was destroyed. */
  readonly stampKey: FrameReportToVerify['stampKey']
}

/**
 * Evidence of calls [T3]: key frames that the reporter chose to seal to the moderators, and nothing else of the call. Kept as it
 * was sealed. Who is accused follows from the call, never from what the reporter says. See e2ee SPEC EV5-EV9.
 */
export type CallEvidence = {
  /** Says what of it is proven at that time. Rejects only when the keys of the stamps cannot be had. */
  check(
    report: Pick<CallReport, 'reporter' | 'reported' | 'callId'>,
    sealed: Uint8Array,
    receivedAtMs: number,
  ): Promise<FrameVerdict>
  /** The evidence of one report, opened and verified again. Errors: NOT_FOUND, also for a report without evidence. */
  read(reportId: ReportId): Promise<Result<RouteResponse<'readCallReport'>>>
}

export function createCallEvidence(deps: CallEvidenceDeps): CallEvidence {
  const { store, seal } = deps

  const check: CallEvidence['check'] = async ({ reporter, reported, callId }, sealed, receivedAtMs) => {
    const { privateKey } = await deps.keys()
    const { stampKey } = deps
    return deps.verify({ privateKey, sealed, reporter, accused: reported, callId, stampKey, nowMs: receivedAtMs })
  }

  return {
    check,

    async read(reportId) {
      const found = await store.findCall(reportId)
      if (!found) return fail('NOT_FOUND')
      const { report, evidence } = found
      const { reporter, reported, callId, mode, callStartedAtMs, category, createdAtMs, answerByMs } = report
      const { frames, stills, notes } = await check(report, evidence.sealed, evidence.receivedAtMs)
      const isVerified = report.isVerified ?? false
      const about = { reportId, reporter, reported, callId, mode, callStartedAtMs, category, createdAtMs, answerByMs }
      return ok({
        ...about,
        boundaries: report.boundaries ?? null,
        words: (report.words && seal.open(subjectOf(report), report.words)) ?? null,
        // As it was found when it came: the keys of its stamps may have been destroyed since.
        isVerified,
        faults: [...evidence.faults],
        verdict: frameVerdictWords(isVerified, evidence.faults),
        frames: frames.map(({ count, atMs, isProven, frame }) => {
          const still = frame && stillOf(frame)
          return { count, atMs, isProven, webp: still ? toB64(still) : null }
        }),
        unprovenStills: stills.flatMap((still) => {
          const mime = stillMime(still)
          return mime ? [{ mime, image: toB64(still) }] : []
        }),
        unprovenNotes: notes === '' ? null : notes,
      })
    },
  }
}
