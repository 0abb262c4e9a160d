import { byUrgency } from '@visavis/policy'
import type { Block, BlockStore } from '../../src/blocks/index.ts'
import {
  OWN_REPORTS_MAX,
  QUEUE_PAGE_MAX,
  type CallReport,
  type FrameEvidence,
  type MessageEvidence,
  type Report,
  type ReportStore,
} from '../../src/reports/index.ts'

/** Stores in memory that pass the same contract as the real ones (`store-contracts.ts`). */

export function createMemoryBlockStore(): BlockStore {
  const blocks = new Map<string, Block>()
  const key = (block: { blocker: string; blocked: string }) => `${block.blocker} ${block.blocked}`
  return {
    async add(block) {
      if (!blocks.has(key(block))) blocks.set(key(block), block)
      return blocks.get(key(block)) ?? block
    },
    async madeBy(blocker) {
      return [...blocks.values()]
        .filter((block) => block.blocker === blocker)
        .toSorted((a, b) => b.createdAtMs - a.createdAtMs)
    },
    async apartFrom(account) {
      const pairs = [...blocks.values()].filter((block) => block.blocker === account || block.blocked === account)
      return new Set(pairs.map((block) => (block.blocker === account ? block.blocked : block.blocker)))
    },
    async blockersAmong(blocked, accounts) {
      return new Set(accounts.filter((blocker) => blocks.has(key({ blocker, blocked }))))
    },
    async remove(blocker, blockId) {
      const found = [...blocks.values()].find((block) => block.blocker === blocker && block.blockId === blockId)
      if (found) blocks.delete(key(found))
      return found
    },
  }
}

export function createMemoryReportStore(): ReportStore {
  const reports = new Map<string, Report>()
  const evidences = new Map<string, MessageEvidence>()
  const frames = new Map<string, FrameEvidence>()
  const callReport = (reportId: string) =>
    [...reports].find(
      (entry): entry is [string, CallReport] => entry[1].kind === 'call' && entry[1].reportId === reportId,
    )
  return {
    async add(report) {
      const key = `${report.reporter} ${report.callId} ${report.category}`
      const before = reports.get(key) as CallReport | undefined
      const kept = before ? { ...before, words: report.words ?? before.words } : report
      reports.set(key, kept)
      return kept
    },
    async addMessages(report, evidence) {
      reports.set(report.reportId, report)
      evidences.set(report.reportId, evidence)
    },
    async addFrames(reportId, { isVerified, ...evidence }) {
      const [key, report] = callReport(reportId) ?? []
      if (!key || !report) throw new Error('no such report')
      const kept = frames.get(reportId)
      if (kept) return { isVerified: report.isVerified ?? false, faults: kept.faults }
      frames.set(reportId, evidence)
      reports.set(key, { ...report, isVerified })
      return { isVerified, faults: evidence.faults }
    },
    async findCall(reportId) {
      const report = callReport(reportId)?.[1]
      const evidence = frames.get(reportId)
      return report && evidence ? { report, evidence } : undefined
    },
    async findMessages(reportId) {
      const report = reports.get(reportId)
      const evidence = evidences.get(reportId)
      return report?.kind === 'messages' && evidence ? { report, evidence } : undefined
    },
    async queue() {
      const open = [...reports.values()].filter((report) => report.state === 'open').toSorted(byUrgency)
      return { reports: open.slice(0, QUEUE_PAGE_MAX), total: open.length }
    },
    async reportedIn(reported, calls) {
      const against = new Set(
        [...reports.values()].flatMap((report) =>
          report.kind === 'call' && report.reported === reported ? [report.callId] : [],
        ),
      )
      return new Set(calls.filter((callId) => against.has(callId)))
    },
    async upheldAgainst(reported) {
      const upheld = [...reports.values()].filter((one) => one.reported === reported && one.state === 'upheld')
      const latestAtMs = Math.max(...upheld.map((report) => report.decidedAtMs ?? 0))
      return { count: upheld.length, latestAtMs: upheld.length > 0 ? latestAtMs : undefined }
    },
    async madeBy(reporter) {
      const made = [...reports.values()].filter((report) => report.reporter === reporter)
      return made.toSorted((a, b) => b.createdAtMs - a.createdAtMs).slice(0, OWN_REPORTS_MAX)
    },
  }
}
