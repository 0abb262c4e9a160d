import { DAY, type Log } from '@visavis/ports'
import { MAILBOX_DAYS, type CallId } from '@visavis/wire'
import * as z from 'zod/mini'
import { findingFormat } from '../../safety/protocol.ts'
import { recordKind, text, time, whole } from '../../vault/record-kind.ts'
import type { Change, Vault } from '../../vault/types.ts'
import type { CallFinding, LogEntry } from '../safety-types.ts'

/** One record for all calls, on the shelf `safety`: how many there were is nobody's to count on the disk. */
const KEY = ['calls'] as const
const ENTRIES_MAX = 500
const QUOTE_CHARS_MAX = 500

type Entry = {
  readonly n: number
  readonly callId: CallId
  readonly handle: string
  readonly atMs: number
} & CallFinding
type CallRecord = { readonly next: number; readonly entries: readonly Entry[] }
const NO_CALLS: CallRecord = { next: 0, entries: [] }

const callRecord = recordKind<CallRecord>({
  name: 'safety of calls',
  shape: {
    next: whole,
    entries: z.array(
      z.looseObject({ n: whole, callId: text, handle: text, atMs: time, finding: findingFormat, quote: text }),
    ),
  },
})

/** What was found in calls, for the safety log [S16]: for as long as messages are kept, and of nothing else of a call. */
export type CallLog = {
  readonly entries: () => readonly LogEntry[]
  readonly note: (callId: CallId, handle: string, atMs: number, findings: readonly CallFinding[]) => Promise<void>
  readonly sweep: () => Promise<void>
  readonly clear: () => Promise<void>
}

export async function openCallLog(deps: {
  readonly vault: Vault
  readonly log: Log
  readonly serverNowMs: () => number
}): Promise<CallLog> {
  const { log, serverNowMs, vault } = deps
  const opened = callRecord.open((await vault.get('safety', KEY)) ?? NO_CALLS)
  if (!opened.ok) log.error('vault records unreadable', { reason: `${callRecord.name} ${opened.why}`, count: 1 })
  let record = opened.ok ? opened.value : NO_CALLS

  async function set(next: CallRecord): Promise<void> {
    record = next
    const change: Change = { shelf: 'safety', key: KEY, value: callRecord.write(next) }
    await vault.write([change])
  }

  async function sweep(): Promise<void> {
    const bornMs = serverNowMs() - MAILBOX_DAYS * DAY
    const entries = record.entries.filter(({ atMs }) => atMs >= bornMs)
    if (entries.length < record.entries.length) await set({ ...record, entries })
  }

  return {
    entries: () => record.entries.map(entryOf),
    async note(callId, handle, atMs, findings) {
      if (findings.length === 0) return
      const made = findings.map(({ finding, quote }, at) => ({
        n: record.next + at,
        callId,
        handle,
        atMs,
        finding,
        quote: quote.slice(0, QUOTE_CHARS_MAX),
      }))
      const entries = [...record.entries, ...made].slice(-ENTRIES_MAX)
      await set({ next: record.next + made.length, entries })
    },
    sweep,
    clear: () => set(NO_CALLS),
  }
}

function entryOf({ n, callId, handle, atMs, finding, quote }: Entry): LogEntry {
  return { id: `call ${n}`, atMs, source: { kind: 'call', callId }, handle, finding, quote, state: 'open' }
}
