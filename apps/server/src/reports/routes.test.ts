import { alice } from '@visavis/testkit'
import { fail, ok, toB64, type CallId, type ReportId, type RouteRequest } from '@visavis/wire'
import { expect, it } from 'vitest'
import type { RateLimits } from '../http/index.ts'
import { reportRoutes } from './routes.ts'
import type { CallWish, MadeReport, Reports } from './service.ts'

const CALL = 'c0000000-0000-4000-8000-000000000001' as CallId
const person = {
  accountId: alice.accountId,
  deviceId: alice.deviceId,
  sessionId: 's0000000',
  handle: alice.handle,
  role: 'person',
  isRegistered: true,
  sanctioned: false,
} as const

/** The routes over reports that only write down what they are asked for, with one point in every budget. */
function setUp() {
  const wishes: CallWish[] = []
  const taken: string[] = []
  const made = { report: { reportId: 'r' as ReportId, answerByMs: 1 }, evidence: undefined }
  const reports: Reports = {
    async report(_, wish) {
      wishes.push(wish)
      return ok(made as unknown as MadeReport)
    },
    madeBy: async () => [],
    queue: async () => ({ reports: [], total: 0 }),
  }
  const take: RateLimits['take'] = async (budget, who) => {
    taken.push(`${budget} ${who}`)
    return taken.length > 1 ? fail('RATE_LIMITED', 5_000) : ok(true)
  }
  const { createReport } = reportRoutes(reports, { read: async () => fail('NOT_FOUND') }, { take })
  const post = (more: Partial<RouteRequest<'createReport'>>) =>
    createReport?.({
      person,
      request: { callId: CALL, category: 'nudity', ...more },
      params: {},
      headers: new Headers(),
      setCookie: () => undefined,
    })
  return { wishes, taken, post }
}

it('[T1, T3] evidence is limited by account, before it is read; a report of one press is not', async () => {
  const { wishes, taken, post } = setUp()
  expect(await post({ sealed: toB64(Uint8Array.of(1, 2)) })).toMatchObject({ ok: true })
  expect(await post({ sealed: 'A' })).toEqual({ ok: false, code: 'RATE_LIMITED', retryAfterMs: 5_000 })
  for (let press = 0; press < 3; press++) expect(await post({})).toMatchObject({ ok: true })
  expect(taken).toEqual(Array.from({ length: 2 }, () => `reportAccount ${alice.accountId}`))
  expect(wishes.map(({ sealed }) => sealed)).toEqual([Uint8Array.of(1, 2), undefined, undefined, undefined])
})

it('[T3, WE3] a receipt is read as bytes, and one that is none is refused', async () => {
  const { wishes, post } = setUp()
  expect(await post({ receipt: toB64(Uint8Array.of(7)) })).toMatchObject({ ok: true })
  expect(wishes).toEqual([{ callId: CALL, category: 'nudity', sealed: undefined, receipt: Uint8Array.of(7) }])
  for (const receipt of ['A', '+', toB64(new Uint8Array(257))])
    expect(await post({ receipt })).toEqual({ ok: false, code: 'WIRE_INVALID' })
  expect(wishes).toHaveLength(1)
})
