import { ok, type CallId, type ReportCategory, type Result } from '@visavis/wire'
import type { Engine } from '../engine/types.ts'
import type { AttachedEvidence } from '../evidence/types.ts'
import type { Capsules } from './capsules.ts'
import type { Submission } from './types.ts'

/**
 * Reports the person of a capsule with what was ticked of it, and writes down what came of it. When that cannot be written
 * down the report stands all the same, and its receipt is given.
 */
export async function handIn(
  deps: {
    readonly engine: Pick<Engine, 'report' | 'serverNowMs'>
    readonly capsules: Pick<Capsules, 'submitted'>
  },
  report: { readonly callId: CallId; readonly category: ReportCategory; readonly evidence: AttachedEvidence },
): Promise<Result<Submission>> {
  const { callId, category, evidence } = report
  const answer = await deps.engine.report(callId, category, undefined, evidence)
  if (!answer.ok) return answer
  const { reportId, answerByMs, isVerified, faults = [] } = answer.value
  const submission: Submission = {
    reportId,
    answerByMs,
    atMs: deps.engine.serverNowMs(),
    ...(isVerified !== undefined && { isVerified }),
    faults: [...new Set(faults.map(({ fault }) => fault))],
  }
  await deps.capsules.submitted(callId, submission)
  return ok(submission)
}
