import type { MessageContent, ReportToVerify, Verdict } from '@visavis/e2ee'
import { answerByMs, severityOf } from '@visavis/policy'
import type { Clock, Log, Random } from '@visavis/ports'
import {
  accountId as accountIdSchema,
  deviceId as deviceIdSchema,
  fail,
  ok,
  type AccountId,
  type ConversationId,
  type ReportCategory,
  type ReportId,
  type Result,
  type RouteResponse,
} from '@visavis/wire'
import type { ReportKeys } from './report-keys.ts'
import { subjectOf } from './service.ts'
import type { ReportStore } from './store.ts'
import type { MessagesReport } from './types.ts'
import { verdictWords } from './verdict-words.ts'
import type { WordsSeal } from './words-seal.ts'

export type MessageReportsDeps = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly store: Pick<ReportStore, 'addMessages' | 'findMessages'>
  readonly seal: WordsSeal
  readonly keys: ReportKeys
  readonly verify: (report: ReportToVerify) => Promise<Verdict>
  /** The key of that day's stamps; undefined once it was destroyed. */
  readonly stampKey: ReportToVerify['stampKey']
  readonly isMember: (conversationId: ConversationId, account: AccountId) => Promise<boolean>
}

export type MessageWish = {
  readonly conversationId: ConversationId
  readonly category: ReportCategory
  readonly words?: string | undefined
  readonly sealed: Uint8Array
}

/**
 * Reports of end-to-end encrypted messages [T2]. The server opens what the reporter chose to seal to it, and nothing else
 * of the conversation; it keeps it as it was sealed. Who is reported follows from what is proven, never from what the
 * reporter or a message says. See e2ee SPEC EF9-EF14.
 */
export type MessageReports = {
  publicKey(): Promise<Uint8Array>
  /**
   * Verifies and keeps. Also what is not proven is kept: it counts for nothing. Errors: CONVERSATION_UNKNOWN for who
   * neither is in the conversation nor proves to have been.
   */
  report(reporter: AccountId, wish: MessageWish): Promise<Result<RouteResponse<'reportMessages'>>>
  /** One report, opened and verified again. Errors: NOT_FOUND. */
  read(reportId: ReportId): Promise<Result<RouteResponse<'readMessageReport'>>>
}

export function createMessageReports(deps: MessageReportsDeps): MessageReports {
  const { clock, random, store, seal } = deps

  async function verdictOf(
    report: Pick<MessagesReport, 'reporter' | 'conversationId' | 'createdAtMs'>,
    sealed: Uint8Array,
  ): Promise<Verdict> {
    const { privateKey } = await deps.keys()
    const { reporter, conversationId, createdAtMs } = report
    return deps.verify({ privateKey, sealed, reporter, conversationId, stampKey: deps.stampKey, nowMs: createdAtMs })
  }

  return {
    publicKey: async () => (await deps.keys()).publicKey,

    async report(reporter, { conversationId, category, words, sealed }) {
      const reportId = random.uuid() as ReportId
      const createdAtMs = clock.nowMs()
      const verdict = await verdictOf({ reporter, conversationId, createdAtMs }, sealed)
      // A stamp made for this account shows that it was in the conversation, also when it has left since.
      const isShown = verdict.entries.some(({ isProven }) => isProven)
      if (!isShown && !(await deps.isMember(conversationId, reporter))) return fail('CONVERSATION_UNKNOWN')
      const { isVerified, faults } = verdict
      const kept: MessagesReport = {
        kind: 'messages',
        reportId,
        reporter,
        reported: reportedIn(verdict, reporter),
        conversationId,
        isVerified,
        category,
        severity: severityOf(category),
        words: words?.trim() ? seal.seal(subjectOf({ kind: 'messages', reporter, reportId }), words.trim()) : undefined,
        createdAtMs,
        answerByMs: answerByMs(createdAtMs),
        state: 'open',
        decidedAtMs: undefined,
      }
      await store.addMessages(kept, { sealed, faults })
      deps.log.info('report.messages-made', { reason: category, count: verdict.entries.length })
      return ok({ reportId, answerByMs: kept.answerByMs, isVerified, faults: [...faults] })
    },

    async read(reportId) {
      const found = await store.findMessages(reportId)
      if (!found) return fail('NOT_FOUND')
      const { report, evidence } = found
      const { entries } = await verdictOf(report, evidence.sealed)
      return ok({
        reportId,
        category: report.category,
        words: (report.words && seal.open(subjectOf(report), report.words)) ?? null,
        reporter: report.reporter,
        createdAtMs: report.createdAtMs,
        answerByMs: report.answerByMs,
        // As it was found when the report came: the keys of its stamps may have been destroyed since.
        isVerified: report.isVerified,
        faults: [...evidence.faults],
        verdict: verdictWords(evidence.faults),
        messages: entries.flatMap(shapeEntry),
      })
    },
  }
}

/** The account with the most proven and opened messages, other than the reporter's; of two alike the first. */
function reportedIn({ entries }: Verdict, reporter: AccountId): AccountId | undefined {
  const counts = new Map<string, number>()
  for (const { content, isProven, stamped } of entries) {
    const sender = stamped.senderAccount
    if (isProven && content && sender !== reporter) counts.set(sender, (counts.get(sender) ?? 0) + 1)
  }
  const most = [...counts].toSorted(([, one], [, other]) => other - one)[0]
  return most?.[0] as AccountId | undefined
}

type Shown = RouteResponse<'readMessageReport'>['messages'][number]

function shapeEntry({ content, isProven, stamped }: Verdict['entries'][number]): readonly Shown[] {
  const sender = accountIdSchema.safeParse(stamped.senderAccount)
  const device = deviceIdSchema.safeParse(stamped.senderDevice)
  // Without a proof these are the reporter's words, and may be anything: what names nobody is not shown.
  if (!sender.success || !device.success) return []
  const { position, sentAtMs } = stamped
  const shown = content ? { kind: content.kind, text: textOf(content) } : { kind: 'withheld', text: null }
  return [{ position, sentAtMs, sender: sender.data, device: device.data, isProven, ...shown }]
}

/** What a person has written in it; of a file that is its caption, never name or key. */
function textOf(content: MessageContent): string | null {
  if (content.kind === 'reaction') return content.emoji
  if (content.kind === 'file') return content.caption === '' ? null : content.caption
  return 'text' in content ? content.text : null
}
