import type * as E2ee from '@visavis/e2ee'
import { fail, fromB64, ok, toB64, type CallId, type ReportCategory, type Result } from '@visavis/wire'
import type { Api } from '../account/api.ts'
import type { ReportReceipt } from '../engine/types.ts'
import type { AttachedEvidence } from './types.ts'

const REPORT_KEY_BYTES = 32

type Deps = { readonly api: Api; readonly e2ee: Pick<typeof E2ee, 'sealFrameReport'> }

/**
 * Reports the partner of a call [T1], with the pictures the person chose [T3]. They are sealed to the moderators' key in the
 * name of who is signed in. If that cannot be done nothing is sent: a report that silently lost its pictures would be
 * another one than was pressed.
 */
export async function reportCall(
  deps: Deps,
  report: {
    readonly callId: CallId
    readonly category: ReportCategory
    readonly words: string | undefined
    readonly evidence: AttachedEvidence | undefined
  },
): Promise<Result<ReportReceipt>> {
  const { callId, category, words, evidence } = report
  const sealed = evidence && !isEmpty(evidence) ? await seal(deps, callId, evidence) : undefined
  if (sealed && !sealed.ok) return sealed
  return deps.api.call('createReport', {
    body: {
      callId,
      category,
      ...(words !== undefined && { words }),
      ...(sealed && { sealed: toB64(sealed.value) }),
      ...(evidence?.receipt && { receipt: toB64(evidence.receipt) }),
    },
  })
}

function isEmpty({ frames, stills, notes }: AttachedEvidence): boolean {
  return frames.length === 0 && stills.length === 0 && notes === ''
}

async function seal(
  { api, e2ee }: Deps,
  callId: CallId,
  { frames, stills, notes }: AttachedEvidence,
): Promise<Result<Uint8Array>> {
  const [key, session] = await Promise.all([api.call('getReportKey'), api.call('getSession')])
  if (!key.ok) return key
  if (!session.ok) return session
  if (!session.value.person) return fail('AUTH_REQUIRED')
  const publicKey = fromB64(key.value.publicKey)
  if (publicKey?.byteLength !== REPORT_KEY_BYTES) return fail('SERVER_INTERNAL')
  const reporter = session.value.person.accountId
  return ok(await e2ee.sealFrameReport({ publicKey, reporter, callId, frames, stills, notes }))
}
