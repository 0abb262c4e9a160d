import { SECOND, type Clock, type Log } from '@visavis/ports'
import { EVIDENCE_WINDOW_MS, type AccountId, type CallId } from '@visavis/wire'
import type { CallRecord, CallStore } from './store.ts'

const RETRY_MS = SECOND
/** The rows of a match follow when it stands: its signals are under way in these moments, and a write would be before them. */
const WRITE_AFTER_MS = SECOND / 4
const BATCH_MAX = 500

/**
 * The written side of calls. A call starts and ends in memory at once; its row follows, and is tried again as long as
 * storage is away, so that live calls go on without it. What is not written yet, or ended a short while ago, is
 * answered from memory.
 */
export type CallRecords = {
  /** The call as it is now. Written in the background, newest state only. */
  put(call: CallRecord): void
  find(callId: CallId): Promise<CallRecord | undefined>
  /** From memory only: calls of the last quarter of an hour, written or not. */
  known(callId: CallId): CallRecord | undefined
  /** Account id -> when the cool-down with that partner ends. */
  readonly recentPartners: (accountId: AccountId) => ReadonlyMap<string, number>
  /** Takes in what a former process wrote. */
  restore(calls: readonly CallRecord[]): void
  forgetPast(): void
  /** Resolves when everything put so far is written; rejects never. For an orderly stop. */
  readonly settled: () => Promise<void>
}

export type CallRecordsDeps = {
  readonly clock: Clock
  readonly log: Log
  readonly store: CallStore
  /** Two people who met are kept apart for this long after their call [M4]. */
  readonly meetAgainMs: number
}

export function createCallRecords(deps: CallRecordsDeps): CallRecords {
  const { clock, log, store, meetAgainMs } = deps
  const known = new Map<CallId, CallRecord>()
  const partners = new Map<AccountId, Map<string, number>>()
  const dirty = new Set<CallId>()
  let writing: Promise<void> | undefined
  let cancelDue: (() => void) | undefined

  function put(call: CallRecord): void {
    known.set(call.callId, call)
    met(call)
    dirty.add(call.callId)
    writeAfter(WRITE_AFTER_MS)
  }

  function writeAfter(ms: number): void {
    if (!writing) cancelDue ??= clock.after(ms, writeNow)
  }

  function writeNow(): void {
    cancelDue?.()
    cancelDue = undefined
    writing ??= write()
  }

  async function write(): Promise<void> {
    while (dirty.size > 0) {
      const ids = [...dirty].slice(0, BATCH_MAX)
      const calls = ids.map((id) => known.get(id)).filter((call) => call !== undefined)
      for (const id of ids) dirty.delete(id)
      try {
        await store.save(calls)
      } catch (error) {
        for (const id of ids) dirty.add(id)
        log.warn('calls.write-failed', { count: ids.length, err: error })
        writing = undefined
        return writeAfter(RETRY_MS)
      }
    }
    writing = undefined
  }

  function met(call: CallRecord): void {
    const untilMs = (call.end?.atMs ?? call.startedAtMs) + meetAgainMs
    remember(call.a.accountId, call.b.accountId, untilMs)
    remember(call.b.accountId, call.a.accountId, untilMs)
  }

  function remember(account: AccountId, partner: AccountId, untilMs: number): void {
    const mine = partners.get(account) ?? new Map<string, number>()
    partners.set(account, mine.set(partner, Math.max(untilMs, mine.get(partner) ?? 0)))
  }

  function forgetPast(): void {
    const nowMs = clock.nowMs()
    for (const [account, mine] of partners) {
      for (const [partner, untilMs] of mine) if (untilMs <= nowMs) mine.delete(partner)
      if (mine.size === 0) partners.delete(account)
    }
    for (const [callId, call] of known)
      if (call.end && call.end.atMs + EVIDENCE_WINDOW_MS < nowMs && !dirty.has(callId)) known.delete(callId)
  }

  return {
    put,
    find: async (callId) => known.get(callId) ?? store.find(callId),
    known: (callId) => known.get(callId),
    recentPartners: (accountId) => new Map(partners.get(accountId)),
    restore: (calls) => {
      for (const call of calls) {
        known.set(call.callId, call)
        met(call)
      }
    },
    forgetPast,
    settled: async () => {
      if (cancelDue) writeNow()
      await writing
    },
  }
}
