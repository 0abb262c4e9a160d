import { openAndVerifyReport, verifyFrameReport } from '@visavis/e2ee'
import type { Base } from './app.ts'
import type { Calls } from './calls/index.ts'
import type { Conversations } from './conversations/index.ts'
import type { RouteHandlers } from './http/index.ts'
import {
  createCallEvidence,
  createMessageReports,
  createReportKeys,
  createReports,
  createWordsSeal,
  messageReportRoutes,
  reportRoutes,
  type ReportStore,
} from './reports/index.ts'
import type { StampKeys } from './stamps/index.ts'

/** Reports of calls and of messages over the real storage, with the keys that open and prove what was sealed with them. */
export function createReporting(
  base: Base,
  parts: {
    readonly calls: Pick<Calls, 'metIn'>
    readonly conversations: Pick<Conversations, 'isMember'>
    readonly stampKeys: Pick<StampKeys, 'byId'>
    readonly store: ReportStore
  },
): RouteHandlers {
  const { clock, limits, log, random, secrets } = base
  const { calls, conversations, store } = parts
  const seal = createWordsSeal({ key: secrets.wordsKey, random })
  const keys = createReportKeys(secrets.reportSeed)
  const stampKey = parts.stampKeys.byId
  const evidence = createCallEvidence({ store, seal, keys, stampKey, verify: verifyFrameReport })
  const reports = createReports({
    clock,
    random,
    log,
    store,
    seal,
    reportableCall: (callId, account, receipt) => calls.metIn(callId, account, receipt, clock.nowMs()),
    checkEvidence: evidence.check,
  })
  const messageReports = createMessageReports({
    clock,
    random,
    log,
    store,
    seal,
    keys,
    stampKey,
    verify: openAndVerifyReport,
    isMember: conversations.isMember,
  })
  return { ...reportRoutes(reports, evidence, limits), ...messageReportRoutes(messageReports, limits) }
}
