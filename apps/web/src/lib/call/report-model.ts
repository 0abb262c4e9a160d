import { REPORT_WORDS_CHARS_MAX, type CallId, type Code, type ReportCategory } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import type { Engine, ReportReceipt } from '../engine/types.ts'
import type { EvidenceChoice } from '../evidence/evidence-choice.ts'

export type ReportState =
  | { readonly kind: 'choosing' }
  | { readonly kind: 'sending'; readonly category: ReportCategory }
  | { readonly kind: 'failed'; readonly category: ReportCategory; readonly code: Code }
  | {
      readonly kind: 'sent'
      readonly receipt: ReportReceipt
      readonly block: 'open' | 'working' | 'done'
      readonly code?: Code
    }

export type ReportModel = Readable<ReportState> & {
  /** One press of a category sends the report [T1]; words are optional and come with it, and the chosen pictures [T3]. */
  send(category: ReportCategory, words: string): Promise<void>
  block(): Promise<void>
}

/** One report about the other person of one call. */
export function createReportModel(deps: {
  engine: Pick<Engine, 'report' | 'block'>
  callId: CallId
  evidence: Pick<EvidenceChoice, 'attached'>
}): ReportModel {
  const state = createObservable<ReportState>({ kind: 'choosing' })
  return {
    get: state.get,
    subscribe: state.subscribe,
    send: async (category, words) => {
      const { kind } = state.get()
      if (kind === 'sending' || kind === 'sent') return
      state.set({ kind: 'sending', category })
      const kept = words.trim().slice(0, REPORT_WORDS_CHARS_MAX)
      const attached = deps.evidence.attached()
      const answer = await deps.engine.report(deps.callId, category, kept === '' ? undefined : kept, attached)
      state.set(
        answer.ok
          ? { kind: 'sent', receipt: answer.value, block: 'open' }
          : { kind: 'failed', category, code: answer.code },
      )
    },
    block: async () => {
      const now = state.get()
      if (now.kind !== 'sent' || now.block !== 'open') return
      state.set({ kind: 'sent', receipt: now.receipt, block: 'working' })
      const answer = await deps.engine.block(deps.callId)
      state.set(
        answer.ok
          ? { kind: 'sent', receipt: now.receipt, block: 'done' }
          : { kind: 'sent', receipt: now.receipt, block: 'open', code: answer.code },
      )
    },
  }
}
