import { fail, ok, type BlockId, type CallId, type ReportId } from '@visavis/wire'
import { expect, it } from 'vitest'
import type { Engine } from '../engine/types.ts'
import type { AttachedEvidence } from '../evidence/types.ts'
import { createReportModel } from './report-model.ts'

const callId = 'a-call' as CallId
const receipt = { reportId: 'a-report' as ReportId, answerByMs: 5, isVerified: true, faults: [] }

function setUp(attached: AttachedEvidence | undefined, answers: Awaited<ReturnType<Engine['report']>>[]) {
  const sent: Parameters<Engine['report']>[] = []
  const model = createReportModel({
    callId,
    engine: {
      report: async (...wish) => {
        sent.push(wish)
        return answers.shift() ?? fail('SERVER_INTERNAL')
      },
      block: async () => ok('a-block' as BlockId),
    },
    evidence: { attached: () => attached },
  })
  return { model, sent }
}

it('[T1] [T3] one press sends the category, the words and what is ticked at that moment', async () => {
  const attached: AttachedEvidence = { frames: [], stills: [], notes: '', receipt: Uint8Array.of(1) }
  const { model, sent } = setUp(attached, [ok(receipt)])
  const sending = model.send('nudity', '  hello ')
  expect(model.get()).toEqual({ kind: 'sending', category: 'nudity' })
  await Promise.all([sending, model.send('threat', '')])
  expect(sent).toEqual([[callId, 'nudity', 'hello', attached]])
  expect(model.get()).toEqual({ kind: 'sent', receipt, block: 'open' })
})

it('[T1] a report that did not arrive says so and can be pressed again', async () => {
  const { model, sent } = setUp(undefined, [fail('NETWORK_OFFLINE'), ok(receipt)])
  await model.send('other', '')
  expect(model.get()).toEqual({ kind: 'failed', category: 'other', code: 'NETWORK_OFFLINE' })
  await model.send('other', '')
  expect(model.get().kind).toBe('sent')
  expect(sent).toHaveLength(2)
  await model.block()
  expect(model.get()).toMatchObject({ kind: 'sent', block: 'done' })
})
