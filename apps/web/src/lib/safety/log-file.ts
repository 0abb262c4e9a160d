import type { LogEntry } from '../messenger/safety-types.ts'

/** The log as a file of data: for whoever helps, and for other programs. Oldest first. */
export function logJson(entries: readonly LogEntry[], savedAtMs: number): string {
  const told = oldestFirst(entries).map(({ atMs, source, handle, finding, quote, state }) => ({
    at: new Date(atMs).toISOString(),
    who: handle,
    where: source.kind,
    flag: finding.flag,
    reason: finding.reasonId,
    confidence: Math.round(finding.confidence * 100) / 100,
    quote,
    ...(finding.earlier ? { earlierQuote: finding.earlier.quote } : {}),
    ...(finding.earlierAtMs === undefined ? {} : { earlierAt: new Date(finding.earlierAtMs).toISOString() }),
    isIgnored: state === 'ignored',
    rule: finding.ruleId,
    rulesVersion: finding.packVersion,
  }))
  const file = { kind: 'visavis-safety-log', version: 1, savedAt: new Date(savedAtMs).toISOString(), entries: told }
  return `${JSON.stringify(file, undefined, 2)}\n`
}

export type LogWords = {
  readonly head: string
  /** When, who and what, in one line. */
  readonly line: (entry: LogEntry) => string
  readonly earlier: (quote: string) => string
}

/** The log as people read it. Oldest first. */
export function logText(entries: readonly LogEntry[], words: LogWords): string {
  const parts = oldestFirst(entries).map((entry) =>
    [
      words.line(entry),
      // A quote of several lines stays one block.
      ...(entry.quote === '' ? [] : [`  “${entry.quote.replaceAll('\n', '\n  ')}”`]),
      ...(entry.finding.earlier ? [`  ${words.earlier(entry.finding.earlier.quote)}`] : []),
    ].join('\n'),
  )
  return `${[words.head, ...parts].join('\n\n')}\n`
}

function oldestFirst(entries: readonly LogEntry[]): readonly LogEntry[] {
  return entries.toSorted((a, b) => a.atMs - b.atMs)
}
