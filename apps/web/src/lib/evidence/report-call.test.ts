import * as e2ee from '@visavis/e2ee'
import { fail, fromB64, ok, toB64, type CallId } from '@visavis/wire'
import { expect, it } from 'vitest'
import type { Api } from '../account/api.ts'
import { keyFrame } from '../engine/sim/fake-taps.ts'
import { reportCall } from './report-call.ts'
import type { AttachedEvidence } from './types.ts'

const callId = 'f2a1c0de-0000-4000-8000-000000000001' as CallId
const REPORTER = 'f2a1c0de-0000-4000-8000-000000000002'
const bytes = (length: number) => new Uint8Array(length)
const evidence: AttachedEvidence = {
  frames: [
    {
      callId,
      sender: 'creator',
      count: 1,
      atMs: 5,
      stampKeyId: 1,
      stamp: bytes(32),
      commitment: bytes(32),
      frankingKey: bytes(32),
      frame: keyFrame(1).bytes,
    },
  ],
  stills: [],
  notes: 'what was said',
  receipt: Uint8Array.of(1, 2, 3),
}

/** The server's side of the calls that a report makes. */
async function world(answers: Partial<Record<string, unknown>> = {}) {
  const keys = await e2ee.createReportKeys(new Uint8Array(32).fill(5))
  const sent: { callId: CallId; category: string; sealed?: string; receipt?: string; words?: string }[] = []
  const given: Record<string, unknown> = {
    getReportKey: ok({ publicKey: toB64(keys.publicKey) }),
    getSession: ok({ person: { accountId: REPORTER } }),
    createReport: ok({ reportId: 'r', answerByMs: 1, isVerified: true, faults: [] }),
    ...answers,
  }
  const api = {
    call: async (name: string, input?: { body?: (typeof sent)[number] }) => {
      if (name === 'createReport' && input?.body) sent.push(input.body)
      return given[name]
    },
  } as unknown as Api
  return { api, keys, sent }
}

it('[T3] what was chosen goes sealed for the moderators, in the name of who reports, and opens for nobody else', async () => {
  const { api, keys, sent } = await world()
  const answer = await reportCall({ api, e2ee }, { callId, category: 'other', words: 'hello', evidence })
  expect(answer).toMatchObject({ ok: true, value: { isVerified: true } })
  const [report] = sent
  expect(report).toMatchObject({ callId, category: 'other', words: 'hello', receipt: toB64(Uint8Array.of(1, 2, 3)) })
  const sealed = fromB64(report?.sealed ?? '') ?? bytes(0)
  const { receipt: _, ...content } = evidence
  expect(await e2ee.openFrameReport(keys.privateKey, sealed, { reporter: REPORTER, callId })).toEqual(content)
  expect(await e2ee.openFrameReport(keys.privateKey, sealed, { reporter: 'somebody', callId })).toBeUndefined()
})

it('[T1] a report without pictures asks for no key and seals nothing', async () => {
  const { api, sent } = await world({ getReportKey: fail('SERVER_STORAGE') })
  const none = { frames: [], stills: [], notes: '' }
  for (const each of [undefined, none]) {
    const answer = await reportCall({ api, e2ee }, { callId, category: 'other', words: undefined, evidence: each })
    expect(answer.ok).toBe(true)
  }
  expect(sent).toEqual([
    { callId, category: 'other' },
    { callId, category: 'other' },
  ])
})

it.each([
  ['the key cannot be had', { getReportKey: fail('NETWORK_OFFLINE') }, 'NETWORK_OFFLINE'],
  ['the key is none', { getReportKey: ok({ publicKey: toB64(bytes(5)) }) }, 'SERVER_INTERNAL'],
  ['nobody is signed in', { getSession: ok({ person: null }) }, 'AUTH_REQUIRED'],
  ['who is signed in cannot be asked', { getSession: fail('SERVER_STORAGE') }, 'SERVER_STORAGE'],
])('[T3] when %s nothing is sent, rather than a report that lost its pictures', async (_, answers, code) => {
  const { api, sent } = await world(answers)
  const answer = await reportCall({ api, e2ee }, { callId, category: 'other', words: undefined, evidence })
  expect(answer).toEqual(fail(code as 'NETWORK_OFFLINE'))
  expect(sent).toEqual([])
})
