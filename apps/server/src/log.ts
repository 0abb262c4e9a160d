import type { Log, LogFields } from '@visavis/ports'
import pino from 'pino'
import { isCode, VisavisError } from '@visavis/wire'
import type { LogLevel } from './config.ts'

const ID_CHARS_KEPT = 3
const WORD = /^[a-z0-9][a-z0-9 ._:/()-]{0,79}$/i
// Anything that could be an address of a person or a machine, whatever field it hides in.
const ADDRESS = /\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,}|@/i

/** Where finished lines go; one JSON object each, with its line feed. */
export type Sink = { write(line: string): void }

/**
 * The real log: JSON lines through pino. Redaction happens here, at the sink: only the fields of `LogFields` pass, ids
 * keep their last three characters, texts that are not plain words are dropped, and of an error remain its class, its
 * code and the functions it went through - its message may quote what a person wrote.
 */
export function createLog(options: { level: LogLevel; sink: Sink }): Log {
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.sink,
  )
  return {
    debug: (event, fields) => logger.debug(redact(fields), plain(event)),
    info: (event, fields) => logger.info(redact(fields), plain(event)),
    warn: (event, fields) => logger.warn(redact(fields), plain(event)),
    error: (event, fields) => logger.error(redact(fields), plain(event)),
  }
}

function redact(fields: LogFields | undefined): Record<string, unknown> {
  if (!fields) return {}
  const line: Record<string, unknown> = {}
  for (const name of ['account', 'device', 'call', 'leg'] as const) {
    const id = fields[name]
    if (id !== undefined) line[name] = `…${id.slice(-ID_CHARS_KEPT)}`
  }
  for (const name of ['count', 'ms', 'port'] as const) {
    const value = fields[name]
    if (typeof value === 'number') line[name] = value
  }
  if (fields.code !== undefined) line['code'] = isCode(fields.code) ? fields.code : plain(fields.code)
  if (fields.reason !== undefined) line['reason'] = plain(fields.reason)
  if (fields.err !== undefined) line['err'] = describe(fields.err)
  return line
}

function plain(text: string): string {
  return WORD.test(text) && !ADDRESS.test(text) ? text : '(redacted)'
}

function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  const { code } = error as { code?: unknown }
  const stack = error.stack?.split('\n') ?? []
  const frames = stack.map((line) => /^\s+at (?:async )?([\w.<>$ ]+) \(.*?([\w.-]+:\d+):\d+\)$/.exec(line))
  return {
    type: plain(error.name),
    ...(error instanceof VisavisError ? { code: error.code } : {}),
    ...(typeof code === 'string' && !(error instanceof VisavisError) ? { code: plain(code) } : {}),
    at: frames.flatMap((frame) => (frame ? [`${frame[1]} ${frame[2]}`] : [])).slice(0, 6),
    ...(error.cause === undefined ? {} : { cause: describe(error.cause) }),
  }
}
