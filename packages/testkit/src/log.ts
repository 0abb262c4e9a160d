import type { Log, LogFields } from '@visavis/ports'

export type LogLine = {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly event: string
  readonly fields: LogFields
}

/** Keeps every line, so that a test can say what was logged and, more often, what was not. */
export type FakeLog = Log & { readonly lines: readonly LogLine[]; text(): string }

export function createFakeLog(): FakeLog {
  const lines: LogLine[] = []
  const add =
    (level: LogLine['level']) =>
    (event: string, fields: LogFields = {}) =>
      void lines.push({ level, event, fields })
  return {
    lines,
    text: () => lines.map((line) => `${line.level} ${line.event} ${JSON.stringify(line.fields)}`).join('\n'),
    debug: add('debug'),
    info: add('info'),
    warn: add('warn'),
    error: add('error'),
  }
}
