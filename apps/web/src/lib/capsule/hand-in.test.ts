import { fail, ok, type CallId, type ReportId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import type { Engine } from '../engine/types.ts'
import { handIn } from './hand-in.ts'
import type { Submission } from './types.ts'

const CALL = 'c1' as CallId
const EVIDENCE = { frames: [], stills: [], notes: '+0 s Reported: hello', receipt: Uint8Array.of(7) }

function world(answer: Awaited<ReturnType<Engine['report']>>) {
  const sent: unknown[] = []
  const written: Submission[] = []
  const deps = {
    engine: {
      report: async (...input: Parameters<Engine['report']>) => {
        sent.push(input)
        return answer
      },
      serverNowMs: () => 50,
    },
    capsules: {
      submitted: async (_: CallId, submission: Submission) => {
        written.push(submission)
        return fail('VAULT_UNAVAILABLE')
      },
    },
  }
  return { sent, written, hand: () => handIn(deps, { callId: CALL, category: 'hate', evidence: EVIDENCE }) }
}

describe('handing kept evidence in', () => {
  it('[S16] sends what was ticked, and gives the receipt even when it could not be written down', async () => {
    const fault = { fault: 'stamp' as const, count: 1 }
    const { hand, sent, written } = world(
      ok({ reportId: 'r1' as ReportId, answerByMs: 99, isVerified: false, faults: [fault, { ...fault, count: 2 }] }),
    )
    const submission = { reportId: 'r1', answerByMs: 99, atMs: 50, isVerified: false, faults: ['stamp'] }
    expect(await hand()).toEqual({ ok: true, value: submission })
    expect(sent).toEqual([[CALL, 'hate', undefined, EVIDENCE]])
    expect(written).toEqual([submission])
  })
  it('[S16] a refusal is given as it is, and nothing is written down', async () => {
    const { hand, written } = world(fail('NETWORK_OFFLINE'))
    expect(await hand()).toMatchObject({ ok: false, code: 'NETWORK_OFFLINE' })
    expect(written).toEqual([])
  })
})
